/**
 * The pipeline thread: journal records in, parsed events and rule matches out. It keeps no state that matters:
 * killed and started again on the same records it answers the same.
 */
import { parentPort, workerData } from "node:worker_threads";
import type { FieldScalar, JournalRecord, KhienEvent } from "../../kernel/index.ts";
import {
  compileEngine,
  groupFieldOf,
  loadLogSources,
  type LogSourceMap,
  type Rule,
  type Ruleset,
} from "../../modules/detection/matching.ts";
import { parseRecord, tallySensors } from "../../modules/ingest/parsing.ts";
import { EventEncoder } from "../../modules/lake/encoding.ts";
import type { Answer, BatchDone, Match, Order, SourceTally } from "./protocol.ts";

const port = parentPort;
if (port === null) throw new Error("the pipeline runs as a worker thread");

const map: LogSourceMap = (await loadLogSources((workerData as { logSourcesDir: string }).logSourcesDir)).map;
let encoder = new EventEncoder();
let ruleset: Ruleset = compileEngine([], map);
let indexOf = new Map<Rule, number>();

port.on("message", (order: Order) => {
  port.postMessage(obey(order));
});

function obey(order: Order): Answer {
  if (order.kind === "rules") return takeRules(order.rules);
  if (order.kind === "batch") return runBatch(order.number, order.records);
  encoder = new EventEncoder();
  return order;
}

function takeRules(rules: readonly Rule[]): Answer {
  const started = performance.now();
  ruleset = compileEngine(rules, map);
  indexOf = new Map(rules.map((rule, index) => [rule, index]));
  return {
    kind: "rules",
    count: ruleset.rules.length,
    rejected: ruleset.rejected,
    tookMs: performance.now() - started,
  };
}

function runBatch(number: number, records: readonly JournalRecord[]): BatchDone {
  const batch = records.map((record) => ({ record, event: parseRecord(record) }));
  const matches: Match[] = [];
  for (const { event } of batch) {
    for (const rule of ruleset.match(event)) matches.push(toMatch(rule, event));
  }
  const events = encoder.encode(batch.map(({ event }) => event));
  return { kind: "batch", number, events, matches, sensors: tallySensors(batch), sources: tallySources(batch) };
}

function toMatch(rule: Rule, event: KhienEvent): Match {
  const field = groupFieldOf(rule);
  const value = field === undefined ? undefined : event.fields[field];
  const scalar = Array.isArray(value) ? (value as readonly FieldScalar[])[0] : (value as FieldScalar | undefined);
  const match = { event, rule: indexOf.get(rule) ?? -1 };
  return field === undefined || scalar === undefined ? match : { ...match, groupBy: { field, value: scalar } };
}

function tallySources(batch: readonly { record: JournalRecord; event: KhienEvent }[]): SourceTally[] {
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
