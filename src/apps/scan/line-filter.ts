/**
 * Settles the lines of a scan that no rule matches, without parsing them. What it cannot read is left to be parsed in
 * full, and so is what matches: what a finding tells comes from the same code whether the line was looked at here or
 * not, and only which rules match need not be found again.
 */
import type { Rule, Ruleset } from "../../modules/detection/matching.ts";
import { EventLine, type LineScreen } from "../../modules/ingest/parsing.ts";

/** Left with a line that rules match. */
class Matches {
  readonly rules: readonly Rule[];

  constructor(rules: readonly Rule[]) {
    this.rules = rules;
  }
}

export class LineFilter implements LineScreen {
  note: object | undefined;
  readonly #line = new EventLine();
  readonly #ruleset: Pick<Ruleset, "matchLine">;
  #settled = 0;

  constructor(ruleset: Pick<Ruleset, "matchLine">) {
    this.#ruleset = ruleset;
  }

  /** The rules that match a line, filters left out, when they were found by looking at its bytes. */
  static matchesOf({ note }: { readonly note?: object }): readonly Rule[] | undefined {
    return note instanceof Matches ? note.rules : undefined;
  }

  load(chunk: Uint8Array): boolean {
    return this.#line.load(chunk);
  }

  settle(start: number, mostBytes: number): number {
    this.note = undefined;
    const end = this.#line.read(start);
    if (end === -1 || end - start > mostBytes) return -1;
    const matched = this.#ruleset.matchLine(this.#line);
    if (matched.length > 0) {
      this.note = new Matches(matched);
      return -1;
    }
    this.#settled += 1;
    return end;
  }

  /** Events settled since the last call. */
  takeSettled(): number {
    const settled = this.#settled;
    this.#settled = 0;
    return settled;
  }
}
