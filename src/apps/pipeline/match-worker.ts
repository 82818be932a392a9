/**
 * A matching thread: journal records in, parsed events and rule matches out. It keeps no state that matters: killed
 * and started again on the same records it answers the same, and so do two of them on alternate batches.
 */
import { parentPort, workerData } from "node:worker_threads";
import { type Instant, isClock, type JournalRecord, type LogSource } from "../../kernel/index.ts";
import type { LogSourceMap } from "../../modules/detection/matching.ts";
import { LineEvents, parseRecord, SensorTallies } from "../../modules/ingest/parsing.ts";
import { EventEncoder, eachRecord, type FrameChunk } from "../../modules/lake/encoding.ts";
import { BatchMatcher, type ParsedRecord } from "./batch-matcher.ts";
import type { BatchMatched, MatchAnswer, MatchOrder, SourceTally } from "./protocol.ts";

const port = parentPort;
if (port === null) throw new Error("the pipeline matches in a worker thread");

const { map } = workerData as { map: LogSourceMap };
const lines = new LineEvents();
let encoder = new EventEncoder();
let matcher: BatchMatcher | undefined;

port.on("message", (order: MatchOrder) => {
  const answer = obey(order);
  port.postMessage(answer, answer.kind === "batch" ? buffersOf(answer) : []);
});

function buffersOf({ events: { file, inventory }, spent }: BatchMatched): ArrayBuffer[] {
  const { hashes, ids } = inventory.leaves;
  return [file.buffer, hashes.buffer, ids.buffer, ...spent];
}

function obey(order: MatchOrder): MatchAnswer {
  switch (order.kind) {
    case "rules": {
      const started = performance.now();
      matcher = new BatchMatcher(order.planned, map);
      const { count, rejected } = matcher;
      return { kind: "rules", count, rejected, tookMs: performance.now() - started };
    }
    case "batch":
      return runBatch(order);
    case "replay":
      return { kind: "replay", stream: ready().streamOf(eachParsed(order.chunks)) };
    case "restart":
      encoder = new EventEncoder();
      return order;
  }
}

function runBatch({ chunks, withColumns }: Extract<MatchOrder, { kind: "batch" }>): BatchMatched {
  const events = encoder.batch({ withColumns });
  const sensors = new SensorTallies();
  const sources = new SourceTallies();
  /** Everybody has had a look at a record before the next one is read: a batch of events at once would be much garbage. */
  function* looked(): Generator<ParsedRecord> {
    for (const record of eachRecord(chunks)) {
      const one = parsed(record);
      // Ticks are nobody's log lines: they reach the correlator's clock and nothing else.
      if (!isClock(record)) {
        events.add(one.event);
        sensors.add(one);
        sources.add(one);
      }
      yield one;
    }
  }
  const { matches, stream, hidden } = ready().match(looked());
  const told = { sensors: sensors.told(), sources: sources.told() };
  const spent = chunks.map(({ bytes }) => bytes.buffer);
  return { kind: "batch", spent, events: events.end(), matches, stream, hidden, ...told };
}

function* eachParsed(chunks: readonly FrameChunk[]): Generator<ParsedRecord> {
  for (const record of eachRecord(chunks)) yield parsed(record);
}

/** Most lines match no rule, and what the lake asks of those can be read without parsing them. */
function parsed(record: JournalRecord): ParsedRecord {
  if (!lines.read(record)) return { record, event: parseRecord(record) };
  const matched = ready().matchLine(lines.line);
  return { record, event: (matched.length === 0 ? lines.event(record) : undefined) ?? parseRecord(record), matched };
}

function ready(): BatchMatcher {
  if (matcher === undefined) throw new Error("a batch came before the rules");
  return matcher;
}

class SourceTallies {
  readonly #bySource = new Map<LogSource, { events: number; lastAt: Instant }>();

  add({ record, event: { logsource, exerciseId } }: ParsedRecord): void {
    if (exerciseId !== undefined) return;
    // Parsers share one object among the events of a source.
    const known = this.#bySource.get(logsource);
    if (known === undefined) this.#bySource.set(logsource, { events: 1, lastAt: record.receivedAt });
    else {
      known.events += 1;
      known.lastAt = Math.max(known.lastAt, record.receivedAt);
    }
  }

  told(): SourceTally[] {
    const named = Map.groupBy(
      this.#bySource,
      ([{ product, category, service }]) => `${product ?? ""}\0${category ?? ""}\0${service ?? ""}`,
    );
    return [...named.values()].map((same) => ({
      logsource: same[0]?.[0] ?? {},
      events: same.reduce((sum, [, { events }]) => sum + events, 0),
      lastAt: same.reduce((last, [, { lastAt }]) => Math.max(last, lastAt), 0),
    }));
  }
}
