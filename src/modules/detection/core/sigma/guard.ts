/**
 * Guards: for a rule, the cheapest set of requirements of which at least one must be met before the rule can match.
 * AND: the cheapest guard of any part. OR: the guards of all parts together. NOT: none, absence proves nothing.
 */
import type { Requirement } from "./atom.ts";
import type { Expression } from "./expression.ts";

export interface Guard {
  readonly requirements: readonly Requirement[];
  /** Expected share of events that meet it, on no particular scale. */
  readonly cost: number;
}

/** A bare "field is there" filters little: any literal is better. */
const PRESENCE_COST = 1e6;
/** Literals this long are taken to be equally rare. */
const RARE_LENGTH = 12;

export function guardOf(expression: Expression, uses: ReadonlyMap<string, number>): Guard | undefined {
  switch (expression.op) {
    case "atom":
      return guardFrom(expression.atom.requirements, uses);
    case "and": {
      const guards = expression.parts.flatMap((part) => guardOf(part, uses) ?? []);
      return guards.length === 0 ? undefined : guards.reduce((best, guard) => (guard.cost < best.cost ? guard : best));
    }
    case "or": {
      const guards = expression.parts.map((part) => guardOf(part, uses));
      if (guards.includes(undefined)) return undefined;
      const all = guards as Guard[];
      return {
        requirements: all.flatMap(({ requirements }) => requirements),
        cost: all.reduce((sum, { cost }) => sum + cost, 0),
      };
    }
    case "not":
    case "constant":
      return undefined;
  }
}

function guardFrom(requirements: readonly Requirement[], uses: ReadonlyMap<string, number>): Guard | undefined {
  if (requirements.length === 0) return undefined;
  return { requirements, cost: requirements.reduce((sum, requirement) => sum + costOf(requirement, uses), 0) };
}

function costOf({ where, text }: Requirement, uses: ReadonlyMap<string, number>): number {
  if (where === "present") return PRESENCE_COST;
  const shortness = 2 ** Math.max(0, RARE_LENGTH - text.length);
  const anchored = where === "equals" ? 0.25 : where === "inside" ? 1 : 0.5;
  return (1 + (uses.get(text) ?? 0)) * shortness * anchored;
}
