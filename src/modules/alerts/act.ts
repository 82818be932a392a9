import { randomUUID } from "node:crypto";
import type { Instant } from "../../kernel/index.ts";
import type { Tx } from "../../platform/db/index.ts";
import { type AlertAct, type AlertDeed, type AlertState, isLive, judgeDeed, type Person } from "./core/workflow.ts";
import { DUPLICATE_DEPTH, UNDO_WINDOW_MS } from "./limits.ts";
import type { AlertRecord, HistoryRecord } from "./records.ts";
import { type Rulebook, settle } from "./settle.ts";
import {
  appendTransition,
  applyState,
  getGroups,
  indexTags,
  lastDecision,
  lastTransition,
  liveGroup,
  recount,
  transitionsOfBatch,
} from "./store/index.ts";

/** What somebody else did meanwhile, for whoever acted on what they saw before. */
export interface Meanwhile {
  readonly actor: Person;
  readonly action: AlertAct;
  readonly at: Instant;
}

export interface Refused {
  readonly id: string;
  readonly code: string;
  readonly meanwhile?: Meanwhile;
}

export interface ActOutcome {
  readonly changedIds: readonly string[];
  readonly refused: readonly Refused[];
  readonly undoId: string | null;
  /** Whose record another verdict changed. */
  readonly rules: ReadonlySet<string>;
}

export interface Asked {
  readonly ids: readonly string[];
  readonly actor: Person;
  readonly now: Instant;
  readonly book: Rulebook;
}

/** What appended things need no agreement about. */
const NEVER_CONFLICTS: ReadonlySet<AlertAct> = new Set(["note", "tag"]);

/** One deed on many alerts: each is judged on its own, what is refused is told with its reason. */
export async function actOnAlerts(
  tx: Tx,
  work: Asked & { readonly deed: AlertDeed; readonly seen?: Readonly<Record<string, number>> },
): Promise<ActOutcome> {
  const { deed, actor, now, book } = work;
  const batchId = randomUUID();
  const records = new Map((await getGroups(tx, [...new Set(work.ids)])).map((record) => [record.id, record]));
  const changedIds: string[] = [];
  const refused: Refused[] = [];
  const rules = new Set<string>();
  const homes: string[] = [];
  for (const id of new Set(work.ids)) {
    const record = records.get(id);
    if (record === undefined) {
      refused.push({ id, code: "alerts.alert.missing" });
      continue;
    }
    const conflict = await conflictOf(tx, record, work);
    if (conflict !== undefined) {
      refused.push(conflict);
      continue;
    }
    const { policy } = book;
    const { level } = record.rule;
    const verdict = judgeDeed(record.state, deed, {
      actor,
      now,
      policy,
      level,
      rank: record.levelRank,
      count: record.count,
    });
    const refusal = verdict.ok ? await duplicateRefusal(tx, record, deed) : undefined;
    if (refusal !== undefined) {
      refused.push({ id, code: refusal });
      continue;
    }
    if (!verdict.ok || (await wouldSupersede(tx, record, verdict.next))) {
      refused.push({ id, code: verdict.ok ? "alerts.action.superseded" : verdict.code });
      continue;
    }
    const others = await change(tx, {
      record,
      next: verdict.next,
      action: deed.action,
      note: noteOf(deed),
      actor,
      now,
      batchId,
      ...(verdict.next.duplicateOf !== null && deed.action === "close" ? { otherId: verdict.next.duplicateOf } : {}),
    });
    changedIds.push(id);
    homes.push(...others);
    if (isOtherRecord(record.state, verdict.next)) rules.add(record.rule.id);
  }
  await settle(tx, [...new Set([...changedIds, ...homes])], book);
  return { changedIds, refused, undoId: changedIds.length === 0 ? null : batchId, rules };
}

