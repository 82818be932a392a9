import { Readable } from "node:stream";
import { Fault, foldText, type Instant, type Severity, SEVERITIES, severityRank } from "../../kernel/index.ts";
import type { Clock } from "../../platform/clock/index.ts";
import type { Records } from "../../platform/db/index.ts";
import type { LiveChannel } from "../../platform/live/index.ts";
import type { FindingsRaised } from "../detection/index.ts";
import { type AlertActivity, alertActivity } from "./activity.ts";
import { absorbFindings, entityOfFinding, markCeased } from "./absorb.ts";
import { openOverTime } from "./core/metrics.ts";
import type { AlertStatus, CloseReason } from "./core/workflow.ts";
import { COUNTED_ALERTS, EXPORT_ROWS, MARKED_FINDINGS, PARTS_OF_GROUP } from "./limits.ts";
import { probableDuplicates } from "./related/duplicates.ts";
import { type Related, relatedAlerts } from "./related/related.ts";
import type { Rulebook } from "./settle.ts";
import type { Weighing } from "./weighing.ts";
import type {
  AlertFilter,
  AlertKey,
  AlertRecord,
  ExerciseScope,
  FindingRecord,
  HistoryRecord,
  MarkedEvent,
} from "./records.ts";
import {
  closedSince,
  countByLevelAndStatus,
  countGroups,
  countOfExercise,
  endsBefore,
  familyOf,
  findingsOf,
  findingsOfHost,
  firedByRule,
  getFinding,
  getGroups,
  listGroups,
  type OldestAsked,
  oldestOpen,
  openAges,
  openChangesSince,
  partsOf,
  sortValue,
  transitionsOf,
} from "./store/index.ts";

interface Deps {
  readonly records: Records;
  readonly clock: Clock;
  readonly live: LiveChannel;
  readonly weighing: Weighing;
  readonly book: Rulebook;
}

export interface AlertListing {
  readonly items: readonly AlertRecord[];
  readonly endsBefore: Awaited<ReturnType<typeof endsBefore>>;
  readonly next: AlertKey | undefined;
  /** Counted up to COUNTED_ALERTS; `totalIsLeast` when there are more. */
  readonly total: number;
  readonly totalIsLeast: boolean;
}

/** The state of the queue for the watch floor: of the real world, or of exercises. */
export interface QueueState {
  readonly openByLevel: Record<Severity, number>;
  readonly takenByLevel: Record<Severity, number>;
  readonly openOverTime: ReturnType<typeof openOverTime>;
  readonly queueAge: { readonly n: number; readonly medianSeconds: number | null; readonly p90Seconds: number | null };
  readonly closedLast24h: Record<CloseReason, number>;
  readonly newest: readonly AlertRecord[];
}

/** Alerts: groups of findings that people triage. Owns the transactions; decisions are in core/. */
export class Alerts {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** Reaction to findings going up; idempotent by `seq`. */
  async absorb(raised: FindingsRaised, seq: number): Promise<void> {
    const { records, clock, live, weighing, book } = this.#deps;
    const importances = await weighing.importances(raised.findings.map(entityOfFinding));
    const outcome = await records.transaction((tx) =>
      absorbFindings(tx, { seq, raised, now: clock.now(), weighing, importances, book }),
    );
    if (outcome.alertIds.length > 0)
      live.publish({ event: "alerts", data: { ids: outcome.alertIds, created: outcome.created } });
  }

  /** What a finding told of is over: written into the history of its alert. Idempotent by `seq`. */
  async tellCeased(findingId: string, seq: number): Promise<void> {
    const { records, clock, live } = this.#deps;
    const id = await records.transaction((tx) => markCeased(tx, { findingId, seq, now: clock.now() }));
    if (id !== undefined) live.publish({ event: "alerts", data: { ids: [id], created: 0 } });
  }

