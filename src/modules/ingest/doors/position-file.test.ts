import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { z } from "../../../platform/schema/index.ts";
import { PositionFile, readPositionFile } from "./position-file.ts";

const Shape = z.object({ at: z.int() });
const DAMAGED = { code: "test.positions", message: "damaged" };
let dir = "";

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "khien-positions-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

test("what was touched is on disk after saving, and nothing is written for nothing", async () => {
  const path = join(dir, "door", "positions.json");
  let at = 1;
  const file = new PositionFile<typeof Shape>(path, () => ({ at }));
  await file.save();
  expect(existsSync(path)).toBe(false);
  expect(await readPositionFile(path, Shape, DAMAGED)).toBeUndefined();
  file.touch();
  await Promise.all([file.save(), file.save()]);
  expect(await readPositionFile(path, Shape, DAMAGED)).toEqual({ at: 1 });
  at = 2;
  file.touch();
  await file.save();
  expect(JSON.parse(readFileSync(path, "utf8"))).toEqual({ at: 2 });
});

test("a failure is told to who asked, and the next one writes what was not written", async () => {
  const folder = join(dir, "door");
  const path = join(folder, "positions.json");
  writeFileSync(folder, "a file where the folder should be");
  const file = new PositionFile<typeof Shape>(path, () => ({ at: 3 }));
  file.touch();
  await expect(file.save()).rejects.toMatchObject({ code: "EEXIST" });
  rmSync(folder);
  mkdirSync(folder);
  await file.save();
  expect(await readPositionFile(path, Shape, DAMAGED)).toEqual({ at: 3 });
});

test.each(["", "{", '{"at":"x"}', "null"])("a damaged file is a fault: %s", async (text) => {
  const path = join(dir, "positions.json");
  writeFileSync(path, text);
  await expect(readPositionFile(path, Shape, DAMAGED)).rejects.toMatchObject({ code: "test.positions" });
});
