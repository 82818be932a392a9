/** FIRST TLP 2.0, strictest first. */
export const TLPS = ["RED", "AMBER+STRICT", "AMBER", "GREEN", "CLEAR"] as const;
type Tlp = (typeof TLPS)[number];

/** What leaves together is marked as the strictest of it. */
export function strictestTlp(first: Tlp, others: readonly Tlp[]): Tlp {
  return [first, ...others].reduce((strict, one) => (TLPS.indexOf(one) < TLPS.indexOf(strict) ? one : strict));
}
