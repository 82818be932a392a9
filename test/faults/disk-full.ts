/**
 * By hand, on a small file system: node test/faults/disk-full.ts DIRECTORY (for instance a tmpfs of 24 MB).
 * Fills it under a running lake, frees it again, and checks that what was acknowledged, and only that, is there.
 */
import { mkdirSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { isFault } from "../../src/kernel/index.ts";
import { type Lake, openLake } from "../../src/modules/lake/index.ts";
import { systemClock } from "../../src/platform/clock/index.ts";
import { EVENT_TIME, eventOf, recordOf } from "./kill-child.ts";

const root = process.argv[2];
if (root === undefined) throw new Error("name a directory on a small file system");
const dir = join(root, "lake");
const ballast = join(root, "ballast");
mkdirSync(dir, { recursive: true });

const seen = new Map<string, number>();
const note = (code: string) => seen.set(code, (seen.get(code) ?? 0) + 1);

let lake = await openLake({ dir, clock: systemClock, seal: { events: 3_000 }, journalSegmentBytes: 256 * 1024 });
let acknowledged = 0;
await run(2_000);
const { bavail, bsize } = statfsSync(root);
writeFileSync(ballast, Buffer.alloc(Math.max(0, bavail * bsize - 700_000)));
await run(5_000);
console.log("full:", Object.fromEntries(seen), "acknowledged", acknowledged, "stored up to", lake.store.position());
rmSync(ballast);
const before = acknowledged;
await setTimeout(1_500);
await run(2_000);
console.log("freed: went on by itself:", acknowledged > before, "stored up to", lake.store.position());
await lake.close();

lake = await openLake({ dir, clock: systemClock });
while (lake.store.position() < lake.journal.end()) await feed(lake);
const range = { query: "", from: EVENT_TIME, to: EVENT_TIME + 1_000_000_000 };
const { count } = await lake.store.count(range);
const distinct = (await lake.store.top({ ...range, field: "time", limit: 1 })).values[0]?.count;
console.log("reopened:", { acknowledged, count, mostPerTime: distinct, problems: (await lake.store.stats()).problems });
await lake.close();
process.exitCode = count === acknowledged && acknowledged > before ? 0 : 1;

async function run(records: number): Promise<void> {
  for (let n = 0; n < records; n += 50) {
    try {
      await lake.journal.append(Array.from({ length: 50 }, (_, i) => recordOf(acknowledged + i)));
      acknowledged += 50;
    } catch (error) {
      note(isFault(error) ? error.code : String(error));
    }
    await feed(lake).catch((error: unknown) => note(isFault(error) ? error.code : String(error)));
  }
}

async function feed(target: Lake): Promise<void> {
  const from = target.store.position();
  const { records, next } = await target.journal.read(from, { records: 500, bytes: 1 << 20 });
  if (next > from) await target.store.append({ events: records.map(eventOf), upTo: next });
  await target.trimJournal();
}
