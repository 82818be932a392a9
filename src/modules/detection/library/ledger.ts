import { type Audit, actorOf } from "../../../platform/audit/index.ts";
import type { Clock } from "../../../platform/clock/index.ts";
import type { Records, Tx } from "../../../platform/db/index.ts";
import type { Principal } from "../../../platform/http/index.ts";
import { appendHistory, type RuleDeed } from "../history/store.ts";

/** Who asked for a change, and from where. */
export interface Asker {
  readonly who: Principal;
  readonly peer: string | null;
}

export interface LedgerEntry {
  readonly verb: string;
  readonly object: { readonly kind: string; readonly id: string };
  readonly details: Readonly<Record<string, unknown>>;
  /** Lines in the histories of the rules concerned. */
  readonly history: readonly Omit<RuleDeed, "at" | "by">[];
}

/** What a change does, in its transaction; `stamp` is when and by whom. */
export type Effect = (tx: Tx, stamp: { readonly at: number; readonly by: string }) => Promise<void>;

/** Every change of the library goes through here: its effect, its audit entry and the rules' history are one transaction. */
export class Ledger {
  readonly #deps: { readonly records: Records; readonly audit: Audit; readonly clock: Clock };

  constructor(deps: { readonly records: Records; readonly audit: Audit; readonly clock: Clock }) {
    this.#deps = deps;
  }

  async write(by: Asker, entry: LedgerEntry, effect: Effect): Promise<void> {
    const { records, audit, clock } = this.#deps;
    const stamp = { at: clock.now(), by: by.who.name };
    await records.transaction(async (tx) => {
      await effect(tx, stamp);
      await appendHistory(
        tx,
        entry.history.map((deed) => ({ ...deed, ...stamp })),
      );
      const { verb, object, details } = entry;
      await audit.record({ actor: actorOf(by.who), peer: by.peer, verb, object, details }, tx);
    });
  }
}
