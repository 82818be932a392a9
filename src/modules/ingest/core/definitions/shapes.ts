/**
 * What a line begins with, coarsely: every digit is 0, every letter a, everything else itself. Patterns tell the
 * shapes their texts can begin with, so that a line is tried only with those that can fit, however many there are.
 */
import { captureType } from "./captures.ts";
import { SHAPE_CHARS } from "./limits.ts";
import type { PatternNode } from "./pattern-syntax.ts";

export function shapeOf(text: string, at = 0, most = SHAPE_CHARS): string {
  let shape = "";
  const end = Math.min(text.length, at + most);
  for (let i = at; i < end; i++) {
    const code = text.charCodeAt(i);
    if (code >= 48 && code <= 57) shape += "0";
    else if ((code >= 65 && code <= 90) || (code >= 97 && code <= 122)) shape += "a";
    else shape += text[i];
  }
  return shape;
}

interface Prefixes {
  readonly shapes: readonly string[];
  /** True when the texts go on with something that is not known. */
  readonly closed: boolean;
}

const MOST_SHAPES = 64;

/** The beginnings of all texts that fit; a text whose shape begins with none of them cannot fit. "" = any. */
export function beginnings(nodes: readonly PatternNode[]): readonly string[] {
  return sequencePrefixes(nodes).shapes;
}

function sequencePrefixes(nodes: readonly PatternNode[]): Prefixes {
  let open: readonly string[] = [""];
  const done: string[] = [];
  for (const node of nodes) {
    const { shapes, closed } = nodePrefixes(node);
    const grown = open.flatMap((prefix) => shapes.map((shape) => (prefix + shape).slice(0, SHAPE_CHARS)));
    if (closed || grown.length + done.length > MOST_SHAPES) return { shapes: [...done, ...grown], closed: true };
    done.push(...grown.filter((shape) => shape.length >= SHAPE_CHARS));
    open = [...new Set(grown.filter((shape) => shape.length < SHAPE_CHARS))];
    if (open.length === 0) return { shapes: done, closed: true };
  }
  return { shapes: [...done, ...open], closed: false };
}

function nodePrefixes(node: PatternNode): Prefixes {
  switch (node.kind) {
    case "literal":
      return { shapes: [shapeOf(node.text)], closed: false };
    case "optional": {
      const inner = sequencePrefixes(node.nodes);
      return { shapes: [...inner.shapes, ""], closed: inner.closed };
    }
    case "choice": {
      const branches = node.branches.map(sequencePrefixes);
      return { shapes: branches.flatMap(({ shapes }) => shapes), closed: branches.some(({ closed }) => closed) };
    }
    case "capture": {
      const type = captureType(node.type, node.argument);
      const shapes = "ending" in type ? type.ending.shapes : undefined;
      return {
        shapes: shapes === undefined || shapes.length === 0 ? [""] : shapes.map((shape) => shapeOf(shape)),
        closed: true,
      };
    }
  }
}
