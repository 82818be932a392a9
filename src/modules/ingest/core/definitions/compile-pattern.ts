/**
 * A pattern to closures, each of which calls the next: no interpretation, and no memory but the places of the captures.
 *
 * Cost: types that know their own end are read once. A span tries the places where what follows it begins, from left
 * to right (`last`: from right to left), and every further place or branch is taken from one budget per line
 * (MAX_RETRIES). A pattern so costs at most that budget times the length of the text, whoever wrote it.
 */
import type { FieldScalar } from "../../../../kernel/index.ts";
import type { OpenFields, Reading } from "../parsed.ts";
import { captureType, type SelfEnding, type Span } from "./captures.ts";
import { MAX_PATTERN_READ, MAX_RETRIES } from "./limits.ts";
import type { PatternNode } from "./pattern-syntax.ts";
import type { TimeFormat } from "./time-format.ts";

/** What a value of a certain type is worth in characters of literal text. */
const TYPED_WEIGHT = 3;

/** Takes the text from `at` on, with all that follows in the pattern. */
type Step = (at: number) => boolean;

/** What can begin here: literals, the end of the text, or something that only reading can tell. */
interface Begins {
  readonly literals: readonly string[];
  readonly end: boolean;
  readonly unknown: boolean;
}

interface Tail {
  readonly step: Step;
  readonly begins: Begins;
}

const NOTHING: Begins = { literals: [], end: false, unknown: false };

function joined(one: Begins, other: Begins): Begins {
  return {
    literals: [...new Set([...one.literals, ...other.literals])],
    end: one.end || other.end,
    unknown: one.unknown || other.unknown,
  };
}

export interface CompiledPattern {
  /** Reads the text; true when all of it fits. Then `take` must be called, which ends the reading. */
  run(text: string): boolean;
  /** Hands out the fields that were found, once; answers the event's time, or NaN when the pattern has none. */
  take(fields: OpenFields, reading: Reading): number;
  /** How far the last text was understood. */
  readonly furthest: number;
  /** How much of it was recognised as literal or typed text. */
  readonly understood: number;
  /** What was expected there. */
  readonly expected: string;
  /** The longest literal that is in every text that fits; "" when there is none. */
  readonly needle: string;
}

class PatternRun implements CompiledPattern {
  text = "";
  furthest = 0;
  expected = "";
  retries = MAX_RETRIES;
  /** Characters of literals and typed values on the way to where reading is now, and on the best way so far. */
  #weight = 0;
  #best = -1;
  readonly needle: string;
  readonly #names: string[] = [];
  readonly #values: (FieldScalar | undefined)[] = [];
  #first: Step = () => false;
  /** The time capture that found something, and where. */
  #time: TimeFormat | undefined;
  #timeAt = -1;

  constructor(nodes: readonly PatternNode[]) {
    this.needle = needleOf(nodes);
    const end: Tail = {
      step: (at) => at === this.text.length || this.fail(at, "the end"),
      begins: { ...NOTHING, end: true },
    };
    this.#first = this.#sequence(nodes, end).step;
  }

  run(text: string): boolean {
    this.text = text.length > MAX_PATTERN_READ ? text.slice(0, MAX_PATTERN_READ) : text;
    this.furthest = 0;
    this.expected = "";
    this.retries = MAX_RETRIES;
    this.#weight = 0;
    this.#best = -1;
    this.#timeAt = -1;
    if (this.#first(0)) return true;
    this.#release();
    return false;
  }

  take(fields: OpenFields, reading: Reading): number {
    // Compiled from the end, so the last slot is the first in the pattern: fields come in the order of the text.
    for (let i = this.#names.length - 1; i >= 0; i--) {
      const value = this.#values[i];
      if (value !== undefined && value !== "") fields[this.#names[i] as string] = value;
    }
    let time = Number.NaN;
    if (this.#timeAt >= 0 && this.#time !== undefined) {
      this.#time.read(this.text, this.#timeAt);
      time = this.#time.value(reading);
    }
    this.#release();
    return time;
  }

  /** A pattern waits long for its next text: it must not keep the last one, or parts of it, in memory. */
  #release(): void {
    this.text = "";
    this.#values.fill(undefined);
  }

  /** Free text runs to any place, so what was recognised tells more than how far reading came. */
  fail(at: number, expected: string): false {
    if (this.#weight > this.#best) {
      this.#best = this.#weight;
      this.furthest = at;
      this.expected = expected;
    }
    return false;
  }

  get understood(): number {
    return this.#best;
  }

  #sequence(nodes: readonly PatternNode[], tail: Tail): Tail {
    let next = tail;
    for (let i = nodes.length - 1; i >= 0; i--) next = this.#node(nodes[i] as PatternNode, next);
    return next;
  }

  #node(node: PatternNode, next: Tail): Tail {
    switch (node.kind) {
      case "literal":
        return this.#literal(node.text, next.step);
      case "optional": {
        const inner = this.#sequence(node.nodes, next);
        return { step: this.#either([inner.step, next.step]), begins: joined(inner.begins, next.begins) };
      }
      case "choice": {
        const branches = node.branches.map((branch) => this.#sequence(branch, next));
        return {
          step: this.#either(branches.map(({ step }) => step)),
          begins: branches.reduce((all, { begins }) => joined(all, begins), NOTHING),
        };
      }
      case "capture":
        return this.#capture(node, next);
    }
  }

  #literal(literal: string, next: Step): Tail {
    const length = literal.length;
    const step: Step = (at) => {
      if (!this.text.startsWith(literal, at)) return this.fail(at, literal);
      this.#weight += length;
      const fits = next(at + length);
      this.#weight -= length;
      return fits;
    };
    return { step, begins: { ...NOTHING, literals: [literal] } };
  }

