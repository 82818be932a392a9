/**
 * A matching thread: journal records in, parsed events and rule matches out. It keeps no state that matters: killed
 * and started again on the same records it answers the same, and so do two of them on alternate batches.
 */
import { parentPort, workerData } from "node:worker_threads";
import { isClock, type JournalRecord } from "../../kernel/index.ts";
import type { LogSourceMap } from "../../modules/detection/matching.ts";
import { LineEvents, parseRecord, tallySensors } from "../../modules/ingest/parsing.ts";
import { EventEncoder, recordsOf } from "../../modules/lake/encoding.ts";
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
  port.postMessage(answer, answer.kind === "batch" ? [answer.events.file.buffer, answer.events.ids.buffer] : []);
});

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
      return { kind: "replay", stream: ready().streamOf(recordsOf(order.chunks).map(parsed)) };
    case "restart":
      encoder = new EventEncoder();
      return order;
  }
}

function runBatch({ chunks, withColumns }: Extract<MatchOrder, { kind: "batch" }>): BatchMatched {
  const batch = recordsOf(chunks).map(parsed);
  const { matches, stream, hidden } = ready().match(batch);
  // Ticks are nobody's log lines: they reach the correlator's clock and nothing else.
  const logged = batch.filter(({ record }) => !isClock(record));
  const events = encoder.encode(
    logged.map(({ event }) => event),
    { withColumns },
  );
  return {
    kind: "batch",
    events,
    matches,
    stream,
    hidden,
    sensors: tallySensors(logged),
    sources: tallySources(logged),
  };
}

/** Most lines match no rule, and what the lake asks of those can be read without parsing them. */
function parsed(record: JournalRecord): ParsedRecord {
  const isSettled = lines.read(record) && !ready().matchesAny(lines.line);
  const event = (isSettled ? lines.event(record) : undefined) ?? parseRecord(record);
  return { record, event, isSettled };
}

function ready(): BatchMatcher {
  if (matcher === undefined) throw new Error("a batch came before the rules");
  return matcher;
}

function tallySources(batch: readonly ParsedRecord[]): SourceTally[] {
  const bySource = Map.groupBy(
    batch.filter(({ event }) => event.exerciseId === undefined),
    ({ event: { logsource } }) => `${logsource.product ?? ""}\0${logsource.category ?? ""}\0${logsource.service ?? ""}`,
  );
  return [...bySource.values()].map((entries) => ({
    logsource: entries[0]?.event.logsource ?? {},
    events: entries.length,
    lastAt: entries.reduce((last, { record }) => Math.max(last, record.receivedAt), 0),
  }));
}
