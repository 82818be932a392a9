/** Boolean expressions over atoms: what a rule becomes when it is compiled for one log source. */
import type { Atom } from "./atom.ts";

export type Expression =
  | { readonly op: "atom"; readonly atom: Atom }
  | { readonly op: "and"; readonly parts: readonly Expression[] }
  | { readonly op: "or"; readonly parts: readonly Expression[] }
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
