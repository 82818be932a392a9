import type { Tlp } from "../schemas.ts";

/** FIRST TLP 2.0, strictest first. */
const ORDER: readonly Tlp[] = ["RED", "AMBER+STRICT", "AMBER", "GREEN", "CLEAR"];

/** What leaves together is marked as the strictest of it. */
export function strictestTlp(first: Tlp, others: readonly Tlp[]): Tlp {
  return [first, ...others].reduce((strict, one) => (ORDER.indexOf(one) < ORDER.indexOf(strict) ? one : strict));
}
