/** The victim of kill-rounds.ts: acknowledges on stdout with the count of events that are on disk. */
import { writeSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import type { EventId, JournalRecord, KhienEvent } from "../../src/kernel/index.ts";
import { type Lake, openLake } from "../../src/modules/lake/index.ts";
import { systemClock } from "../../src/platform/clock/index.ts";

export const EVENT_TIME = Date.UTC(2026, 0, 1);
/** Small, so that a round of a second sees many seals. */
export const SEAL = { events: 700 };
const BATCH = 25;
const JOURNAL_SEGMENT_BYTES = 64 * 1024;

export function recordOf(n: number): JournalRecord {
  const id = n.toString(16).padStart(32, "0") as EventId;
  return { id, door: "http", sensor: "fw-1", receivedAt: EVENT_TIME + n, raw: `${n} ${"x".repeat(n % 300)}` };
}

export function eventOf(record: JournalRecord): KhienEvent {
  const n = Number.parseInt(record.raw, 10);
  return {
    id: record.id,
    time: EVENT_TIME + n,
    ingestedAt: record.receivedAt,
    sensor: record.sensor,
    logsource: {},
    format: "raw",
    entities: {},
    fields: { n },
    raw: record.raw,
  };
}

/** The pipeline in small: journal to store, trimming behind what is sealed. */
export async function feedStore(lake: Lake, isDone: () => boolean): Promise<void> {
  while (!isDone()) {
    const from = lake.store.position();
    const { records, next } = await lake.journal.read(from, { records: 400, bytes: 1 << 20 });
    if (next === from) {
      await setImmediate();
      continue;
    }
    await lake.store.append({ events: records.map(eventOf), upTo: next });
    await lake.trimJournal();
  }
}

async function live(dir: string, from: number): Promise<void> {
  const lake = await openLake({ dir, clock: systemClock, seal: SEAL, journalSegmentBytes: JOURNAL_SEGMENT_BYTES });
  void feedStore(lake, () => false);
  let durable = from;
  for (let n = from; ; n += 2 * BATCH) {
    // Two doors at once: their acknowledgements may come in either order.
    const ends = [n, n + BATCH].map(async (first) => {
      await lake.journal.append(Array.from({ length: BATCH }, (_, i) => recordOf(first + i)));
    });
    await Promise.all(ends);
    durable = n + 2 * BATCH;
    writeSync(1, `${durable}\n`);
  }
}

if (import.meta.main) await live(process.argv[2] ?? "", Number(process.argv[3] ?? 0));
