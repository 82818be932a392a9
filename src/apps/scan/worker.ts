/** A scan thread: reads files, parses records and matches rules, one file at a time. No server, no store. */
import { once } from "node:events";
import { deserialize } from "node:v8";
import { type MessagePort, parentPort } from "node:worker_threads";
import type { EventId, JournalRecord } from "../../kernel/index.ts";
import { compileDetector, readPacked, unpackRule } from "../../modules/detection/matching.ts";
import { parseRecord, type ReadOptions, type ReadRecord, readFileBatches } from "../../modules/ingest/parsing.ts";
import { openArchive, type Refusal } from "../../platform/archive/index.ts";
import { LineFilter } from "./line-filter.ts";
import { tellersOf } from "./match-teller.ts";
import type { RulesOrder, ScanAnswer, ScanFinding, ScanOrder, ScanProblem, WrittenSetup } from "./protocol.ts";

const port = parentPort;
if (port === null) throw new Error("scanning runs as a worker thread");
const startedAt = Date.now();
const tell = (answer: ScanAnswer): void => port.postMessage(answer);
const setup = deserialize(await nextSetup(port)) as WrittenSetup;
const rules = setup.rules.map(unpackRule);
const detector = compileDetector({ rules, filters: setup.filters, checked: true }, setup.logSourceMap);
const tellers = tellersOf(rules, setup);
/** Time bounds ask for the time of every event: then every line is parsed. */
const filter = setup.since === null && setup.until === null ? new LineFilter(detector) : undefined;
/** Bytes between two reports of progress. */
const REPORT_EVERY = 4 * 1024 * 1024;

tell({ kind: "ready" });
port.on("message", (order: ScanOrder) => {
  // A file that breaks the reader in a way nobody foresaw must not end the scan of the others.
  scanPart(order).catch((error: unknown) => {
    const problem = { file: order.path, line: 0, code: "scan.file.failed", detail: String(error) };
    tell({ kind: "problems", number: order.number, problems: [problem] });
    tell({ kind: "done", number: order.number, events: 0, unparsed: 0, outsideTime: 0, lines: 0 });
  });
});

/** Reads rule files for the main thread until the setup comes. */
async function nextSetup(from: MessagePort): Promise<Uint8Array> {
  for (;;) {
    const [message] = (await once(from, "message")) as [Uint8Array | RulesOrder];
    if (message instanceof Uint8Array) return message;
    tell({ kind: "rules", read: readPacked(message.files, message.placeholders) });
  }
}

async function scanPart(order: ScanOrder): Promise<void> {
  const { number, path } = order;
  const count = { events: 0, unparsed: 0, outsideTime: 0, lines: 0 };
  let bytes = 0;
  let told = 0;
  const report = (): void => {
    count.events += filter?.takeSettled() ?? 0;
    tell({ kind: "progress", number, bytes, events: count.events - told });
    bytes = 0;
    told = count.events;
  };
  const batches = readFileBatches(path, {
    ...readOptionsOf(order),
    onBytes: (read) => {
      bytes += read;
      if (bytes >= REPORT_EVERY) report();
    },
    onLines: (lines) => {
      count.lines = lines;
    },
  });
  for await (const batch of batches) {
    const findings = batch.flatMap((record) => scanRecord(record, count));
    if (findings.length > 0) tell({ kind: "findings", number, findings });
  }
  report();
  tell({ kind: "done", number, ...count });
}

function readOptionsOf({ number, range }: ScanOrder): ReadOptions {
  return {
    atOnce: true,
    ...(range === undefined ? {} : { range }),
    ...(filter === undefined ? {} : { screen: filter }),
    openArchive: (archive) =>
      openArchive(archive, {
        onRefused: (refusal) => tell({ kind: "problems", number, problems: [refusedMember(archive, refusal)] }),
      }),
    onProblem: (problem) => tell({ kind: "problems", number, problems: [problem] }),
  };
}

function scanRecord(
  record: ReadRecord,
  count: { events: number; unparsed: number; outsideTime: number },
): ScanFinding[] {
  const event = parseRecord(toJournalRecord(record));
  count.events += 1;
  if (event.parseFailure !== undefined) count.unparsed += 1;
  const outside =
    (setup.since !== null && event.time < setup.since) || (setup.until !== null && event.time >= setup.until);
  if (outside && event.timeMissing !== true) {
    count.outsideTime += 1;
    return [];
  }
  const known = LineFilter.matchesOf(record);
  const { rules: matched } = known === undefined ? detector.match(event) : detector.narrow(known, event);
  return matched.flatMap((rule) => tellers.get(rule)?.tell(event, record) ?? []);
}

/** A member whose name climbs out of the archive, or that is no plain file: told, never read. */
function refusedMember(archive: string, { name, code, detail }: Refusal): ScanProblem {
  return { file: `${archive}!${name}`, line: 0, code, detail };
}

/** Offline there is no door and no id to keep: only what parsing looks at is filled. */
function toJournalRecord(record: ReadRecord): JournalRecord {
  return {
    id: "" as EventId,
    door: "file",
    sensor: record.file,
    receivedAt: startedAt,
    raw: record.raw,
    ...(record.format === undefined ? {} : { format: record.format }),
  };
}