  #either(steps: readonly Step[]): Step {
    return (at) => {
      for (const [i, step] of steps.entries()) {
        if (i > 0 && --this.retries < 0) return false;
        if (step(at)) return true;
      }
      return false;
    };
  }

  #slot(name: string): number {
    if (name === "" || name === "_") return -1;
    const known = this.#names.indexOf(name);
    if (known >= 0) return known;
    this.#values.push(undefined);
    return this.#names.push(name) - 1;
  }

  #capture(node: PatternNode & { kind: "capture" }, next: Tail): Tail {
    const type = captureType(node.type, node.argument);
    const slot = this.#slot(node.name);
    if ("ending" in type) return this.#selfEnding(type.ending, { slot, label: node.type, next: next.step });
    if ("span" in type) {
      const step = this.#span(type.span, slot, next);
      return { step, begins: { ...NOTHING, unknown: true } };
    }
    throw new Error(type.complaint);
  }

  #selfEnding(type: SelfEnding, { slot, label, next }: { slot: number; label: string; next: Step }): Tail {
    const { time } = type;
    const step: Step = (at) => {
      const text = this.text;
      const end = type.end(text, at);
      if (end < 0) return this.fail(at, label);
      this.#weight += TYPED_WEIGHT;
      const fits = next(end);
      this.#weight -= TYPED_WEIGHT;
      if (!fits) return false;
      // Values are kept only when all that follows fitted too, so nothing ever has to be taken back.
      if (slot >= 0) this.#values[slot] = type.value(text, at, end);
      if (time !== undefined) {
        this.#time = time;
        this.#timeAt = at;
      }
      return true;
    };
    return { step, begins: { ...NOTHING, unknown: true } };
  }

  #span(span: Span, slot: number, next: Tail): Step {
    const { literals, end: mayEnd, unknown } = next.begins;
    const places = placesOf(literals, mayEnd);
    const least = span === "word" ? 1 : 0;
    return (at) => {
      const text = this.text;
      const limit = span === "word" ? wordEnd(text, at) : text.length;
      if (limit < at + least) return this.fail(at, span);
      if (unknown) return this.#take(at, limit, slot, next.step);
      if (span === "last") return this.#fromRight(at, slot, { literals, mayEnd, next: next.step });
      for (let end = places(text, at + least); end >= 0 && end <= limit; end = places(text, end + 1)) {
        if (this.#take(at, end, slot, next.step)) return true;
        if (--this.retries < 0) return false;
      }
      return this.fail(at, literals[0] ?? "the end");
    };
  }

  #take(at: number, end: number, slot: number, next: Step): boolean {
    if (!next(end)) return false;
    if (slot >= 0) this.#values[slot] = this.text.slice(at, end);
    return true;
  }

  #fromRight(
    at: number,
    slot: number,
    { literals, mayEnd, next }: { literals: readonly string[]; mayEnd: boolean; next: Step },
  ): boolean {
    const text = this.text;
    if (mayEnd && this.#take(at, text.length, slot, next)) return true;
    for (let end = lastPlace(text, literals, text.length); end >= at; end = lastPlace(text, literals, end - 1)) {
      if (this.#take(at, end, slot, next)) return true;
      if (end === 0 || --this.retries < 0) return false;
    }
    return this.fail(at, literals[0] ?? "the end");
  }
}

function wordEnd(text: string, at: number): number {
  let end = at;
  while (end < text.length && text.charCodeAt(end) > 32) end++;
  return end;
}

/** The next place at or after `from` where one of the literals or the end stands; -1 when there is none. */
function placesOf(literals: readonly string[], mayEnd: boolean): (text: string, from: number) => number {
  const [only] = literals;
  if (only !== undefined && literals.length === 1 && !mayEnd) return (text, from) => text.indexOf(only, from);
  return (text, from) => {
    if (from > text.length) return -1;
    let nearest = mayEnd ? text.length : -1;
    for (const literal of literals) {
      const found = text.indexOf(literal, from);
      if (found >= 0 && (nearest < 0 || found < nearest)) nearest = found;
    }
    return nearest;
  };
}

function lastPlace(text: string, literals: readonly string[], from: number): number {
  if (from < 0) return -1;
  let latest = -1;
  for (const literal of literals) latest = Math.max(latest, text.lastIndexOf(literal, from));
  return latest;
}

/** Longer literals are rarer, which is what makes them worth looking for first. */
function needleOf(nodes: readonly PatternNode[]): string {
  let needle = "";
  for (const node of nodes) if (node.kind === "literal" && node.text.length > needle.length) needle = node.text;
  return needle;
}

export function compilePattern(nodes: readonly PatternNode[]): CompiledPattern {
  return new PatternRun(nodes);
}

/** Why a pattern cannot be compiled, or undefined. */
export function patternComplaint(nodes: readonly PatternNode[]): string | undefined {
  for (const [i, node] of nodes.entries()) {
    const inner =
      node.kind === "optional" ? [node.nodes] : node.kind === "choice" ? node.branches : ([] as PatternNode[][]);
    for (const branch of inner) {
      const complaint = patternComplaint(branch);
      if (complaint !== undefined) return complaint;
    }
    if (node.kind !== "capture") continue;
    const type = captureType(node.type, node.argument);
    if ("complaint" in type) return type.complaint;
    const next = nodes[i + 1];
    if ("span" in type && type.span !== "word" && next?.kind === "capture") {
      return `nothing tells where <${node.name}> ends: put a literal between it and <${next.name}>`;
    }
  }
  return undefined;
}
