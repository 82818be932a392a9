import { randomUUID } from "node:crypto";
import { Fault, type Instant } from "../../kernel/index.ts";
import { type Audit, actorOf } from "../../platform/audit/index.ts";
import type { Clock } from "../../platform/clock/index.ts";
import type { Records, Tx } from "../../platform/db/index.ts";
import type { Principal } from "../../platform/http/index.ts";
import type { LiveChannel } from "../../platform/live/index.ts";
import type { Outbox } from "../../platform/outbox/index.ts";
import { wake } from "./absorb.ts";
import { type ActOutcome, actOnAlerts, undoBatch } from "./act.ts";
import type { AlertEntity, GroupingKind } from "./core/grouping.ts";
import type { AlertDeed, Person } from "./core/workflow.ts";
import { mergeAlerts, splitAlert } from "./families.ts";
import { WOKEN_AT_ONCE } from "./limits.ts";
import { foldSightings } from "./related/related.ts";
import { type Rulebook, settle } from "./settle.ts";
import {
  appendTransition,
  getGroups,
  type GroupingRecord,
  groupingOf,
  hasBeenSeen,
  notFolded,
  setGrouping,
  sleepersDue,
  withoutFacts,
} from "./store/index.ts";
import type { Weighing } from "./weighing.ts";

/** Told upward: somebody was called in a note, or an alert was given to somebody. */
export const PERSON_MENTIONED = "alerts.person.mentioned";
export const ALERT_ASSIGNED = "alerts.alert.assigned";

/** Payload of both. */
export interface AlertNewsOfPeople {
  readonly people: readonly string[];
  readonly by: Person | null;
  readonly object: { readonly kind: "alert"; readonly id: string; readonly title: string };
  readonly exerciseId?: string;
  /** Further alerts of the same deed. */
  readonly more: number;
  readonly note: string | null;
}

interface Deps {
  readonly records: Records;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly live: LiveChannel;
  readonly outbox: Outbox;
  readonly weighing: Weighing;
  readonly book: Rulebook;
}

export interface Doer {
  readonly who: Principal;
  readonly peer: string;
  /** What colleagues call them; the audit log keeps the unique user name. */
  readonly displayName?: string | undefined;
}

interface Entry {
  readonly verb: string;
  readonly details: Record<string, unknown>;
}

/** What people do to alerts. Owns the transactions; decisions are in core/. */
export class Triage {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  get policy(): Rulebook["policy"] {
    return this.#deps.book.policy;
  }

