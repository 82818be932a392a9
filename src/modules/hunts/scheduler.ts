/**
 * Scheduled hunts: each run looks back over a fixed time, so late events and missed turns are covered, and every row
 * becomes a finding once: what was told, the findings and the schedule change in one transaction.
 */
import { createHash } from "node:crypto";
import { type EventId, type FindingId, type Instant, isFault } from "../../kernel/index.ts";
import type { Clock } from "../../platform/clock/index.ts";
import type { Records } from "../../platform/db/index.ts";
import type { Log } from "../../platform/log/index.ts";
import type { Outbox } from "../../platform/outbox/index.ts";
import {
  type EventOfFinding,
  FINDINGS_RAISED,
  type Finding,
  type FindingsRaised,
  findingId,
} from "../detection/index.ts";
import type { TableColumn } from "../lake/index.ts";
import { nextRun } from "./core/timing.ts";
import { anchorOf, type HuntRow, type HuntRows, huntRows, type RowRange, type RowStore } from "./hunt-rows.ts";
import { FORGET_TOLD_MS, KEEP_RUNS_MS, MAX_PREVIEW_EXAMPLES } from "./limits.ts";
import { forgetRaised, forgetRuns, type HuntRun, isScheduled, putRaised, putTurn, toldOf } from "./store/runs.ts";
import { dueSchedules, findSaved, forgetTold, type SavedHunt, type Schedule, tellOnce } from "./store/saved.ts";

interface Deps {
  readonly records: Records;
  readonly clock: Clock;
  readonly outbox: Outbox;
  readonly log: Log;
  readonly store: RowStore;
}

interface FreshRow {
  readonly row: HuntRow;
  readonly event: EventOfFinding;
}

/** What a run would raise if it ran now; nothing is told. */
export interface HuntPreview {
  readonly from: Instant;
  readonly to: Instant;
  readonly rows: number;
  readonly fresh: number;
  readonly truncated: boolean;
  readonly columns: readonly TableColumn[];
  readonly examples: readonly HuntRow[];
  readonly tookMs: number;
}

const EMPTY: Pick<HuntRows, "columns" | "rows" | "truncated"> = { columns: [], rows: [], truncated: false };

export class HuntScheduler {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** Runs what is due, one after another; for the job timer. */
  async runDue(): Promise<void> {
    const { records, clock, outbox } = this.#deps;
    for (const schedule of await dueSchedules(records.query, clock.now())) {
      const hunt = await findSaved(records.query, schedule.huntId);
      if (hunt !== undefined) await this.#run(hunt, schedule);
    }
    await forgetTold(records.query, clock.now() - FORGET_TOLD_MS);
    await forgetRaised(records.query, clock.now() - FORGET_TOLD_MS);
    await outbox.wake();
  }

  async preview(
    hunt: SavedHunt,
    asked: { readonly lookbackMs: number; readonly signal: AbortSignal },
  ): Promise<HuntPreview> {
    const { records, clock, store } = this.#deps;
    const began = performance.now();
    const range = rangeOfRun(clock.now(), asked.lookbackMs);
    const { rows, columns, truncated } = (await huntRows(store, hunt.query, { range, signal: asked.signal })) ?? EMPTY;
    const told = await toldOf(records.query, hunt.id, rows.map(toldAs(hunt)));
    const fresh = rows.filter((row) => !told.has(toldAs(hunt)(row)));
    return {
      from: range.from,
      to: range.to,
      rows: rows.length,
      fresh: fresh.length,
      truncated,
      columns,
      examples: fresh.slice(0, MAX_PREVIEW_EXAMPLES),
      tookMs: Math.round(performance.now() - began),
    };
  }

