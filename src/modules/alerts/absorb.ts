import { createHash, randomUUID } from "node:crypto";
import { foldText, type Instant, severityRank } from "../../kernel/index.ts";
import type { Tx } from "../../platform/db/index.ts";
import type { Finding, FindingsRaised, RuleCredit } from "../detection/index.ts";
import { type AlertEntity, entitiesByKinds, entitiesOf, entityOf, groupKey, narrowedKey } from "./core/grouping.ts";
import { SYSTEM_ID } from "./core/facts.ts";
import { type Sighted, sightingsOf } from "./core/sharing.ts";
import { FRESH, wakesEarly } from "./core/workflow.ts";
import { type Rulebook, settle } from "./settle.ts";
import type { Importances, Weighing } from "./weighing.ts";
import {
  addSightings,
  appendTransition,
  applyState,
  getFinding,
  getGroups,
  groupingOf,
  growGroup,
  insertFinding,
  insertGroup,
  keepsFindings,
  knownFindings,
  lastConsumed,
  markConsumed,
  raiseLevel,
  type Receiver,
  receiverOf,
  setUrgency,
  splitsOf,
  widenFacts,
} from "./store/index.ts";

export interface Absorbed {
  readonly alertIds: readonly string[];
  readonly created: number;
}

/** What opening and growing alerts needs besides the findings. */
interface Surroundings {
  readonly now: Instant;
  readonly weighing: Weighing;
  readonly importances: Importances;
  readonly book: Rulebook;
}

export const SYSTEM = { id: SYSTEM_ID, name: "Khiên" };

/** Where findings go: the key of the group and what it is about. */
interface Target {
  readonly key: string;
  readonly entity: AlertEntity;
  readonly also: readonly AlertEntity[];
  readonly findings: Finding[];
}

/**
 * Findings become alerts, exactly once: `seq` of the last news done is stored in the same transaction,
 * and a finding's id is its primary key.
 */
export async function absorbFindings(
  tx: Tx,
  news: { seq: number; raised: FindingsRaised } & Surroundings,
): Promise<Absorbed> {
  if (news.seq <= (await lastConsumed(tx))) return { alertIds: [], created: 0 };
  const touched: string[] = [];
  let created = 0;
  for (const target of await targetsOf(tx, news.raised)) {
    const rule = news.raised.rules[target.findings[0]?.ruleId ?? ""];
    if (rule === undefined) continue;
    const outcome = await growOrOpen(tx, { target, rule, news });
    if (outcome === undefined) continue;
    touched.push(...outcome.ids);
    if (outcome.created) created += 1;
  }
  await markConsumed(tx, news.seq);
  return { alertIds: touched, created };
}

/** Changes no status: whether that was all is for a person to say. Once for each piece of news. */
export async function markCeased(
  tx: Tx,
  news: { readonly findingId: string; readonly seq: number; readonly now: Instant },
): Promise<string | undefined> {
  if (news.seq <= (await lastConsumed(tx))) return undefined;
  await markConsumed(tx, news.seq);
  const finding = await getFinding(tx, news.findingId);
  const [alert] = finding === undefined ? [] : await getGroups(tx, [finding.alertId]);
  if (alert === undefined) return undefined;
  await appendTransition(tx, {
    id: randomUUID(),
    alertId: alert.id,
    at: news.now,
    actor: SYSTEM,
    action: "ceased",
    before: alert.state,
    after: alert.state,
    note: null,
    batchId: null,
    undoes: null,
  });
  return alert.id;
}

