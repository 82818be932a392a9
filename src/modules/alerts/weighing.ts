import { setImmediate as breathe } from "node:timers/promises";
import type { Severity } from "../../kernel/index.ts";
import type { NoTables, Query, Records } from "../../platform/db/index.ts";
import type { LiveChannel } from "../../platform/live/index.ts";
import type { AlertEntity } from "./core/grouping.ts";
import { type Importance, type UrgencyFactors, weighUrgency } from "./core/urgency.ts";
import { REWEIGHED_AT_ONCE } from "./limits.ts";
import { type Rulebook, settle } from "./settle.ts";
import { liveOfRule, rulesInQueue, setUrgency, trackRecordOf } from "./store/index.ts";

/** What the register of assets says of entities; keyed by kind, NUL, value. What it does not know may be left out. */
export type ImportanceOf = (
  entities: readonly AlertEntity[],
) => Promise<ReadonlyMap<string, { readonly importance: Importance; readonly systemName: string | null }>>;

export type Importances = Awaited<ReturnType<ImportanceOf>>;
export interface Weighed {
  readonly urgency: number;
  readonly factors: UrgencyFactors;
}

const keyOf = ({ kind, value }: AlertEntity): string => `${kind}\0${value}`;

/**
 * Keeps the urgency of what is in the queue true: a derived column, weighed when an alert opens and again when the
 * table, the register or the record of a rule changes. No history of its own: it is a function of what has one.
 */
export class Weighing {
  readonly #deps: {
    readonly records: Records;
    readonly live: LiveChannel;
    readonly book: Rulebook;
    readonly importanceOf: ImportanceOf;
  };
  /** Owned by `runDue`; a program that starts weighs everything, for the content may be another. */
  #due: Set<string> | "all" = "all";

  constructor(deps: {
    readonly records: Records;
    readonly live: LiveChannel;
    readonly book: Rulebook;
    readonly importanceOf: ImportanceOf;
  }) {
    this.#deps = deps;
  }

  importances(entities: readonly AlertEntity[]): Promise<Importances> {
    return this.#deps.importanceOf(entities);
  }

  async weigh(
    query: Query<NoTables>,
    alert: { readonly ruleId: string; readonly level: Severity; readonly entity: AlertEntity },
    known: Importances,
  ): Promise<Weighed> {
    const asset = known.get(keyOf(alert.entity));
    return weighUrgency(this.#deps.book.table, {
      severity: alert.level,
      importance: asset?.importance ?? "unknown",
      system: asset?.systemName ?? null,
      track: await trackRecordOf(query, alert.ruleId),
    });
  }

  /** The record of these rules changed, or something that concerns every alert. Weighed at the next turn of the job. */
  changed(rules: Iterable<string> | "all"): void {
    if (rules === "all" || this.#due === "all") this.#due = "all";
    else for (const rule of rules) this.#due.add(rule);
  }

  /** Weighs what is due; returns how many alerts have another urgency now. */
  async runDue(): Promise<number> {
    const { records } = this.#deps;
    const due = this.#due === "all" ? await rulesInQueue(records.query) : [...this.#due];
    this.#due = new Set();
    let changed = 0;
    for (const rule of due) changed += await this.#reweigh(rule);
    return changed;
  }

  async #reweigh(ruleId: string): Promise<number> {
    const { records, live } = this.#deps;
    let changed = 0;
    let after = "";
    for (;;) {
      const page = await liveOfRule(records.query, ruleId, { after, limit: REWEIGHED_AT_ONCE });
      const known = await this.importances(page.map(({ entity }) => entity));
      const ids = await records.transaction(async (tx) => {
        const done: string[] = [];
        const { book } = this.#deps;
        for (const alert of page) {
          const weighed = await this.weigh(tx, { ruleId, ...alert }, known);
          const factors = JSON.stringify(weighed.factors);
          if (weighed.urgency === alert.urgency && factors === alert.factors) continue;
          await setUrgency(tx, alert.id, { urgency: weighed.urgency, factors });
          if (weighed.urgency !== alert.urgency) done.push(alert.id);
        }
        // Another urgency may be another band, with other promises.
        await settle(tx, done, book);
        return done;
      });
      if (ids.length > 0) live.publish({ event: "alerts", data: { ids, created: 0 } });
      changed += ids.length;
      const last = page.at(-1);
      if (last === undefined || page.length < REWEIGHED_AT_ONCE) return changed;
      after = last.id;
      await breathe();
    }
  }
}
