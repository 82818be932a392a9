/** Events of files and of standard input, for commands that judge rules without a server. */
import { createHash } from "node:crypto";
import { lstat } from "node:fs/promises";
import type { EventId, JournalRecord, KhienEvent } from "../../../kernel/index.ts";
import { Fault } from "../../../kernel/index.ts";
import { listFiles, parseRecord, readFileBatches, type ReadRecord } from "../../../modules/ingest/parsing.ts";
import { openArchive } from "../../../platform/archive/index.ts";
import { eventsOfText } from "../../authoring.ts";

export interface PlacedEvent {
  readonly file: string;
  readonly line: number;
  readonly event: KhienEvent;
}

/** Problems of reading are told and the rest goes on. */
export interface EventReading {
  readonly onProblem?: (text: string) => void;
  readonly receivedAt?: number;
}

export async function* readEvents(paths: readonly string[], reading: EventReading = {}): AsyncGenerator<PlacedEvent> {
  const receivedAt = reading.receivedAt ?? Date.now();
  for (const path of paths) {
    if ((await lstat(path).catch(() => undefined)) === undefined)
      throw new Fault("missing", "rules.events.missing", `${path} is not there`, { path });
    for await (const file of listFiles(path)) {
      const batches = readFileBatches(file, {
        openArchive: (archive) => openArchive(archive, {}),
        onProblem: ({ line, code, detail }) => reading.onProblem?.(`${file}:${line}: ${code} ${detail}`),
      });
      for await (const batch of batches) {
        for (const record of batch)
          yield { file: record.file, line: record.line, event: parseRecord(toJournalRecord(record, receivedAt)) };
      }
    }
  }
}

const MAX_PIPED_RECORDS = 100_000;

/** What comes through a pipe, all of it before anything is judged. */
export async function readPiped(): Promise<PlacedEvent[]> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString("utf8");
  const events = await eventsOfText(text, { most: MAX_PIPED_RECORDS, now: Date.now() });
  return events.map((event, index) => ({ file: "-", line: index + 1, event }));
}

/** The same place gives the same id, and two places never share one. */
function toJournalRecord({ raw, file, line, byteOffset, format }: ReadRecord, receivedAt: number): JournalRecord {
  const id = createHash("sha256")
    .update(`${file}\0${line}\0${byteOffset ?? ""}`)
    .digest("hex")
    .slice(0, 32);
  return {
    id: id as EventId,
    door: "file",
    sensor: file,
    receivedAt,
    raw,
    ...(format === undefined ? {} : { format }),
  };
}
