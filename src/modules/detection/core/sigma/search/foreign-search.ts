/**
 * Literals outside ASCII, of which a few rules list thousands (pictographs, look-alike letters) and which texts nearly
 * never hold. Each is found by one of its units: a table of states would have a column for every one of them.
 */
import type { Payload } from "./automaton.ts";
import { foldedUnits } from "../pattern.ts";
import { standsAt } from "./skip-search.ts";

const ASCII_END = 128;

interface Needle {
  readonly literal: string;
  readonly payload: Payload;
  /** Where the unit it is found by stands. */
  readonly offset: number;
}

export class ForeignSearch {
  private readonly byUnit = new Map<number, Needle[]>();
  /** Units of ASCII that literals are found by, because they have no others. */
  private readonly low = new Uint8Array(ASCII_END);

  /** All literals are case folded and not empty. */
  constructor(literals: ReadonlyMap<string, Payload>) {
    for (const [literal, payload] of literals) {
      const offset = tellingUnit(literal);
      const unit = literal.charCodeAt(offset);
      const known = this.byUnit.get(unit);
      if (known === undefined) this.byUnit.set(unit, [{ literal, payload, offset }]);
      else known.push({ literal, payload, offset });
      if (unit < ASCII_END) this.low[unit] = 1;
    }
  }

  search(text: string, report: (payload: Payload) => void): void {
    const { byUnit, low } = this;
    const folded = foldedUnits;
    for (let at = 0; at < text.length; at++) {
      const unit = folded[text.charCodeAt(at)] as number;
      if (unit < ASCII_END && low[unit] === 0) continue;
      for (const { literal, payload, offset } of byUnit.get(unit) ?? [])
        if (standsAt(literal, text, at - offset)) report(payload);
    }
  }
}

/** Thousands of characters share the first of their two units. */
function tellingUnit(literal: string): number {
  for (let at = 0; at < literal.length; at++) {
    const unit = literal.charCodeAt(at);
    if (unit >= ASCII_END && (unit < 0xd800 || unit >= 0xdc00)) return at;
  }
  return 0;
}
