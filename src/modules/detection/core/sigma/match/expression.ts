/** Boolean expressions over atoms: what a rule becomes when it is compiled for one log source. */
import type { Atom } from "./atom.ts";
import type { EventSlots } from "./fields.ts";

export type Expression =
  | { readonly op: "atom"; readonly atom: Atom }
  | { readonly op: "and"; readonly parts: readonly Expression[] }
  /** `quick` answers for the parts. */
  | { readonly op: "or"; readonly parts: readonly Expression[]; readonly quick?: (slots: EventSlots) => boolean }
  | { readonly op: "not"; readonly part: Expression }
  | { readonly op: "constant"; readonly value: boolean };

export const ALWAYS: Expression = { op: "constant", value: true };
export const NEVER: Expression = { op: "constant", value: false };

/** Cheap parts first; constants disappear. */
export function and(parts: readonly Expression[]): Expression {
  const kept = parts.filter((part) => part !== ALWAYS);
  if (kept.includes(NEVER)) return NEVER;
  if (kept.length <= 1) return kept[0] ?? ALWAYS;
  return { op: "and", parts: byPrice(kept) };
}

export function or(parts: readonly Expression[]): Expression {
  const kept = parts.filter((part) => part !== NEVER);
  if (kept.includes(ALWAYS)) return ALWAYS;
  if (kept.length <= 1) return kept[0] ?? NEVER;
  return { op: "or", parts: byPrice(kept) };
}

export function not(part: Expression): Expression {
  if (part.op === "constant") return part.value ? NEVER : ALWAYS;
  return part.op === "not" ? part.part : { op: "not", part };
}

function byPrice(parts: readonly Expression[]): readonly Expression[] {
  let before = 0;
  for (const part of parts) {
    const price = priceOf(part);
    if (price < before) return parts.toSorted((one, two) => priceOf(one) - priceOf(two));
    before = price;
  }
  return parts;
}

const prices = new WeakMap<Expression, number>();

function priceOf(expression: Expression): number {
  if (expression.op === "atom") return expression.atom.price;
  const known = prices.get(expression);
  if (known !== undefined) return known;
  const price = computePrice(expression);
  prices.set(expression, price);
  return price;
}

function computePrice(expression: Exclude<Expression, { readonly op: "atom" }>): number {
  switch (expression.op) {
    case "constant":
      return 0;
    case "not":
      return priceOf(expression.part);
    default:
      return expression.parts.reduce((sum, part) => sum + priceOf(part), 0);
  }
}

/** Replaces atoms whose result is known beforehand; `undefined` leaves the atom. */
export function simplify(expression: Expression, known: (atom: Atom) => boolean | undefined): Expression {
  switch (expression.op) {
    case "constant":
      return expression;
    case "atom": {
      const value = known(expression.atom);
      return value === undefined ? expression : value ? ALWAYS : NEVER;
    }
    case "not": {
      const part = simplify(expression.part, known);
      return part === expression.part ? expression : not(part);
    }
    default:
      return simplifyParts(expression, known);
  }
}

/** One part may decide: most rules of a log source are about another kind of event than a view's. */
function simplifyParts(
  expression: Extract<Expression, { readonly parts: readonly Expression[] }>,
  known: (atom: Atom) => boolean | undefined,
): Expression {
  const { op, parts } = expression;
  const decides = op === "and" ? NEVER : ALWAYS;
  let simplified: Expression[] | undefined;
  for (const [index, part] of parts.entries()) {
    const simpler = simplify(part, known);
    if (simpler === decides) return decides;
    if (simpler === part) simplified?.push(part);
    else (simplified ??= parts.slice(0, index)).push(simpler);
  }
  if (simplified === undefined) return expression;
  return op === "and" ? and(simplified) : or(simplified);
}

/** Events from one on which parts change places to the next. */
const PROMOTED_EVERY = 4;
/** How much dearer a part may be than the one it takes the place of. */
const DEARER = 2;

/** The order of parts is of no meaning but for what evaluation costs. */
function promote(parts: Expression[], index: number): void {
  const part = parts[index] as Expression;
  const before = parts[index - 1] as Expression;
  if (priceOf(part) > DEARER * priceOf(before)) return;
  parts[index - 1] = part;
  parts[index] = before;
}

/** Answers of atoms for the current event: each atom runs at most once per event. */
export class Answers {
  private stamps = new Float64Array(0);
  private stamp = 0;

  makeRoom(atomCount: number): void {
    if (atomCount <= this.stamps.length) return;
    const grown = new Float64Array(Math.max(atomCount, 2 * this.stamps.length));
    grown.set(this.stamps);
    this.stamps = grown;
  }

  nextEvent(): void {
    this.stamp++;
  }

  holds(expression: Expression, slots: EventSlots): boolean {
    switch (expression.op) {
      case "atom":
        return this.ask(expression.atom, slots);
      case "and":
        return !this.decides(expression.parts, false, slots);
      case "or":
        return expression.quick === undefined ? this.decides(expression.parts, true, slots) : expression.quick(slots);
      case "not":
        return !this.holds(expression.part, slots);
      case "constant":
        return expression.value;
    }
  }

  /**
   * Whether any part has this answer. What decided goes forward a place now and then, so that what decides most is
   * asked first; nothing much dearer gets before what is cheap.
   */
  private decides(parts: readonly Expression[], answer: boolean, slots: EventSlots): boolean {
    for (let index = 0; index < parts.length; index++) {
      if (this.holds(parts[index] as Expression, slots) !== answer) continue;
      if (index > 0 && this.stamp % PROMOTED_EVERY === 0) promote(parts as Expression[], index);
      return true;
    }
    return false;
  }

  /** A stamp of the current event is positive for yes and negative for no. */
  private ask(atom: Atom, slots: EventSlots): boolean {
    const answered = this.stamps[atom.id] as number;
    if (answered === this.stamp) return true;
    if (answered === -this.stamp) return false;
    const holds = atom.holds(slots);
    this.stamps[atom.id] = holds ? this.stamp : -this.stamp;
    return holds;
  }
}