  async list(filter: AlertFilter, page: { after: AlertKey | undefined; limit: number }): Promise<AlertListing> {
    const query = this.#deps.records.query;
    const rows = await listGroups(query, filter, { ...page, limit: page.limit + 1 });
    // Whoever reads on has been told: nothing is counted again for each page.
    const counted = page.after === undefined ? await countGroups(query, filter, COUNTED_ALERTS) : 0;
    const items = rows.slice(0, page.limit);
    const last = items.at(-1);
    const more = rows.length > page.limit && last !== undefined;
    return {
      items,
      endsBefore: await endsBefore(query, [...new Set(items.map((one) => one.groupKey))]),
      next: more ? { sort: sortValue(last, filter.sort), lastSeen: last.lastSeen, id: last.id } : undefined,
      total: Math.min(counted, COUNTED_ALERTS),
      totalIsLeast: counted > COUNTED_ALERTS,
    };
  }

  async get(
    id: string,
  ): Promise<{ alert: AlertRecord; history: readonly HistoryRecord[]; endsBefore: AlertListing["endsBefore"] }> {
    const query = this.#deps.records.query;
    const alert = (await getGroups(query, [id]))[0];
    if (alert === undefined) throw new Fault("missing", "alerts.alert.missing", "no such alert", { id });
    return {
      alert,
      history: await transitionsOf(query, id),
      endsBefore: await endsBefore(query, [alert.groupKey]),
    };
  }

  async findings(
    alertId: string,
    page: { after: { time: Instant; id: string } | undefined; limit: number },
  ): Promise<{ items: readonly FindingRecord[]; next: { time: Instant; id: string } | undefined }> {
    const { query } = this.#deps.records;
    const rows = await findingsOf(query, await familyOf(query, alertId), { ...page, limit: page.limit + 1 });
    const items = rows.slice(0, page.limit);
    const last = items.at(-1);
    return {
      items,
      next: rows.length > page.limit && last !== undefined ? { time: last.time, id: last.id } : undefined,
    };
  }

