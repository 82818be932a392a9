import { createHash, randomUUID } from "node:crypto";
import { foldText, type Instant } from "../../kernel/index.ts";
import type { Tx } from "../../platform/db/index.ts";
import type { Finding, FindingsRaised, RuleCredit } from "../detection/index.ts";
import { entityOf, groupKey } from "./core/grouping.ts";
import type { Importances, Weighing } from "./weighing.ts";
import {
  appendTransition,
  getFinding,
  getGroups,
  growGroup,
  insertFinding,
  insertGroup,
  keepsFindings,
  knownFindings,
  lastConsumed,
  liveGroup,
  markConsumed,
} from "./store/index.ts";

export interface Absorbed {
  readonly alertIds: readonly string[];
  readonly created: number;
}

/** What opening an alert needs besides the findings. */
interface Surroundings {
  readonly now: Instant;
  readonly weighing: Weighing;
  readonly importances: Importances;
}

const SYSTEM = { id: "system", name: "Khiên" };

/**
 * Findings become alerts, exactly once: `seq` of the last news done is stored in the same transaction,
 * and a finding's id is its primary key.
 */
export async function absorbFindings(
  tx: Tx,
  news: { seq: number; raised: FindingsRaised; now: Instant; weighing: Weighing; importances: Importances },
): Promise<Absorbed> {
  if (news.seq <= (await lastConsumed(tx))) return { alertIds: [], created: 0 };
  const touched: string[] = [];
  let created = 0;
  for (const [key, findings] of byGroup(news.raised)) {
    const rule = news.raised.rules[findings[0]?.ruleId ?? ""];
    if (rule === undefined) continue;
    const outcome = await growOrOpen(tx, { key, findings, rule, news });
    if (outcome === undefined) continue;
    touched.push(outcome.id);
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

function byGroup(raised: FindingsRaised): Map<string, Finding[]> {
  const groups = new Map<string, Finding[]>();
  for (const finding of raised.findings) {
    const key = groupKey({
      ruleId: finding.ruleId,
      entity: entityOfFinding(finding),
      exerciseId: finding.event.exerciseId,
    });
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [finding]);
    else group.push(finding);
  }
  return groups;
}

export function entityOfFinding(finding: Finding) {
  const { event, groupBy } = finding;
  const fields = groupBy === undefined ? {} : { [groupBy.field]: groupBy.value };
  return entityOf(
    {
      sensor: event.sensor,
      entities: event.entities,
      fields,
      ...(event.host === undefined ? {} : { host: event.host }),
    },
    groupBy?.field,
  );
}

async function growOrOpen(
  tx: Tx,
  work: { key: string; findings: readonly Finding[]; rule: RuleCredit; news: Surroundings },
): Promise<{ id: string; created: boolean } | undefined> {
  const { key, rule, news } = work;
  const { now } = news;
  const live = await liveGroup(tx, key);
  // What a retried delivery tells again lies under an alert that is closed by now: it opens no other one.
  const findings = live === undefined ? await neverSeen(tx, work.findings) : work.findings;
  if (findings.length === 0) return undefined;
  // A correlation spans the time of its events, not only of the one that completed it.
  const first = findings.reduce(
    (at, { event, correlation }) => Math.min(at, correlation?.from ?? event.time),
    Infinity,
  );
  const last = findings.reduce((at, { event, correlation }) => Math.max(at, correlation?.to ?? event.time), -Infinity);
  const id = live?.id ?? (await openGroup(tx, { key, finding: findings[0] as Finding, rule, first, news }));
  let count = live?.findingCount ?? 0;
  const before = count;
  for (const finding of findings) {
    const isNew = keepsFindings(count) ? await insertFinding(tx, toRecord(finding, id)) : true;
    if (isNew) count += 1;
  }
  if (count > before) await growGroup(tx, id, { by: count - before, first, last, at: now });
  return { id, created: live === undefined };
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
  work: { key: string; finding: Finding; rule: RuleCredit; first: Instant; news: Surroundings },
): Promise<string> {
  const { key, finding, rule, news } = work;
  const { now, weighing, importances } = news;
  const id = createHash("sha256").update(`${key}\0${finding.id}`).digest("hex").slice(0, 32);
  const entity = entityOfFinding(finding);
  const { urgency, factors } = await weighing.weigh(tx, { ruleId: rule.id, level: rule.level, entity }, importances);
  await insertGroup(tx, {
    id,
    groupKey: key,
    rule,
    entity,
    search: foldText(`${rule.title} ${rule.titleVi ?? ""} ${entity.value}`),
    urgency,
    factors,
    firstSeen: work.first,
    createdAt: now,
    exerciseId: finding.event.exerciseId ?? null,
  });
  await appendTransition(tx, {
    id: randomUUID(),
    alertId: id,
    at: now,
    actor: SYSTEM,
    action: "created",
    before: null,
    after: { status: "open", closeReason: null, assignee: null },
    note: null,
    batchId: null,
    undoes: null,
  });
  return id;
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
