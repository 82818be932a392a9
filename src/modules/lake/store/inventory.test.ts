/** What the encoder says is in a file is what the engine reads of it: the log is told the one, `khien verify` asks for the other. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { EventId, KhienEvent } from "../../../kernel/index.ts";
import { type Connection, Database } from "./database.ts";
import { EventEncoder } from "./encoded-events.ts";
import { type Inventory, joinedInventory } from "./inventory.ts";
import { BASE_TIME, eventsArbitrary, plainEvent } from "./testdata/events.ts";
import { readLeaves, sourcesOf } from "./witness.ts";

let dir: string;
let database: Database;
let connection: Connection;
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), "khien-inventory-"));
  database = await Database.open({ file: ":memory:", temp: dir, root: dir, memoryLimitMb: 256 });
  connection = await database.connect();
});
afterAll(() => {
  connection.close();
  database.close();
  rmSync(dir, { recursive: true, force: true });
});

const encoder = new EventEncoder();
const plain = ({ leaves, sources }: Inventory) => ({
  hashes: Buffer.from(leaves.hashes).toString("hex"),
  ids: Buffer.from(leaves.ids).toString("hex"),
  sources: sources.toSorted((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1)),
});

async function readOf(events: readonly KhienEvent[]): Promise<{ told: Inventory; read: Inventory }> {
  const { file, inventory } = encoder.encode(events, { withColumns: false });
  const path = join(dir, "events.parquet");
  writeFileSync(path, file);
  const leaves = (await readLeaves(connection, path)) as Inventory["leaves"];
  return { told: inventory, read: { leaves, sources: await sourcesOf(connection, path) } };
}

describe("leaves and sources are those the engine reads", () => {
  test("of any events", async () => {
    await fc.assert(
      fc.asyncProperty(eventsArbitrary, async (events) => {
        const { told, read } = await readOf(events);
        expect(plain(told)).toEqual(plain(read));
      }),
      { numRuns: 60 },
    );
  });

  test("of lines that stay bytes, with and without edits, and of ids that are none", async () => {
    const raw = Buffer.from('{"n":1.0,"text":"đường"}');
    const asBytes = (n: number, edits: { from: number; to: number; text: string }[]): KhienEvent =>
      plainEvent(n, { raw: raw.toString(), bytes: { raw, isPlain: false, edits, names: ["n", "text"] } });
    const { told, read } = await readOf([
      asBytes(1, []),
      asBytes(2, [
        { from: 5, to: 8, text: "1" },
        { from: raw.length - 1, to: raw.length, text: ',"more":"ữ"}' },
      ]),
      plainEvent(3, { id: "no hash" as EventId, timeMissing: true, entities: { srcPort: 0, dstPort: 65_535 } }),
      plainEvent(4, { sensor: "lone \ud800", raw: "\udfff and \0", time: 0, ingestedAt: BASE_TIME + 90_000 }),
    ]);
    expect(plain(told)).toEqual(plain(read));
  });
});

test("joined end to end they are those of the joined file; one that is missing leaves nothing", () => {
  const events = Array.from({ length: 9 }, (_, n) => plainEvent(n, { sensor: n % 2 === 0 ? "a" : "b" }));
  const inventoryOf = (from: number, to: number) =>
    encoder.encode(events.slice(from, to), { withColumns: false }).inventory;
  const [whole, one, other] = [inventoryOf(0, 9), inventoryOf(0, 4), inventoryOf(4, 9)];
  const joined = joinedInventory([one, other]);
  expect(joined === undefined ? undefined : plain(joined)).toEqual(plain(whole));
  expect(joinedInventory([one, undefined, other])).toBeUndefined();
});