  /** Events of a host that rules matched, newest first, each with the most severe of its alerts. */
  async markedEvents(ask: {
    readonly host: string;
    readonly from: Instant;
    readonly to: Instant;
  }): Promise<{ items: readonly (MarkedEvent & { readonly alerts: number })[]; truncated: boolean }> {
    const rows = await findingsOfHost(this.#deps.records.query, { ...ask, limit: MARKED_FINDINGS + 1 });
    const byEvent = Map.groupBy(rows.slice(0, MARKED_FINDINGS), ({ eventId }) => eventId);
    const items = [...byEvent.values()].flatMap((same) => {
      const [worst] = same.toSorted((a, b) => severityRank(b.rule.level) - severityRank(a.rule.level));
      return worst === undefined ? [] : [{ ...worst, alerts: new Set(same.map(({ alertId }) => alertId)).size }];
    });
    return { items, truncated: rows.length > MARKED_FINDINGS };
  }

  async finding(id: string): Promise<FindingRecord> {
    const finding = await getFinding(this.#deps.records.query, id);
    if (finding === undefined) throw new Fault("missing", "alerts.finding.missing", "no such finding", { id });
    return finding;
  }

  /** Alerts with what earlier groups of the same keys became, for presenting the outcome of an action. */
  async many(
    ids: readonly string[],
  ): Promise<{ items: readonly AlertRecord[]; endsBefore: AlertListing["endsBefore"] }> {
    const items = await getGroups(this.#deps.records.query, ids);
    return {
      items,
      endsBefore: await endsBefore(this.#deps.records.query, [...new Set(items.map((one) => one.groupKey))]),
    };
  }

  async related(id: string, windowMs: number): Promise<Related> {
    return relatedAlerts(this.#deps.records.query, { id, windowMs });
  }

  async duplicates(id: string): Promise<Awaited<ReturnType<typeof probableDuplicates>>> {
    return probableDuplicates(this.#deps.records.query, id);
  }

  async parts(id: string): Promise<{ kind: string; value: string; n: number }[]> {
    return partsOf(this.#deps.records.query, id, PARTS_OF_GROUP);
  }

  /** Every alert that fits, page by page, up to the export bound. */
  async *all(filter: AlertFilter): AsyncGenerator<AlertRecord> {
    let after: AlertKey | undefined;
    for (let given = 0; given < EXPORT_ROWS; ) {
      const page = await this.list(filter, { after, limit: 500 });
      yield* page.items;
      given += page.items.length;
      if (page.next === undefined) return;
      after = page.next;
    }
  }

  /** What nobody has taken in the real world, the longest waiting first. */
  async oldestOpen(asked: OldestAsked): Promise<readonly AlertRecord[]> {
    return oldestOpen(this.#deps.records.query, asked);
  }

  async firedByRule(): Promise<Map<string, { count: number; lastAt: Instant }>> {
    return firedByRule(this.#deps.records.query);
  }

  async countOfExercise(exerciseId: string): Promise<number> {
    return countOfExercise(this.#deps.records.query, exerciseId);
  }

  async queueState(window: { from: Instant; bucketMs: number }, scope: ExerciseScope): Promise<QueueState> {
    const { records, clock } = this.#deps;
    const now = clock.now();
    const openByLevel = zeroByLevel();
    const takenByLevel = zeroByLevel();
    for (const { level, status, n } of await countByLevelAndStatus(records.query, scope)) {
      (status === "open" ? openByLevel : takenByLevel)[level] += n;
    }
    const changes = await openChangesSince(records.query, window, scope);
    // The older the alert, the nearer the front of the line: the 90 % of ages is at 10 % of it.
    const line = await openAges(records.query, scope, [0.5, 0.1]);
    const [median = null, p90 = null] = line.createdAt.map((createdAt) => Math.max(0, now - createdAt) / 1000);
    const newest = await this.list(
      { statuses: ["open"], exercise: scope, sort: "lastSeen" },
      { after: undefined, limit: 8 },
    );
    return {
      openByLevel,
      takenByLevel,
      openOverTime: openOverTime({
        openNow: openByLevel,
        changes,
        from: window.from,
        to: now,
        bucketMs: window.bucketMs,
      }),
      queueAge: { n: line.n, medianSeconds: median, p90Seconds: p90 },
      closedLast24h: await closedSince(records.query, now - 86_400_000, scope),
      newest: newest.items,
    };
  }

  async activity(span: { from: Instant; to: Instant }, scope: ExerciseScope): Promise<AlertActivity> {
    return alertActivity(this.#deps.records, span, scope);
  }
}

/** Filter of the API's words. `me` must be resolved by the caller. */
export function toFilter(asked: {
  status?: readonly AlertStatus[];
  level?: readonly Severity[];
  assignee?: string;
  rule?: string;
  attack?: string;
  entity?: string;
  q?: string;
  exercise: AlertFilter["exercise"];
  from?: string;
  to?: string;
  created?: string;
  closed?: string;
  snoozed?: "include" | "exclude" | "only";
  confirmation?: "pending";
  tag?: string;
  sort: AlertFilter["sort"];
}): AlertFilter {
  return {
    exercise: asked.exercise,
    sort: asked.sort,
    ...(asked.status === undefined || asked.status.length === 0 ? {} : { statuses: asked.status }),
    ...(asked.level === undefined || asked.level.length === 0 ? {} : { levels: asked.level }),
    ...(asked.assignee === undefined ? {} : { assignee: asked.assignee === "none" ? null : asked.assignee }),
    ...(asked.rule === undefined ? {} : { ruleId: asked.rule }),
    ...(asked.attack === undefined ? {} : { attack: asked.attack }),
    ...(asked.entity === undefined ? {} : { entity: asked.entity }),
    ...(asked.q === undefined || asked.q === "" ? {} : { text: foldText(asked.q) }),
    ...(asked.from === undefined ? {} : { from: Date.parse(asked.from) }),
    ...(asked.snoozed === undefined || asked.snoozed === "include" ? {} : { snoozed: asked.snoozed }),
    ...(asked.confirmation === undefined ? {} : { unconfirmed: true }),
    ...(asked.tag === undefined ? {} : { tag: asked.tag }),
    ...(asked.to === undefined ? {} : { to: Date.parse(asked.to) }),
    ...(asked.created === undefined ? {} : { createdFrom: Date.parse(asked.created) }),
    ...(asked.closed === undefined ? {} : { closedFrom: Date.parse(asked.closed) }),
  };
}

export function streamLines(lines: AsyncIterable<string>): Readable {
  return Readable.from(lines, { objectMode: false });
}

function zeroByLevel(): Record<Severity, number> {
  return Object.fromEntries(SEVERITIES.map((level) => [level, 0])) as Record<Severity, number>;
}
