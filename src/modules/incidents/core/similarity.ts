/**
 * How alike two cases are: what they share, each thing worth more the rarer it is. An address that every case has
 * tells nothing; the same unusual hash in two of them tells almost everything.
 */
export type SharedKind = "indicator" | "entity" | "rule";

export interface Shared {
  readonly caseId: string;
  readonly kind: SharedKind;
  /** What is shared, as people read it: an address, a host, a rule's title. */
  readonly value: string;
}

export interface Likeness {
  readonly caseId: string;
  readonly score: number;
  readonly shared: readonly { readonly kind: SharedKind; readonly value: string; readonly points: number }[];
}

const WEIGHT: Readonly<Record<SharedKind, number>> = { indicator: 40, entity: 25, rule: 10 };

/** `cases` is the number of cases compared with; the most alike first, equal ones in the order of their ids. */
export function rankLikeness(shared: readonly Shared[], limit: number): Likeness[] {
  const holders = new Map<string, Set<string>>();
  for (const { kind, value, caseId } of shared) {
    const key = `${kind}\0${value}`;
    holders.set(key, (holders.get(key) ?? new Set()).add(caseId));
  }
  const byCase = Map.groupBy(shared, ({ caseId }) => caseId);
  return [...byCase]
    .map(([caseId, all]) => {
      const things = [...new Map(all.map((one) => [`${one.kind}\0${one.value}`, one])).entries()].map(([key, one]) => ({
        kind: one.kind,
        value: one.value,
        points: Math.round((WEIGHT[one.kind] / Math.log2(1 + (holders.get(key)?.size ?? 1))) * 10) / 10,
      }));
      things.sort((a, b) => b.points - a.points || (a.value < b.value ? -1 : 1));
      const score = Math.round(things.reduce((sum, { points }) => sum + points, 0) * 10) / 10;
      return { caseId, score, shared: things };
    })
    .sort((a, b) => b.score - a.score || (a.caseId < b.caseId ? -1 : 1))
    .slice(0, limit);
}
