import { createHash, randomUUID } from "node:crypto";
import { Fault } from "../../kernel/index.ts";
import type { Tx } from "../../platform/db/index.ts";
import { searchText, tellCreated } from "./absorb.ts";
import { type ActOutcome, type Asked, change, type Refused } from "./act.ts";
import { type AlertEntity, narrowedKey } from "./core/grouping.ts";
import { isLive } from "./core/workflow.ts";
import type { AlertRecord } from "./records.ts";
import { foldSightings } from "./related/related.ts";
import { settle } from "./settle.ts";
import {
  addSplit,
  getGroups,
  insertGroup,
  liveGroup,
  moveFindings,
  recount,
  spanAbout,
  takeOwn,
} from "./store/index.ts";

/**
 * Several alerts become one: the oldest takes the others in, for its clocks have run longest and merging must not
 * turn them back. What is found later for any of them goes to it while it is in the queue.
 */
export async function mergeAlerts(tx: Tx, work: Asked): Promise<ActOutcome> {
  const { actor, now } = work;
  const refused: Refused[] = [];
  const records = (await getGroups(tx, [...new Set(work.ids)])).filter((record) => {
    if (isLive(record.state.status)) return true;
    refused.push({ id: record.id, code: "alerts.action.not_in_queue" });
    return false;
  });
  const [home, ...others] = records.toSorted((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1));
  const batchId = randomUUID();
  const changedIds: string[] = [];
  for (const record of others) {
    if (home === undefined) break;
    if (record.exerciseId !== home.exerciseId) {
      refused.push({ id: record.id, code: "alerts.action.other_world" });
      continue;
    }
    const next = { ...record.state, status: "merged", mergedInto: home.id, snooze: null } as const;
    await change(tx, { record, next, action: "merge", note: null, actor, now, batchId, otherId: home.id });
    changedIds.push(record.id);
  }
  if (home !== undefined && changedIds.length > 0) changedIds.push(home.id);
  if (others.length === 0) refused.push({ id: home?.id ?? work.ids[0] ?? "", code: "alerts.action.merge_needs_two" });
  await settle(tx, changedIds, work.book);
  return { changedIds, refused, undoId: changedIds.length === 0 ? null : batchId, rules: new Set() };
}

/** What a group found about one value becomes a group of its own; what is found about it later follows. */
export async function splitAlert(tx: Tx, work: Asked & { readonly by: AlertEntity }): Promise<ActOutcome> {
  const { actor, now, by } = work;
  const [parent] = await getGroups(tx, work.ids.slice(0, 1));
  if (parent === undefined) throw new Fault("missing", "alerts.alert.missing", "no such alert");
  const none = { changedIds: [], undoId: null, rules: new Set<string>() };
  const refuse = (code: string): ActOutcome => ({ ...none, refused: [{ id: parent.id, code }] });
  if (!isLive(parent.state.status)) return refuse("alerts.action.not_in_queue");
  const span = await spanAbout(tx, parent.id, by);
  if (span.n === 0) return refuse("alerts.action.split_nothing");
  if (span.n >= parent.own.count) return refuse("alerts.action.split_all");
  const childKey = narrowedKey(parent.groupKey, [by]);
  if ((await liveGroup(tx, childKey)) !== undefined) return refuse("alerts.action.superseded");
  const child = await openPart(tx, { parent, by, childKey, span, now });
  const batchId = randomUUID();
  await change(tx, {
    record: parent,
    next: parent.state,
    action: "split",
    note: null,
    actor,
    now,
    batchId,
    otherId: child,
  });
  await settle(tx, [parent.id, child], work.book);
  return { ...none, changedIds: [parent.id, child], refused: [], undoId: batchId };
}

async function openPart(
  tx: Tx,
  work: {
    readonly parent: AlertRecord;
    readonly by: AlertEntity;
    readonly childKey: string;
    readonly span: { readonly n: number; readonly first: number; readonly last: number };
    readonly now: number;
  },
): Promise<string> {
  const { parent, by, childKey, span, now } = work;
  const id = createHash("sha256").update(`${childKey}\0${parent.id}\0${now}`).digest("hex").slice(0, 32);
  const also = [...parent.also, by];
  await insertGroup(tx, {
    id,
    groupKey: childKey,
    rule: parent.rule,
    entity: parent.entity,
    also,
    search: searchText(parent.rule, [parent.entity, ...also]),
    urgency: parent.urgency,
    factors: parent.factors,
    firstSeen: span.first,
    // Since when it waits, whichever group it waited in.
    createdAt: parent.createdAt,
    exerciseId: parent.exerciseId,
  });
  await tellCreated(tx, { id, now: parent.createdAt });
  await moveFindings(tx, parent.id, { to: id, by });
  await addSplit(tx, { parentKey: parent.groupKey, by, childKey });
  await takeOwn(tx, id, span);
  await takeOwn(tx, parent.id, { ...parent.own, n: parent.own.count - span.n });
  await recount(tx, id);
  await recount(tx, parent.id);
  for (const part of [id, parent.id]) await foldSightings(tx, { ...parent, id: part });
  return id;
}