  async #run(hunt: SavedHunt, schedule: Schedule): Promise<void> {
    const { records, clock, log } = this.#deps;
    const now = clock.now();
    const began = performance.now();
    const nextRunAt = nextRun(schedule.timing, now);
    const outcome = (told: Pick<HuntRun, "rows" | "raised" | "truncated" | "error">): HuntRun => ({
      at: now,
      tookMs: Math.round(performance.now() - began),
      ...told,
    });
    try {
      const range = rangeOfRun(now, schedule.lookbackMs);
      const found = await huntRows(this.#deps.store, hunt.query, { range });
      const fresh = found === undefined ? [] : await this.#fresh(hunt, found, range);
      const { rows, truncated, columns } = found ?? EMPTY;
      await records.transaction(async (tx) => {
        // Somebody took the schedule away while it ran: what it found is nobody's any more.
        if (!(await isScheduled(tx, hunt.id))) return;
        const told: FreshRow[] = [];
        for (const each of fresh) {
          if (await tellOnce(tx, { huntId: hunt.id, identity: toldAs(hunt)(each.row), at: now })) told.push(each);
        }
        const run = outcome({ rows: rows.length, raised: told.length, truncated, error: null });
        await putTurn(tx, hunt.id, { run, nextRunAt });
        if (told.length === 0) return;
        const news = newsOf(hunt, schedule, { fresh: told, now });
        await this.#deps.outbox.publish(tx, { topic: FINDINGS_RAISED, payload: news });
        const rowsRaised = told.map(({ row }, at) => ({
          findingId: news.findings[at]?.id ?? "",
          huntId: hunt.id,
          huntName: hunt.name,
          query: hunt.query,
          from: range.from,
          to: range.to,
          columns,
          cells: row.cells,
          raisedAt: now,
        }));
        await putRaised(tx, rowsRaised);
      });
    } catch (error) {
      if (!isFault(error)) log.error({ hunt: hunt.id, error: String(error) }, "a scheduled hunt broke off");
      const code = isFault(error) ? error.code : "hunts.schedule.failed";
      const run = outcome({ rows: 0, raised: 0, truncated: false, error: code });
      await putTurn(records.query, hunt.id, { run, nextRunAt });
    }
    await forgetRuns(records.query, hunt.id, now - KEEP_RUNS_MS);
  }

  /** Rows nobody was told of, each with its event; the others cost no search. */
  async #fresh(hunt: SavedHunt, found: HuntRows, range: RowRange): Promise<readonly FreshRow[]> {
    const told = await toldOf(this.#deps.records.query, hunt.id, found.rows.map(toldAs(hunt)));
    const fresh: FreshRow[] = [];
    for (const row of found.rows) {
      if (told.has(toldAs(hunt)(row))) continue;
      fresh.push({ row, event: await anchorOf(this.#deps.store, found, { row, range }) });
    }
    return fresh;
  }
}

function rangeOfRun(now: Instant, lookbackMs: number): RowRange {
  return { from: now - lookbackMs, to: now + 1, now };
}

/** A finding's id hangs on the hunt, its text and the row: the same row of a changed hunt is a new finding. */
function newsOf(
  hunt: SavedHunt,
  schedule: Schedule,
  { fresh, now }: { readonly fresh: readonly FreshRow[]; readonly now: Instant },
): FindingsRaised {
  const ruleId = `hunt:${hunt.id}`;
  const ruleVersion = versionOf(hunt);
  const credit = {
    id: ruleId,
    title: hunt.name,
    titleVi: null,
    level: schedule.level,
    author: hunt.owner.name,
    licence: null,
    tags: [],
  };
  const findings = fresh.map(
    ({ row: { identity, groupBy }, event }): Finding => ({
      id: findingId(ruleId, ruleVersion, identity as EventId) as FindingId,
      ruleId,
      ruleVersion,
      detectedAt: now,
      event,
      ...(groupBy === undefined ? {} : { groupBy }),
    }),
  );
  return { rules: { [ruleId]: credit }, findings };
}

function versionOf({ query }: SavedHunt): string {
  return createHash("sha256").update(query).digest("hex").slice(0, 16);
}

/** Under which name a row is told: a changed hunt tells its rows anew. */
function toldAs(hunt: SavedHunt): (row: HuntRow) => string {
  const version = versionOf(hunt);
  return ({ identity }) => `${version}:${identity}`;
}
