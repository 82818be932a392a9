/**
 * Proof that a backtracking engine searches a pattern in time linear to the text, or no proof.
 *
 * Model. From one start, the engine tries every way through the pattern. What follows a point of the pattern is its
 * tail: which characters it can begin with, whether it can be empty, how many steps it costs at most at one place.
 *
 *  - Only single characters repeat without bound; repeated groups are written out, if that stays small.
 *  - A loop whose characters cannot begin its tail has one exit worth trying: costs add up. A loop with many exits pays
 *    for its tail at each of them, which is linear only when no loop follows.
 *  - A search that is not anchored starts everywhere. When no loop accepts a character a match can begin with, the text
 *    between a start and any place it looks at holds at most `width` such characters (those outside loops); so no place
 *    is looked at from more than `width + 1` starts.
 *
 * Every start costs its steps outside loops; every character costs one pass of the loops from each of those starts.
 * Hence the search takes at most (work + starts × loopWork) × length steps; above MAX_STEPS_PER_CHARACTER per character
 * there is no proof.
 */
import type { CharSet } from "./char-set.ts";
import { disjoint, EMPTY, union } from "./char-set.ts";
import { MAX_NATIVE_NODES, MAX_STEPS_PER_CHARACTER } from "./limits.ts";
import type { Node } from "./syntax.ts";
import { choiceOf, repeatOf, sequenceOf } from "./syntax.ts";

interface Tail {
  readonly first: CharSet;
  readonly nullable: boolean;
  /** Steps from one place at most, of every loop only the first. */
  readonly work: number;
  /** Steps at each further character of the loops. */
  readonly loopWork: number;
  /** Steps until a tail that does not fit the next character is given up. */
  readonly giveUp: number;
  readonly loops: boolean;
}

const NOTHING: Tail = { first: EMPTY, nullable: true, work: 1, loopWork: 0, giveUp: 1, loops: false };

export interface Proof {
  /** Matches somewhere exactly when the pattern does. */
  readonly node: Node;
  /** Bound on steps per character of text. */
  readonly steps: number;
}

/** Expects a trimmed pattern. */
export function proveLinear(given: Node): Proof | undefined {
  const node = writtenOut(given);
  if (node === undefined) return undefined;
  const facts: Facts = { loops: [], width: 0 };
  const whole = before(node, NOTHING, facts);
  // What matches no characters at all may be found between the halves of a surrogate pair.
  if (whole === undefined || whole.nullable) return undefined;
  let starts = 1;
  if (facts.loops.length > 0 && !isAnchored(node)) {
    if (!disjoint(whole.first, union(...facts.loops))) return undefined;
    starts = facts.width + 1;
  }
  const steps = whole.work + starts * whole.loopWork;
  return steps <= MAX_STEPS_PER_CHARACTER ? { node, steps } : undefined;
}

/**
 * Whether a text matches does not depend on how often the pattern's first or last part repeats beyond its minimum: a
 * shorter match lies inside the longer one.
 */
export function trimmedPattern(given: Node): Node {
  return trimmed(trimmed(given, "start"), "end");
}

function trimmed(node: Node, side: "start" | "end"): Node {
  switch (node.kind) {
    case "set":
    case "assert":
      return node;
    case "choice":
      return choiceOf(node.parts.map((part) => trimmed(part, side)));
    case "repeat":
      if (node.min === 1) return trimmed(node.node, side);
      return node.min === 0 ? sequenceOf([]) : repeatOf(node.node, node.min, node.min);
    case "sequence": {
      const rest = [...node.parts];
      for (;;) {
        const part = side === "start" ? rest.shift() : rest.pop();
        if (part === undefined) return sequenceOf([]);
        const shorter = trimmed(part, side);
        if (shorter.kind === "sequence" && shorter.parts.length === 0) continue;
        return sequenceOf(side === "start" ? [shorter, ...rest] : [...rest, shorter]);
      }
    }
  }
}

