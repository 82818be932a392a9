/**
 * Guards: for a rule, the set of requirements of which at least one must be met before the rule can match, chosen so
 * that events seldom meet it.
 * AND: the rarest guard of any part. OR: the guards of all parts together. NOT: none, absence proves nothing.
 */
import type { Requirement } from "./atom.ts";
import { WHOLE_EVENT } from "./atom.ts";
import type { Expression } from "./expression.ts";
import { verbatimPart } from "../search/literal-screen.ts";
import { totalSurprise } from "../search/rarity.ts";

export interface Guard {
  readonly requirements: readonly Requirement[];
  /** Expected share of events that meet it; a guess that only has to order guards. */
  readonly share: number;
}

/** Most events of a log source have the fields its rules ask for. */
const PRESENT_SHARE = 0.95;
/** Bits a text gains by its place: a whole value is met less often than a beginning, that less often than an inside. */
const PLACE_BITS = { equals: 4, start: 2, end: 2, inside: 0 } as const;
/** Texts above this are all equally rare. */
const RARE_BITS = 30;

/** The share of events that meet a requirement. */
export interface ShareSource {
  of(requirement: Requirement): number;
  /** Guards that were chosen by it, where it does not change. */
  readonly guards?: WeakMap<Expression, { readonly guard: Guard | undefined }>;
}

/** The expected share of events that meet a requirement. Texts that many rules ask for are rarely rare. */
export class Shares implements ShareSource {
  private readonly uses: ReadonlyMap<string, number>;
  private readonly surprise = new Map<string, number>();
  /** Views of one log source have most of their expressions in common. */
  readonly guards = new WeakMap<Expression, { readonly guard: Guard | undefined }>();

  constructor(uses: ReadonlyMap<string, number>) {
    this.uses = uses;
  }

  of({ field, where, text }: Requirement): number {
    if (where === "present") return PRESENT_SHARE;
    // One keyword that no record can be screened for, and all of the view's are looked for in every value.
    if (field === WHOLE_EVENT && verbatimPart(text) === undefined) return PRESENT_SHARE;
    const bits = Math.min(RARE_BITS, this.surpriseOf(text) + PLACE_BITS[where]);
    return Math.min(PRESENT_SHARE, (1 + (this.uses.get(text) ?? 0)) * 2 ** -bits);
  }

  private surpriseOf(text: string): number {
    const known = this.surprise.get(text);
    if (known !== undefined) return known;
    const bits = totalSurprise(text);
    this.surprise.set(text, bits);
    return bits;
  }
}

export function guardOf(expression: Expression, shares: ShareSource): Guard | undefined {
  const known = shares.guards?.get(expression);
  if (known !== undefined) return known.guard;
  const guard = chooseGuard(expression, shares);
  shares.guards?.set(expression, { guard });
  return guard;
}

function chooseGuard(expression: Expression, shares: ShareSource): Guard | undefined {
  switch (expression.op) {
    case "atom":
      return guardFrom(expression.atom.requirements, shares);
    case "and": {
      const guards = expression.parts.flatMap((part) => guardOf(part, shares) ?? []);
      return guards.length === 0
        ? undefined
        : guards.reduce((best, guard) => (guard.share < best.share ? guard : best));
    }
    case "or": {
      const guards = expression.parts.map((part) => guardOf(part, shares));
      if (guards.includes(undefined)) return undefined;
      const all = guards as Guard[];
      return {
        requirements: all.flatMap(({ requirements }) => requirements),
        share: all.reduce((sum, { share }) => sum + share, 0),
      };
    }
    case "not":
    case "constant":
      return undefined;
  }
}

function guardFrom(requirements: readonly Requirement[], shares: ShareSource): Guard | undefined {
  if (requirements.length === 0) return undefined;
  return { requirements, share: requirements.reduce((sum, requirement) => sum + shares.of(requirement), 0) };
}
