import { randomUUID } from "node:crypto";
import type { Instant } from "../../kernel/index.ts";
import type { Tx } from "../../platform/db/index.ts";
import { type AlertDeed, type AlertState, judgeDeed, type Person } from "./core/workflow.ts";
import { UNDO_WINDOW_MS } from "./limits.ts";
import type { AlertRecord, HistoryRecord } from "./records.ts";
import {
  appendTransition,
  applyState,
  getGroups,
  lastTransitionId,
  liveGroup,
  transitionsOfBatch,
} from "./store/index.ts";

export interface ActOutcome {
  readonly changedIds: readonly string[];
  readonly refused: readonly { readonly id: string; readonly code: string }[];
  readonly undoId: string | null;
  /** Whose record another verdict changed. */
  readonly rules: ReadonlySet<string>;
}

/** One deed on many alerts: each is judged on its own, what is refused is told with its reason. */
export async function actOnAlerts(
  tx: Tx,
  work: { ids: readonly string[]; deed: AlertDeed; actor: Person; now: Instant },
): Promise<ActOutcome> {
  const batchId = randomUUID();
  const records = new Map((await getGroups(tx, [...new Set(work.ids)])).map((record) => [record.id, record]));
  const changedIds: string[] = [];
  const refused: { id: string; code: string }[] = [];
  const rules = new Set<string>();
  for (const id of new Set(work.ids)) {
    const record = records.get(id);
    const verdict =
      record === undefined ? refusal("alerts.alert.missing") : judgeDeed(record.state, work.deed, work.actor);
    if (record === undefined || !verdict.ok) {
      refused.push({ id, code: verdict.ok ? "alerts.alert.missing" : verdict.code });
      continue;
    }
    if (await wouldSupersede(tx, record, verdict.next)) {
      refused.push({ id, code: "alerts.action.superseded" });
      continue;
    }
    await write(tx, { record, next: verdict.next, deed: work.deed, actor: work.actor, now: work.now, batchId });
    changedIds.push(id);
    if (record.state.closeReason !== verdict.next.closeReason) rules.add(record.rule.id);
  }
  return { changedIds, refused, undoId: changedIds.length === 0 ? null : batchId, rules };
}

/** Takes a batch back, alert by alert, where nothing has happened since. The undo is itself a transition. */
export async function undoBatch(tx: Tx, work: { undoId: string; actor: Person; now: Instant }): Promise<ActOutcome> {
  const history = await transitionsOfBatch(tx, work.undoId);
  const batchId = randomUUID();
  const changedIds: string[] = [];
  const refused: { id: string; code: string }[] = [];
  const rules = new Set<string>();
  const records = new Map(
    (
      await getGroups(
        tx,
        history.map((one) => one.alertId),
      )
    ).map((record) => [record.id, record]),
  );
  for (const done of history) {
    const record = records.get(done.alertId);
    const code = record === undefined ? "alerts.alert.missing" : await undoRefusal(tx, { done, record, work });
    if (record === undefined || code !== undefined) {
      refused.push({ id: done.alertId, code: code ?? "alerts.alert.missing" });
      continue;
    }
    const next = done.before ?? record.state;
    await applyState(tx, record.id, { state: next, notes: done.note === null ? 0 : -1, at: work.now });
    await appendTransition(tx, {
      id: randomUUID(),
      alertId: record.id,
      at: work.now,
      actor: work.actor,
      action: "undo",
      before: record.state,
      after: next,
      note: null,
      batchId,
      undoes: done.id,
    });
    changedIds.push(record.id);
    if (record.state.closeReason !== next.closeReason) rules.add(record.rule.id);
  }
  return { changedIds, refused, undoId: null, rules };
}

async function undoRefusal(
  tx: Tx,
  { done, record, work }: { done: HistoryRecord; record: AlertRecord; work: { actor: Person; now: Instant } },
): Promise<string | undefined> {
  if (done.actor.id !== work.actor.id) return "alerts.undo.not_yours";
  if (work.now - done.at > UNDO_WINDOW_MS) return "alerts.undo.too_late";
  if (done.action === "undo" || (await lastTransitionId(tx, record.id)) !== done.id) return "alerts.undo.superseded";
  if (await wouldSupersede(tx, record, done.before ?? record.state)) return "alerts.action.superseded";
  return undefined;
}

/** A closed alert cannot come back to life while a newer group collects the same findings. */
async function wouldSupersede(tx: Tx, record: AlertRecord, next: AlertState): Promise<boolean> {
  if (record.state.status !== "closed" || next.status === "closed") return false;
  return (await liveGroup(tx, record.groupKey)) !== undefined;
}

async function write(
  tx: Tx,
  work: { record: AlertRecord; next: AlertState; deed: AlertDeed; actor: Person; now: Instant; batchId: string },
): Promise<void> {
  const note = "note" in work.deed && work.deed.note !== undefined && work.deed.note !== "" ? work.deed.note : null;
  await applyState(tx, work.record.id, {
    state: work.next,
    notes: note === null ? 0 : 1,
    at: work.now,
    ...(work.deed.action === "close" ? { closed: { at: work.now, by: work.actor.name } } : {}),
  });
  await appendTransition(tx, {
    id: randomUUID(),
    alertId: work.record.id,
    at: work.now,
    actor: work.actor,
    action: work.deed.action,
    before: work.record.state,
    after: work.next,
    note,
    batchId: work.batchId,
    undoes: null,
  });
}

function refusal(code: string): { readonly ok: false; readonly code: string } {
  return { ok: false, code };
}
