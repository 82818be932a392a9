/** A scan thread: reads files, parses records and matches rules, one file at a time. No server, no store. */
import { parentPort, workerData } from "node:worker_threads";
import type { EventId, JournalRecord } from "../../kernel/index.ts";
import { compileEngine, loadLogSources, type Rule } from "../../modules/detection/matching.ts";
import { parseRecord, type ReadRecord, readFileBatches } from "../../modules/ingest/parsing.ts";
import { openArchive, type Refusal } from "../../platform/archive/index.ts";
import type { ScanAnswer, ScanFinding, ScanOrder, ScanProblem, ScanSetup } from "./protocol.ts";

const port = parentPort;
if (port === null) throw new Error("scanning runs as a worker thread");
const setup = workerData as ScanSetup;
const startedAt = Date.now();
const ruleset = compileEngine(setup.rules, (await loadLogSources(setup.logSourcesDir)).map);
const indexOf = new Map<Rule, number>(setup.rules.map((rule, index) => [rule, index]));
/** Events between two reports of progress. */
const REPORT_EVERY = 2_000;

const tell = (answer: ScanAnswer): void => port.postMessage(answer);
tell({ kind: "ready" });
port.on("message", (order: ScanOrder) => {
  // A file that breaks the reader in a way nobody foresaw must not end the scan of the others.
  scanFile(order).catch((error: unknown) => {
    tell({
      kind: "problems",
      problems: [{ file: order.path, line: 0, code: "scan.file.failed", detail: String(error) }],
    });
    tell({ kind: "done", number: order.number, events: 0, unparsed: 0, outsideTime: 0 });
  });
});

async function scanFile({ number, path }: ScanOrder): Promise<void> {
  const count = { events: 0, unparsed: 0, outsideTime: 0 };
  let bytes = 0;
  let told = 0;
  const report = (): void => {
    tell({ kind: "progress", number, bytes, events: count.events - told });
    bytes = 0;
    told = count.events;
  };
  const batches = readFileBatches(path, {
    openArchive: (archive) =>
      openArchive(archive, {
        onRefused: (refusal) => tell({ kind: "problems", problems: [refusedMember(archive, refusal)] }),
      }),
    onProblem: (problem) => tell({ kind: "problems", problems: [problem] }),
    onBytes: (read) => {
      bytes += read;
    },
  });
  for await (const batch of batches) {
    const findings = batch.flatMap((record) => scanRecord(record, count));
    if (findings.length > 0) tell({ kind: "findings", number, findings });
    if (count.events - told >= REPORT_EVERY) report();
  }
  report();
  tell({ kind: "done", number, ...count });
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
  return ruleset.match(event).map((rule) => ({
    rule: indexOf.get(rule) ?? -1,
    file: record.file,
    line: record.line,
    time: event.time,
    timeMissing: event.timeMissing === true,
    host: event.host ?? null,
    fields: event.fields,
  }));
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