/** Findings by the group they belong to: the rule's own grouping, then what was cut out of that group. */
async function targetsOf(tx: Tx, raised: FindingsRaised): Promise<Iterable<Target>> {
  const chosen = await groupingOf(tx, Object.keys(raised.rules));
  const first = raised.findings.map((finding) => {
    const kinds = chosen.get(finding.ruleId)?.kinds ?? [];
    const [entity = entityOfFinding(finding), ...also] = entitiesByKinds(entitiesOf(finding.event), kinds);
    const key = groupKey({ ruleId: finding.ruleId, entity, exerciseId: finding.event.exerciseId });
    return { finding, entity, also, key: narrowedKey(key, also) };
  });
  const splits = await splitsOf(tx, [...new Set(first.map(({ key }) => key))]);
  const targets = new Map<string, Target>();
  for (const { finding, entity, also, key } of first) {
    const said = splits.has(key) ? entitiesOf(finding.event) : {};
    const cut = splits.get(key)?.find(({ kind, value }) => said[kind]?.toLowerCase() === value);
    const target = cut?.childKey ?? key;
    const narrowed = cut === undefined ? also : [...also, { kind: cut.kind, value: said[cut.kind] ?? cut.value }];
    const group = targets.get(target);
    if (group === undefined) targets.set(target, { key: target, entity, also: narrowed, findings: [finding] });
    else group.findings.push(finding);
  }
  return targets.values();
}

export function entityOfFinding(finding: Finding): AlertEntity {
  const { event, groupBy } = finding;
  const fields = groupBy === undefined ? {} : { [groupBy.field]: groupBy.value };
  const { sensor, entities, host } = event;
  return entityOf({ sensor, entities, fields, ...(host === undefined ? {} : { host }) }, groupBy?.field);
}

async function growOrOpen(
  tx: Tx,
  work: { target: Target; rule: RuleCredit; news: Surroundings },
): Promise<{ ids: readonly string[]; created: boolean } | undefined> {
  const { target, rule, news } = work;
  const live = await receiverOf(tx, target.key);
  // What a retried delivery tells again lies under an alert that is closed by now: it opens no other one.
  const findings = live === undefined ? await neverSeen(tx, target.findings) : target.findings;
  if (findings.length === 0) return undefined;
  // A correlation spans the time of its events, not only of the one that completed it.
  const first = findings.reduce(
    (at, { event, correlation }) => Math.min(at, correlation?.from ?? event.time),
    Infinity,
  );
  const last = findings.reduce((at, { event, correlation }) => Math.max(at, correlation?.to ?? event.time), -Infinity);
  const receiver = live ?? (await openGroup(tx, { target: { ...target, findings: [...findings] }, rule, first, news }));
  const before = (await getGroups(tx, [receiver.id]))[0]?.own.count ?? 0;
  let count = before;
  const sighted: Sighted[] = [];
  for (const finding of findings) {
    const isKept = keepsFindings(count);
    const isNew = isKept
      ? await insertFinding(tx, toRecord(finding, receiver.id), {
          entities: entitiesOf(finding.event),
          ingestedAt: finding.event.ingestedAt ?? null,
        })
      : true;
    if (!isNew) continue;
    count += 1;
    sighted.push(sightedIn(finding, isKept));
  }
  const grown = { by: count - before, first, last, at: news.now };
  if (grown.by > 0) {
    for (const id of receiver.line) await growGroup(tx, id, { ...grown, isOwn: id === receiver.id });
    await widenFacts(tx, receiver.line, { occurredAt: first, ingestedAt: arrivalOf(findings, first) });
    const exerciseId = findings[0]?.event.exerciseId ?? null;
    await addSightings(tx, { id: receiver.id, exerciseId }, sightingsOf(sighted, target.entity));
  }
  if (live !== undefined) await attend(tx, { receiver, rule, news });
  return { ids: receiver.line, created: live === undefined };
}

/** Beyond the bound of kept findings only what the alert itself is about is followed. */
function sightedIn({ event, correlation }: Finding, isKept: boolean): Sighted {
  const said = isKept ? entitiesOf(event) : {};
  return { said, first: correlation?.from ?? event.time, last: correlation?.to ?? event.time };
}

/** As far behind `first` as the oldest of the events arrived behind its own time. */
function arrivalOf(findings: readonly Finding[], first: Instant): Instant | null {
  const oldest = findings.reduce((a, b) => (b.event.time < a.event.time ? b : a));
  const { ingestedAt, time } = oldest.event;
  return ingestedAt === undefined ? null : first + ingestedAt - time;
}

