import type { NoTables, Query, Tx } from "../../platform/db/index.ts";
import { foldFacts } from "./core/facts.ts";
import { clockOf } from "./core/clocks.ts";
import type { TriagePolicy } from "./core/policy.ts";
import { bandOf, type UrgencyTable } from "./core/urgency.ts";
import { arrivalLag, familyOf, getGroups, saveFacts, setClock, transitionsOf } from "./store/index.ts";

/** What decisions about alerts are made by. */
export interface Rulebook {
  readonly policy: TriagePolicy;
  readonly table: UrgencyTable;
}

/** After anything that was written into the history of an alert: its facts and its running clock, folded anew. */
export async function settle(tx: Tx, alertIds: readonly string[], book: Rulebook): Promise<void> {
  for (const alert of await getGroups(tx as Query<NoTables>, alertIds)) {
    const history = await transitionsOf(tx, alert.id);
    const facts = foldFacts(
      history.map((step) => ({ ...step, actorId: step.actor.id })),
      alert.createdAt,
    );
    const lag = await arrivalLag(tx, await familyOf(tx, alert.id));
    await saveFacts(tx, alert, { facts, lag });
    const clock = clockOf(book.policy, { facts, state: alert.state, band: bandOf(book.table, alert.urgency) });
    await setClock(tx, alert.id, clock);
  }
}
