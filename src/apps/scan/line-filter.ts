/**
 * Settles the lines of a scan that no rule matches, without parsing them. What it cannot read, and what matches, is
 * left to be parsed in full: a finding comes from the same code whether the line was looked at here or not.
 */
import type { Ruleset } from "../../modules/detection/matching.ts";
import { EventLine, type LineScreen } from "../../modules/ingest/parsing.ts";

export class LineFilter implements LineScreen {
  readonly #line = new EventLine();
  readonly #ruleset: Pick<Ruleset, "matchesAny">;
  #settled = 0;

  constructor(ruleset: Pick<Ruleset, "matchesAny">) {
    this.#ruleset = ruleset;
  }

  load(chunk: Uint8Array): boolean {
    return this.#line.load(chunk);
  }

  settle(start: number, mostBytes: number): number {
    const end = this.#line.read(start);
    if (end === -1 || end - start > mostBytes || this.#ruleset.matchesAny(this.#line)) return -1;
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