/** A rule that became more severe lifts its alert; an alert that slept wakes when there is reason to. */
async function attend(
  tx: Tx,
  { receiver, rule, news }: { receiver: Receiver; rule: RuleCredit; news: Surroundings },
): Promise<void> {
  const [alert] = await getGroups(tx, [receiver.line.at(-1) ?? receiver.id]);
  if (alert === undefined) return;
  const rank = severityRank(rule.level);
  const isHigher = rank > alert.levelRank;
  if (isHigher) {
    await raiseLevel(tx, alert.id, rule.level);
    const about = { ruleId: alert.rule.id, level: rule.level, entity: alert.entity };
    const { urgency, factors } = await news.weighing.weigh(tx, about, news.importances);
    await setUrgency(tx, alert.id, { urgency, factors: JSON.stringify(factors) });
  }
  const { snooze } = alert.state;
  const isAwake = snooze !== null && wakesEarly(snooze, { rank: Math.max(rank, alert.levelRank), count: alert.count });
  if (isAwake) await wake(tx, alert.id, news.now);
  if (isHigher || isAwake) await settle(tx, [alert.id], news.book);
}

/** By itself: its time has come, or more happened than whoever put it to sleep foresaw. */
export async function wake(tx: Tx, alertId: string, now: Instant): Promise<void> {
  const [alert] = await getGroups(tx, [alertId]);
  if (alert === undefined || alert.state.snooze === null) return;
  const next = { ...alert.state, snooze: null };
  await applyState(tx, alertId, { state: next, notes: 0, at: now, isNew: true });
  await appendTransition(tx, {
    id: randomUUID(),
    alertId,
    at: now,
    actor: SYSTEM,
    action: "wake",
    before: alert.state,
    after: next,
    note: null,
    batchId: null,
    undoes: null,
  });
}

async function neverSeen(tx: Tx, findings: readonly Finding[]): Promise<readonly Finding[]> {
  const known = await knownFindings(
    tx,
    findings.map(({ id }) => id),
  );
  return findings.filter(({ id }) => !known.has(id));
}

async function openGroup(
  tx: Tx,
  work: { target: Target; rule: RuleCredit; first: Instant; news: Surroundings },
): Promise<Receiver> {
  const { target, rule, news } = work;
  const { now, weighing, importances } = news;
  const { key, entity, also } = target;
  const finding = target.findings[0] as Finding;
  const id = createHash("sha256").update(`${key}\0${finding.id}`).digest("hex").slice(0, 32);
  const about = { ruleId: rule.id, level: rule.level, entity };
  const { urgency, factors } = await weighing.weigh(tx, about, importances);
  await insertGroup(tx, {
    id,
    groupKey: key,
    rule,
    entity,
    also,
    search: searchText(rule, [entity, ...also]),
    urgency,
    factors,
    firstSeen: work.first,
    createdAt: now,
    exerciseId: finding.event.exerciseId ?? null,
  });
  await tellCreated(tx, { id, now });
  await settle(tx, [id], news.book);
  return { id, line: [id] };
}

export async function tellCreated(tx: Tx, { id, now }: { id: string; now: Instant }): Promise<void> {
  await appendTransition(tx, {
    id: randomUUID(),
    alertId: id,
    at: now,
    actor: SYSTEM,
    action: "created",
    before: null,
    after: FRESH,
    note: null,
    batchId: null,
    undoes: null,
  });
}

export function searchText(rule: { title: string; titleVi: string | null }, about: readonly AlertEntity[]): string {
  return foldText(`${rule.title} ${rule.titleVi ?? ""} ${about.map(({ value }) => value).join(" ")}`);
}

function toRecord(finding: Finding, alertId: string) {
  return {
    id: finding.id,
    alertId,
    ruleId: finding.ruleId,
    ruleVersion: finding.ruleVersion,
    eventId: finding.event.id,
    time: finding.event.time,
    detectedAt: finding.detectedAt,
    sensor: finding.event.sensor,
    host: finding.event.host ?? null,
    exerciseId: finding.event.exerciseId ?? null,
    correlation: finding.correlation ?? null,
  };
}