/** A duplicate is one of another alert of the same world, and nothing is one of itself, by however many steps. */
async function duplicateRefusal(tx: Tx, record: AlertRecord, deed: AlertDeed): Promise<string | undefined> {
  if (deed.action !== "close" || deed.duplicateOf === undefined) return undefined;
  if (deed.duplicateOf === record.id) return "alerts.action.duplicate_of_itself";
  let [other] = await getGroups(tx, [deed.duplicateOf]);
  if (other === undefined) return "alerts.action.duplicate_missing";
  if (other.exerciseId !== record.exerciseId) return "alerts.action.other_world";
  for (let depth = 0; depth < DUPLICATE_DEPTH; depth += 1) {
    const next: string | null = other.state.duplicateOf ?? other.state.mergedInto;
    if (next === record.id) return "alerts.action.duplicate_circle";
    if (next === null) return undefined;
    [other] = await getGroups(tx, [next]);
    if (other === undefined) return undefined;
  }
  return "alerts.action.duplicate_circle";
}

/** Somebody else changed it since the actor saw it: nothing is overwritten, it is told who did what. */
async function conflictOf(
  tx: Tx,
  record: AlertRecord,
  { deed, actor, seen }: { deed: AlertDeed; actor: Person; seen?: Readonly<Record<string, number>> },
): Promise<Refused | undefined> {
  const version = seen?.[record.id];
  if (version === undefined || version === record.version || NEVER_CONFLICTS.has(deed.action)) return undefined;
  const last = await lastDecision(tx, record.id);
  if (last === undefined || last.actor.id === actor.id) return undefined;
  const { id } = record;
  return {
    id,
    code: "alerts.action.changed_since",
    meanwhile: { actor: last.actor, action: last.action, at: last.at },
  };
}

/** Takes a batch back, alert by alert, where nothing has happened since. The undo is itself a transition. */
export async function undoBatch(tx: Tx, work: Omit<Asked, "ids"> & { readonly undoId: string }): Promise<ActOutcome> {
  const history = (await transitionsOfBatch(tx, work.undoId)).filter(
    ({ action }) => action !== "gather" && action !== "scatter",
  );
  const batchId = randomUUID();
  const changedIds: string[] = [];
  const refused: Refused[] = [];
  const rules = new Set<string>();
  const homes: string[] = [];
  const { actor, now, book } = work;
  for (const done of history) {
    const [record] = await getGroups(tx, [done.alertId]);
    const code = record === undefined ? "alerts.alert.missing" : await undoRefusal(tx, { done, record, work });
    if (record === undefined || code !== undefined) {
      refused.push({ id: done.alertId, code: code ?? "alerts.alert.missing" });
      continue;
    }
    const next = done.before ?? record.state;
    if (done.action === "split" && done.otherId != null)
      changedIds.push(...(await healSplit(tx, { childId: done.otherId, parent: record, actor, now, batchId })));
    const others = await change(tx, {
      record,
      next,
      action: "undo",
      note: null,
      actor,
      now,
      batchId,
      undoes: done.id,
      notes: done.note === null ? 0 : -1,
    });
    changedIds.push(record.id);
    homes.push(...others);
    if (isOtherRecord(record.state, next)) rules.add(record.rule.id);
  }
  await settle(tx, [...new Set([...changedIds, ...homes])], book);
  return { changedIds, refused, undoId: null, rules };
}

/** What was cut out lives in where it came from again; later findings of it go there too. */
async function healSplit(
  tx: Tx,
  work: { childId: string; parent: AlertRecord; actor: Person; now: Instant; batchId: string },
): Promise<string[]> {
  const [child] = await getGroups(tx, [work.childId]);
  if (child === undefined || !isLive(child.state.status)) return [];
  const next: AlertState = { ...child.state, status: "merged", mergedInto: work.parent.id, snooze: null };
  await change(tx, { ...work, record: child, next, action: "merge", note: null, otherId: work.parent.id });
  return [child.id];
}

