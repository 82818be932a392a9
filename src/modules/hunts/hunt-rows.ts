/** Rows of a scheduled hunt: what makes each one the same row next time, and the event an analyst lands on. */
import { createHash } from "node:crypto";
import type { EventId, ExerciseId, Instant, KhienEvent } from "../../kernel/index.ts";
import type { EventOfFinding } from "../detection/index.ts";
import {
  type Cell,
  type LakeStore,
  parsePipeline,
  type Pipeline,
  type StoredEvent,
  type TableColumn,
} from "../lake/index.ts";
import { MAX_RAISED_ROWS, SCHEDULED_TIMEOUT_MS } from "./limits.ts";
import { identityColumns, rowQuery } from "./row-identity.ts";

export type RowStore = Pick<LakeStore, "pipeline" | "search" | "event">;

export interface RowRange {
  readonly from: Instant;
  readonly to: Instant;
  readonly now: Instant;
}

export interface HuntRow {
  readonly identity: string;
  /** Present when the row is an event. */
  readonly event: StoredEvent | undefined;
  readonly cells: readonly Cell[];
  readonly groupBy: { readonly field: string; readonly value: string | number } | undefined;
}

export interface HuntRows {
  readonly pipeline: Pipeline;
  readonly columns: readonly TableColumn[];
  readonly rows: readonly HuntRow[];
  readonly truncated: boolean;
}

export async function huntRows(
  store: RowStore,
  query: string,
  asked: { readonly range: RowRange; readonly signal?: AbortSignal },
): Promise<HuntRows | undefined> {
  const parsed = parsePipeline(query);
  if (!parsed.ok) return undefined;
  const { pipeline } = parsed;
  const answer = await store.pipeline({
    ...asked.range,
    query,
    limit: MAX_RAISED_ROWS,
    timeoutMs: SCHEDULED_TIMEOUT_MS,
    ...(asked.signal === undefined ? {} : { signal: asked.signal }),
  });
  const { truncated } = answer;
  if (answer.kind === "events") {
    const rows = answer.events.map((event) => ({ identity: event.id, event, cells: [], groupBy: undefined }));
    return { pipeline, columns: [], rows, truncated };
  }
  const { columns } = answer;
  const keys = new Set(identityColumns(pipeline, columns));
  const rows = answer.rows.map((cells) => tableRow(columns, { cells, keys, now: asked.range.now }));
  return { pipeline, columns, rows, truncated };
}

function tableRow(
  columns: readonly TableColumn[],
  { cells, keys, now }: { readonly cells: readonly Cell[]; readonly keys: ReadonlySet<string>; readonly now: Instant },
): HuntRow {
  const all = named(columns, cells);
  const own = all.filter(({ name }) => keys.has(name));
  // A row without keys is a statement about the whole: told once for each day it holds.
  const about = own.length > 0 ? own : [{ name: "day", value: Math.floor(now / 86_400_000) }];
  const identity = createHash("sha256").update(JSON.stringify(about)).digest("hex").slice(0, 32);
  const first = own.find(({ name, value }) => value !== null && name !== "ids" && name !== "time") ?? all[0];
  const value = first?.value;
  return {
    identity,
    event: undefined,
    cells,
    groupBy:
      first !== undefined && (typeof value === "string" || typeof value === "number")
        ? { field: first.name, value }
        : undefined,
  };
}

function named(columns: readonly TableColumn[], cells: readonly Cell[]) {
  return columns.map(({ name }, at) => ({ name, value: cells[at] ?? null }));
}

/** The row's own event, or the newest one behind it, so that an analyst lands on something real. */
export async function anchorOf(
  store: RowStore,
  { pipeline, columns }: HuntRows,
  { row, range }: { readonly row: HuntRow; readonly range: RowRange },
): Promise<EventOfFinding> {
  const found = row.event ?? (await eventBehind(store, pipeline, { row: named(columns, row.cells), range }));
  if (found === undefined) {
    return { id: row.identity as EventId, time: range.now, sensor: "khien", entities: {} };
  }
  return {
    id: found.id as EventId,
    time: Date.parse(found.time),
    sensor: found.sensor,
    entities: found.entities as KhienEvent["entities"],
    ...(found.host === undefined ? {} : { host: found.host }),
    ...(found.exerciseId === undefined ? {} : { exerciseId: found.exerciseId as ExerciseId }),
  };
}

async function eventBehind(
  store: RowStore,
  pipeline: Pipeline,
  { row, range }: { readonly row: ReturnType<typeof named>; readonly range: RowRange },
): Promise<StoredEvent | undefined> {
  const lastId = row.find(({ name }) => name === "last_id")?.value;
  if (typeof lastId === "string") return await store.event(lastId);
  return (await store.search({ ...range, query: rowQuery(pipeline, row), limit: 1 })).events[0];
}
