/**
 * Scheduled hunts: each run looks back over a fixed time, so late events and missed turns are covered, and every row
 * becomes a finding once: what was told, the findings and the schedule change in one transaction.
 */
import { createHash } from "node:crypto";
import {
  type EventId,
  type ExerciseId,
  type FindingId,
  type Instant,
  isFault,
  type KhienEvent,
} from "../../kernel/index.ts";
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
import {
  type Cell,
  type LakeStore,
  parsePipeline,
  type Pipeline,
  type PipelineResponse,
  type StoredEvent,
} from "../lake/index.ts";
import { identityColumns, rowQuery } from "./row-identity.ts";
import { nextRun } from "./core/timing.ts";
import { FORGET_TOLD_MS, MAX_RAISED_ROWS, SCHEDULED_TIMEOUT_MS } from "./limits.ts";
import {
  dueSchedules,
  findSaved,
  forgetTold,
  putSchedule,
  type SavedHunt,
  type Schedule,
  tellOnce,
} from "./store/saved.ts";

interface Deps {
  readonly records: Records;
  readonly clock: Clock;
  readonly outbox: Outbox;
  readonly log: Log;
  readonly store: Pick<LakeStore, "pipeline" | "search" | "event">;
}

/** A row that may be told: what it is, and the event it points at. */
interface Row {
  readonly identity: string;
  readonly event: EventOfFinding;
  readonly groupBy: { readonly field: string; readonly value: string | number } | undefined;
}

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
    await outbox.wake();
  }

  async #run(hunt: SavedHunt, schedule: Schedule): Promise<void> {
    const { records, clock, log } = this.#deps;
    const now = clock.now();
    const next = { ...schedule, nextRunAt: nextRun(schedule.timing, now), lastRunAt: now };
    try {
      const rows = await this.#rows(hunt, schedule, now);
      await records.transaction(async (tx) => {
        const fresh: Row[] = [];
        for (const row of rows) {
          const told = { huntId: hunt.id, identity: `${versionOf(hunt)}:${row.identity}`, at: now };
          if (await tellOnce(tx, told)) fresh.push(row);
        }
        if (fresh.length > 0) {
          await this.#deps.outbox.publish(tx, {
            topic: FINDINGS_RAISED,
            payload: newsOf(hunt, schedule, { rows: fresh, now }),
          });
        }
        await putSchedule(tx, { ...next, lastRows: rows.length, lastRaised: fresh.length, lastError: null });
      });
    } catch (error) {
      if (!isFault(error)) log.error({ hunt: hunt.id, error: String(error) }, "a scheduled hunt broke off");
      const lastError = isFault(error) ? error.code : "hunts.schedule.failed";
      await putSchedule(records.query, { ...next, lastError });
    }
  }

  async #rows(hunt: SavedHunt, schedule: Schedule, now: Instant): Promise<readonly Row[]> {
    const parsed = parsePipeline(hunt.query);
    if (!parsed.ok) return [];
    const range = { from: now - schedule.lookbackMs, to: now + 1, now };
    const ask = { ...range, query: hunt.query, limit: MAX_RAISED_ROWS, timeoutMs: SCHEDULED_TIMEOUT_MS };
    const answer = await this.#deps.store.pipeline(ask);
    if (answer.kind === "events") {
      return answer.events.map((event) => ({ identity: event.id, event: anchorOf(event), groupBy: undefined }));
    }
    const rows: Row[] = [];
    for (const cells of answer.rows) rows.push(await this.#tableRow(parsed.pipeline, answer, { cells, range }));
    return rows;
  }

  async #tableRow(
    pipeline: Pipeline,
    { columns }: PipelineResponse & { readonly kind: "table" },
    { cells, range }: { readonly cells: readonly Cell[]; readonly range: { from: Instant; to: Instant; now: Instant } },
  ): Promise<Row> {
    const names = new Set(identityColumns(pipeline, columns));
    const all = columns.map(({ name }, at) => ({ name, value: cells[at] ?? null }));
    const keys = all.filter(({ name }) => names.has(name));
    // A row without keys is a statement about the whole: told once for each day it holds.
    const about = keys.length > 0 ? keys : [{ name: "day", value: Math.floor(range.now / 86_400_000) }];
    const identity = createHash("sha256").update(JSON.stringify(about)).digest("hex").slice(0, 32);
    const event = (await this.#anchor(pipeline, all, range)) ?? {
      id: identity as EventId,
      time: range.now,
      sensor: "khien",
      entities: {},
    };
    const first = keys.find(({ name, value }) => value !== null && name !== "ids" && name !== "time") ?? all[0];
    return {
      identity,
      event,
      groupBy:
        typeof first?.value === "string" || typeof first?.value === "number"
          ? { field: first.name, value: first.value }
          : undefined,
    };
  }

  /** The newest event behind a row, so that an analyst lands on something real. */
  async #anchor(
    pipeline: Pipeline,
    row: readonly { readonly name: string; readonly value: Cell }[],
    range: { readonly from: Instant; readonly to: Instant; readonly now: Instant },
  ): Promise<EventOfFinding | undefined> {
    const lastId = row.find(({ name }) => name === "last_id")?.value;
    if (typeof lastId === "string") {
      const event = await this.#deps.store.event(lastId);
      return event === undefined ? undefined : anchorOf(event);
    }
    const [newest] = (await this.#deps.store.search({ ...range, query: rowQuery(pipeline, row), limit: 1 })).events;
    return newest === undefined ? undefined : anchorOf(newest);
  }
}

function anchorOf(event: StoredEvent): EventOfFinding {
  return {
    id: event.id as EventId,
    time: Date.parse(event.time),
    sensor: event.sensor,
    entities: event.entities as KhienEvent["entities"],
    ...(event.host === undefined ? {} : { host: event.host }),
    ...(event.exerciseId === undefined ? {} : { exerciseId: event.exerciseId as ExerciseId }),
  };
}

/** A finding's id hangs on the hunt, its text and the row: the same row of a changed hunt is a new finding. */
function newsOf(
  hunt: SavedHunt,
  schedule: Schedule,
  { rows, now }: { readonly rows: readonly Row[]; readonly now: Instant },
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
  const findings = rows.map(
    ({ identity, event, groupBy }): Finding => ({
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