/** Repeated groups as sequences of optional parts; undefined when that is not possible or too large. */
function writtenOut(node: Node): Node | undefined {
  const budget = { left: MAX_NATIVE_NODES };
  const write = (one: Node): Node | undefined => {
    if (--budget.left < 0) return undefined;
    if (one.kind === "set" || one.kind === "assert") return one;
    if (one.kind !== "repeat") {
      const parts = all(one.parts, write);
      return parts && (one.kind === "sequence" ? sequenceOf(parts) : choiceOf(parts));
    }
    if (one.node.kind === "set") return one;
    if (one.max === Number.POSITIVE_INFINITY) return undefined;
    let optional = sequenceOf([]);
    for (let index = one.min; index < one.max; index++) {
      const inner = write(one.node);
      if (inner === undefined) return undefined;
      optional = choiceOf([sequenceOf([inner, optional]), sequenceOf([])]);
    }
    const fixed = all(Array<Node>(one.min).fill(one.node), write);
    return fixed && sequenceOf([...fixed, optional]);
  };
  return write(node);
}

function all(nodes: readonly Node[], write: (node: Node) => Node | undefined): Node[] | undefined {
  const written: Node[] = [];
  for (const node of nodes) {
    const one = write(node);
    if (one === undefined) return undefined;
    written.push(one);
  }
  return written;
}

function isAnchored(node: Node): boolean {
  if (node.kind === "assert") return node.assertion === "start";
  if (node.kind === "choice") return node.parts.every(isAnchored);
  return node.kind === "sequence" && node.parts[0] !== undefined && isAnchored(node.parts[0]);
}

interface Facts {
  readonly loops: CharSet[];
  /** Characters a match can take outside loops. */
  width: number;
}

/** The tail that begins with `node` and goes on with `tail`; undefined when there is no proof. */
function before(node: Node, tail: Tail, facts: Facts): Tail | undefined {
  switch (node.kind) {
    case "set":
      facts.width++;
      return { ...tail, first: node.set, nullable: false, work: 1 + tail.work, giveUp: 1 };
    case "assert":
      return { ...tail, work: 1 + tail.work, giveUp: 1 + tail.giveUp };
    case "sequence":
      return node.parts.reduceRight<Tail | undefined>((rest, part) => rest && before(part, rest, facts), tail);
    case "choice": {
      const branches = node.parts.map((part) => before(part, tail, facts));
      return branches.some((branch) => branch === undefined) ? undefined : eitherOf(branches as Tail[]);
    }
    case "repeat":
      return beforeRepeat(node, tail, facts);
  }
}

/** When the next character decides, only one branch goes on; otherwise all of them may. */
function eitherOf(branches: readonly Tail[]): Tail {
  const decided = branches.every(
    ({ first, nullable }, index) =>
      !nullable && branches.slice(0, index).every((other) => disjoint(other.first, first)),
  );
  const total = (count: (branch: Tail) => number): number => branches.reduce((sum, branch) => sum + count(branch), 0);
  const most = (count: (branch: Tail) => number): number => Math.max(...branches.map(count));
  const giveUp = 1 + total((branch) => branch.giveUp);
  return {
    first: union(...branches.map(({ first }) => first)),
    nullable: branches.some(({ nullable }) => nullable),
    work: decided ? giveUp + most(({ work }) => work) : 1 + total(({ work }) => work),
    loopWork: (decided ? most : total)(({ loopWork }) => loopWork),
    giveUp,
    loops: branches.some(({ loops }) => loops),
  };
}

function beforeRepeat(node: Node & { kind: "repeat" }, tail: Tail, facts: Facts): Tail | undefined {
  const { set } = node.node as Node & { kind: "set" };
  const { min, max } = node;
  const endless = max === Number.POSITIVE_INFINITY;
  const oneExit = disjoint(set, tail.first);
  if (endless && !oneExit && tail.loops) return undefined;
  facts.width += endless ? min : max;
  if (endless) facts.loops.push(set);
  // A bounded loop takes all its steps from one place; an endless one takes them at as many places.
  const exits = endless ? 1 : max - min + 1;
  const taken = endless ? min + 1 : max;
  const leaving = oneExit ? exits * tail.giveUp + tail.work : exits * tail.work;
  return {
    first: min === 0 ? union(set, tail.first) : set,
    nullable: min === 0 && tail.nullable,
    work: 1 + taken + leaving,
    loopWork: (endless ? 1 + (oneExit ? tail.giveUp : tail.work) : 0) + (oneExit ? 1 : exits) * tail.loopWork,
    giveUp: 1 + (min === 0 ? tail.giveUp : 0),
    loops: endless || tail.loops,
  };
}