async function undoRefusal(
  tx: Tx,
  { done, record, work }: { done: HistoryRecord; record: AlertRecord; work: { actor: Person; now: Instant } },
): Promise<string | undefined> {
  if (done.actor.id !== work.actor.id) return "alerts.undo.not_yours";
  if (work.now - done.at > UNDO_WINDOW_MS) return "alerts.undo.too_late";
  if (done.action === "undo" || (await lastTransition(tx, record.id))?.id !== done.id) return "alerts.undo.superseded";
  const next = done.before ?? record.state;
  if (await wouldSupersede(tx, record, next)) return "alerts.action.superseded";
  if (next.mergedInto !== null && record.state.mergedInto === null) {
    const [home] = await getGroups(tx, [next.mergedInto]);
    if (home === undefined || !isLive(home.state.status)) return "alerts.undo.superseded";
  }
  return undefined;
}

/** An alert cannot come back into the queue while a newer group collects the same findings. */
async function wouldSupersede(tx: Tx, record: AlertRecord, next: AlertState): Promise<boolean> {
  if (isLive(record.state.status) || !isLive(next.status)) return false;
  return (await liveGroup(tx, record.groupKey)) !== undefined;
}

/** Does the rule's record count it otherwise? A proposal that is confirmed becomes a verdict. */
function isOtherRecord(before: AlertState, next: AlertState): boolean {
  return before.closeReason !== next.closeReason || (before.proposedBy === null) !== (next.proposedBy === null);
}

function noteOf(deed: AlertDeed): string | null {
  return "note" in deed && deed.note !== undefined && deed.note !== "" ? deed.note : null;
}

/**
 * Writes a state and the transition that tells of it. Where it lives changes what others count: those are returned,
 * for their facts have to be folded anew as well.
 */
export async function change(
  tx: Tx,
  work: {
    readonly record: AlertRecord;
    readonly next: AlertState;
    readonly action: AlertAct;
    readonly note: string | null;
    readonly actor: Person;
    readonly now: Instant;
    readonly batchId: string;
    readonly undoes?: string;
    readonly otherId?: string;
    readonly notes?: number;
  },
): Promise<readonly string[]> {
  const { record, next, action, actor, now } = work;
  const before = record.state;
  await applyState(tx, record.id, {
    state: next,
    notes: work.notes ?? (work.note === null ? 0 : 1),
    at: now,
    isNew: JSON.stringify(before) !== JSON.stringify(next),
    ...(action === "close" ? { closed: { at: now, by: actor.name } } : {}),
  });
  if (before.tags !== next.tags) await indexTags(tx, record.id, next.tags);
  await appendTransition(tx, {
    id: randomUUID(),
    alertId: record.id,
    at: now,
    actor,
    action,
    before,
    after: next,
    note: work.note,
    batchId: work.batchId,
    undoes: work.undoes ?? null,
    otherId: work.otherId ?? null,
  });
  if (before.mergedInto === next.mergedInto) return [];
  const recounted: string[] = [];
  for (const home of [before.mergedInto, next.mergedInto]) {
    if (home === null) continue;
    recounted.push(...(await recount(tx, home)));
    await tellHome(tx, {
      home,
      member: record.id,
      gathers: home === next.mergedInto,
      actor,
      now,
      batchId: work.batchId,
    });
  }
  return recounted;
}

/** The history of the alert that takes others in, or gives them back, tells it as well. */
async function tellHome(
  tx: Tx,
  work: { home: string; member: string; gathers: boolean; actor: Person; now: Instant; batchId: string },
): Promise<void> {
  const [home] = await getGroups(tx, [work.home]);
  if (home === undefined) return;
  await appendTransition(tx, {
    id: randomUUID(),
    alertId: home.id,
    at: work.now,
    actor: work.actor,
    action: work.gathers ? "gather" : "scatter",
    before: home.state,
    after: home.state,
    note: null,
    batchId: work.batchId,
    undoes: null,
    otherId: work.member,
  });
}