  /** `seen`: the versions the actor saw; where somebody else changed more since, nothing is done and it is told. */
  async act(
    ids: readonly string[],
    deed: AlertDeed,
    by: Doer & { readonly seen?: Readonly<Record<string, number>> },
  ): Promise<ActOutcome> {
    const of = deed.action === "close" && deed.duplicateOf !== undefined ? { duplicateOf: deed.duplicateOf } : {};
    const details = deed.action === "close" ? { reason: deed.reason, ...of } : {};
    const { book } = this.#deps;
    return this.#change(by, { verb: `alerts.alert.${deed.action}`, details }, async (tx, now) => {
      const actor = knownAs(by);
      const asked = { ids, deed, actor, now, book, ...(by.seen === undefined ? {} : { seen: by.seen }) };
      const outcome = await actOnAlerts(tx, asked);
      await this.#tell(tx, { deed, outcome, actor });
      return outcome;
    });
  }

  async merge(ids: readonly string[], by: Doer): Promise<ActOutcome> {
    const { book } = this.#deps;
    return this.#change(by, { verb: "alerts.alert.merge", details: {} }, (tx, now) =>
      mergeAlerts(tx, { ids, actor: knownAs(by), now, book }),
    );
  }

  async split(id: string, part: AlertEntity, by: Doer): Promise<ActOutcome> {
    const { book } = this.#deps;
    return this.#change(by, { verb: "alerts.alert.split", details: { by: part.kind } }, (tx, now) =>
      splitAlert(tx, { ids: [id], actor: knownAs(by), now, book, by: part }),
    );
  }

  async undo(undoId: string, by: Doer): Promise<ActOutcome> {
    const { book } = this.#deps;
    return this.#change(by, { verb: "alerts.alert.undo", details: { undoId } }, (tx, now) =>
      undoBatch(tx, { undoId, actor: knownAs(by), now, book }),
    );
  }

  /** The first time a person who may act on it looks at an alert; looking again writes nothing. */
  async view(id: string, by: Doer): Promise<void> {
    const { records, clock, audit, book } = this.#deps;
    await records.transaction(async (tx) => {
      const [alert] = await getGroups(tx, [id]);
      if (alert === undefined) throw new Fault("missing", "alerts.alert.missing", "no such alert", { id });
      if (await hasBeenSeen(tx, id)) return;
      await appendTransition(tx, {
        id: randomUUID(),
        alertId: id,
        at: clock.now(),
        actor: knownAs(by),
        action: "view",
        before: alert.state,
        after: alert.state,
        note: null,
        batchId: null,
        undoes: null,
      });
      await settle(tx, [id], book);
      await audit.record({ actor: actorOf(by.who), peer: by.peer, verb: "alerts.alert.view", details: { id } }, tx);
    });
  }

  /** Wakes whose time has come. */
  async wakeDue(): Promise<number> {
    const { records, clock, live, book } = this.#deps;
    const now = clock.now();
    const ids = await sleepersDue(records.query, now, WOKEN_AT_ONCE);
    if (ids.length === 0) return 0;
    await records.transaction(async (tx) => {
      for (const id of ids) await wake(tx, id, now);
      await settle(tx, ids, book);
    });
    live.publish({ event: "alerts", data: { ids, created: 0 } });
    return ids.length;
  }

  /** Folds what was there before facts and entities were kept; returns how many there were. */
  async foldMissing(): Promise<number> {
    const { records, book } = this.#deps;
    const ids = await withoutFacts(records.query, WOKEN_AT_ONCE);
    if (ids.length > 0) await records.transaction((tx) => settle(tx, ids, book));
    const unfolded = await notFolded(records.query, WOKEN_AT_ONCE);
    if (unfolded.length > 0) {
      await records.transaction(async (tx) => {
        for (const alert of await getGroups(tx, unfolded)) await foldSightings(tx, alert);
      });
    }
    return ids.length + unfolded.length;
  }

  async grouping(ruleId: string): Promise<GroupingRecord> {
    const none = { kinds: [], version: 0, updatedAt: 0, updatedBy: "" };
    return (await groupingOf(this.#deps.records.query, [ruleId])).get(ruleId) ?? none;
  }

  /** From now on, and for groups that are not there yet. */
  async group(
    ruleId: string,
    wanted: { readonly kinds: readonly GroupingKind[]; readonly version: number },
    by: Doer,
  ): Promise<GroupingRecord> {
    const { records, audit, clock } = this.#deps;
    return records.transaction(async (tx) => {
      const now = (await groupingOf(tx, [ruleId])).get(ruleId);
      if ((now?.version ?? 0) !== wanted.version) {
        throw new Fault("conflict", "alerts.grouping.changed_since", "changed since it was read", {
          by: now?.updatedBy ?? null,
          at: new Date(now?.updatedAt ?? 0).toISOString(),
        });
      }
      const { name } = knownAs(by);
      const record = { kinds: wanted.kinds, version: wanted.version + 1, updatedAt: clock.now(), updatedBy: name };
      await setGrouping(tx, ruleId, record);
      const details = { rule: ruleId, kinds: wanted.kinds };
      await audit.record({ actor: actorOf(by.who), peer: by.peer, verb: "alerts.grouping.set", details }, tx);
      return record;
    });
  }

  async #tell(
    tx: Tx,
    { deed, outcome, actor }: { deed: AlertDeed; outcome: ActOutcome; actor: Person },
  ): Promise<void> {
    const called = deed.action === "note" ? (deed.mentions ?? []) : deed.action === "assign" ? [deed.assignee.id] : [];
    const people = called.filter((id) => id !== actor.id);
    const [alert] = people.length === 0 ? [] : await getGroups(tx, outcome.changedIds.slice(0, 1));
    if (alert === undefined) return;
    const payload: AlertNewsOfPeople = {
      people,
      by: actor,
      object: {
        kind: "alert",
        id: alert.id,
        title: `${alert.rule.titleVi ?? alert.rule.title} · ${alert.entity.value}`,
      },
      more: outcome.changedIds.length - 1,
      note: deed.action === "note" ? deed.note : null,
      ...(alert.exerciseId === null ? {} : { exerciseId: alert.exerciseId }),
    };
    await this.#deps.outbox.publish(tx, {
      topic: deed.action === "note" ? PERSON_MENTIONED : ALERT_ASSIGNED,
      payload,
    });
  }

  async #change(by: Doer, entry: Entry, work: (tx: Tx, now: Instant) => Promise<ActOutcome>): Promise<ActOutcome> {
    const { records, audit, clock, live, weighing, outbox } = this.#deps;
    const outcome = await records.transaction(async (tx) => {
      const done = await work(tx, clock.now());
      const details = { ...entry.details, changed: done.changedIds, refused: done.refused.length };
      await audit.record({ actor: actorOf(by.who), peer: by.peer, verb: entry.verb, details }, tx);
      return done;
    });
    if (outcome.changedIds.length === 0) return outcome;
    live.publish({ event: "alerts", data: { ids: outcome.changedIds, created: 0 } });
    weighing.changed(outcome.rules);
    void outbox.wake();
    return outcome;
  }
}

function knownAs({ who, displayName }: Doer): Person {
  return { id: who.id, name: displayName ?? who.name };
}
