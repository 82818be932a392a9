/**
 * Live tails: events handed on as they are stored, when they match. Storing never waits for a reader: each gets a
 * bounded number of events a second, and a batch that takes too long to look through is given up; both are counted.
 */
import { type EventId, type ExerciseId, Fault, type Fields, type KhienEvent } from "../../../kernel/index.ts";
import { matches } from "../core/query/evaluate.ts";
import type { Pipeline } from "../core/query/pipes.ts";
import type { Query } from "../core/query/tree.ts";
import { MAX_TAILS, TAIL_BATCH_MS, TAIL_EVENTS_PER_SECOND } from "../limits.ts";
import type { EncodedEvents } from "./encoded-events.ts";
import type { EventColumns, TextColumn } from "./event-columns.ts";

export interface TailNews {
  readonly events: readonly KhienEvent[];
  /** Matched, but there were too many. */
  readonly notShown: number;
  /** Never looked at. */
  readonly notExamined: number;
}
export type TailListener = (news: TailNews) => void;

interface Tail {
  readonly query: Query;
  readonly listener: TailListener;
  second: number;
  given: number;
}

export class Tails {
  readonly #tails = new Set<Tail>();

  add({ filter, stages }: Pipeline, listener: TailListener): () => void {
    if (this.#tails.size >= MAX_TAILS) {
      throw new Fault("busy", "lake.tail.busy", "too many live views at once", { limit: MAX_TAILS }, 5);
    }
    const filters = stages.map((stage) => {
      if (stage.kind === "where") return stage.query;
      const detail = "a live view takes a search without commands that count";
      throw new Fault("invalid", "lake.query.pipe_unexpected", detail, { command: stage.kind });
    });
    const tail: Tail = { query: { kind: "and", items: [filter, ...filters] }, listener, second: 0, given: 0 };
    this.#tails.add(tail);
    return () => this.#tails.delete(tail);
  }

  /** Whether batches should carry their events in a form that can be looked at. */
  get isWatched(): boolean {
    return this.#tails.size > 0;
  }

  /** A batch that is stored by now. Costs nothing while nobody looks. */
  take({ count, columns }: EncodedEvents, duplicates: readonly number[]): void {
    if (this.#tails.size === 0) return;
    const found = new Map([...this.#tails].map((tail) => [tail, [] as KhienEvent[]]));
    const examined = columns === undefined ? 0 : this.#examine(columns, new Set(duplicates), found);
    for (const [tail, events] of found) tell(tail, events, count - examined);
  }

  #examine(columns: EventColumns, duplicates: ReadonlySet<number>, found: ReadonlyMap<Tail, KhienEvent[]>): number {
    const until = performance.now() + TAIL_BATCH_MS;
    for (let index = 0; index < columns.count; index++) {
      if (index % 32 === 0 && performance.now() > until) return index;
      if (duplicates.has(index)) continue;
      const event = decoded(columns, index);
      for (const [tail, events] of found) if (matches(tail.query, event)) events.push(event);
    }
    return columns.count;
  }
}

function tell(tail: Tail, events: readonly KhienEvent[], notExamined: number): void {
  const second = Math.floor(performance.now() / 1_000);
  if (second !== tail.second) {
    tail.second = second;
    tail.given = 0;
  }
  const shown = events.slice(0, TAIL_EVENTS_PER_SECOND - tail.given);
  tail.given += shown.length;
  if (events.length === 0 && notExamined === 0) return;
  tail.listener({ events: shown, notShown: events.length - shown.length, notExamined });
}

/** One event out of the columns it travels in. */
function decoded(batch: EventColumns, index: number): KhienEvent {
  const text = (name: TextColumn): string | undefined => batch.texts[name][index];
  const port = (ports: Int32Array): number | undefined => {
    const value = ports[index] ?? -1;
    return value < 0 ? undefined : value;
  };
  const raw = text("raw") ?? "";
  return {
    id: (text("id") ?? "") as EventId,
    time: batch.time[index] ?? 0,
    ingestedAt: batch.ingestedAt[index] ?? 0,
    ...(batch.timeMissing[index] === 1 ? { timeMissing: true } : {}),
    sensor: text("sensor") ?? "",
    logsource: present({ product: text("product"), category: text("category"), service: text("service") }),
    format: text("format") ?? "",
    ...present({ parseFailure: text("parse_failure"), host: text("host") }),
    ...present({ exerciseId: text("exercise_id") as ExerciseId | undefined }),
    entities: present({
      user: text("user"),
      process: text("process"),
      commandLine: text("command_line"),
      parentProcess: text("parent_process"),
      srcIp: text("src_ip"),
      srcPort: port(batch.srcPort),
      dstIp: text("dst_ip"),
      dstPort: port(batch.dstPort),
      domain: text("domain"),
      url: text("url"),
      hash: text("hash"),
      email: text("email"),
      file: text("file"),
    }),
    fields: JSON.parse(text("fields") ?? raw) as Fields,
    raw,
  };
}

type Present<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> };

function present<T extends object>(values: T): Present<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Present<T>;
}
