import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { NOTHING_ACTIVE } from "../../modules/detection/matching.ts";
import type { StageState } from "./correlation-stage.ts";
import type { Planned } from "./protocol.ts";
import { type Snapshot, SnapshotFolder } from "./snapshot-folder.ts";

const planned: Planned = { active: NOTHING_ACTIVE, plan: { inputs: [], nodes: [], silenced: new Set() } };
const snapshotAt = (position: number): Snapshot => ({
  position,
  planned,
  state: { clock: position * 10, held: new Map([["a", [1, 2.5, null]]]) } as unknown as StageState,
});

let dir = "";
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "khien-snapshot-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const open = (): SnapshotFolder => new SnapshotFolder(dir, 2);
const positionOf = (snapshot: Snapshot): number => snapshot.position;
const fileOf = (position: number): string => join(dir, `${String(position).padStart(16, "0")}.snapshot`);

test("what is written comes back, maps and sets included", () => {
  open().write(snapshotAt(7));
  expect(open().useNewest((snapshot) => snapshot)).toEqual(snapshotAt(7));
});

test("the snapshots a restart may need stay, and the rules that they or the journal need", () => {
  const folder = open();
  for (const position of [0, 10, 20, 30]) {
    folder.noteRules({ position, planned });
    folder.write(snapshotAt(position));
    folder.prune({ oldest: 5, stored: 25 });
  }
  folder.write(snapshotAt(40));
  folder.prune({ oldest: 5, stored: 25 });
  // 30 and 40 are ahead of what is stored: a restart cannot use them.
  expect(folder.positions()).toEqual([10, 20, 30, 40]);
  expect(folder.positions("rules")).toEqual([0, 10, 20, 30]);
  folder.prune({ oldest: 25, stored: 40 });
  expect(folder.positions()).toEqual([30, 40]);
  expect(folder.positions("rules")).toEqual([20, 30]);
});

test.each([
  ["cut off", (path: string) => truncateSync(path, 60)],
  ["cut off in its header", (path: string) => truncateSync(path, 5)],
  ["empty", (path: string) => truncateSync(path, 0)],
  [
    "with one bit flipped",
    (path: string) => {
      const bytes = readFileSync(path);
      bytes[bytes.length - 3] = (bytes[bytes.length - 3] ?? 0) ^ 1;
      writeFileSync(path, bytes);
    },
  ],
  ["of another position", (path: string) => writeFileSync(path, readFileSync(fileOf(1)))],
])("a snapshot %s is told about, and the one before it is used", (_what, damage) => {
  const folder = open();
  folder.write(snapshotAt(1));
  folder.write(snapshotAt(2));
  damage(fileOf(2));
  expect(folder.useNewest(positionOf)).toBe(1);
  expect(folder.damaged).toMatchObject([{ file: "0000000000000002.snapshot" }]);
  expect(existsSync(fileOf(2))).toBe(false);
});

test("a state the engine refuses counts as damaged", () => {
  const folder = open();
  folder.write(snapshotAt(1));
  folder.write(snapshotAt(2));
  const used = folder.useNewest((snapshot) => {
    if (snapshot.position === 2) throw new RangeError("state of another format");
    return snapshot.position;
  });
  expect(used).toBe(1);
  expect(folder.damaged).toEqual([{ file: "0000000000000002.snapshot", reason: "state of another format" }]);
});

test("what lies beyond the stored findings is forgotten", () => {
  const folder = open();
  for (const position of [10, 20]) {
    folder.noteRules({ position, planned });
    folder.write(snapshotAt(position));
  }
  folder.cutAt(15);
  expect(folder.positions()).toEqual([10]);
  expect(folder.rulesAfter(0).map(({ position }) => position)).toEqual([10]);
});

test("rules that came into force after a position, and those in force at one", () => {
  const folder = open();
  const at = (position: number): Planned => ({
    ...planned,
    active: { ...NOTHING_ACTIVE, levels: { rule: position === 5 ? "low" : "high" } },
  });
  folder.noteRules({ position: 5, planned: at(5) });
  folder.noteRules({ position: 9, planned: at(9) });
  expect(folder.rulesAfter(5).map(({ position }) => position)).toEqual([9]);
  expect(folder.rulesAt(8)).toEqual(at(5));
  expect(folder.rulesAt(9)).toEqual(at(9));
  expect(folder.rulesAt(4)).toBeUndefined();
});

test("an interrupted write leaves nothing behind", () => {
  writeFileSync(`${fileOf(3)}.unfinished`, "half");
  const folder = open();
  expect(folder.positions()).toEqual([]);
  expect(readdirSync(dir)).toEqual([]);
});
