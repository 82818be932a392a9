/** A disk that is full in the middle of a signed head of the audit log. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openHeadKey } from "../../src/platform/audit/head.ts";
import { HeadsFile, readHeadLines } from "../../src/platform/audit/heads-file.ts";
import { mayMount } from "./server-disk-full.ts";

const PAGE = 4_096;
const reason = mayMount() ? "" : " (skipped: a small disk needs the right to mount)";
let place: string;

beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), "khien-heads-"));
});
afterEach(() => rmSync(place, { recursive: true, force: true }));

test.skipIf(!mayMount())(`what fitted of a head is taken back, and those after it stand whole${reason}`, async () => {
  const disk = join(place, "disk");
  mkdirSync(disk);
  const key = openHeadKey(place);
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${3 * PAGE}`, "tmpfs", disk]);
  const ballast = join(disk, "ballast");
  const sizes = () => readHeadLines(disk)?.map(({ head }) => head?.size);
  let file: HeadsFile | undefined;
  try {
    mkdirSync(join(disk, "audit"));
    file = await HeadsFile.open(disk);
    const headOf = (size: number) => key.sign({ size, root: "ab".repeat(32), at: "2026-11-22T00:00:00.000Z" });
    const lengthOf = (size: number) => JSON.stringify(headOf(size)).length + 1;
    const append = async (size: number) => await file?.append(headOf(size));
    writeFileSync(ballast, Buffer.alloc(2 * PAGE));
    const kept: number[] = [];
    const fill = async () => {
      for (let size = 1; size < 100; size++) {
        await append(size);
        kept.push(size);
      }
    };
    await expect(fill()).rejects.toThrow("ENOSPC");
    // A page is no whole number of heads of these sizes: a part of one was written.
    expect(PAGE % lengthOf(1)).not.toBe(0);
    expect(kept.length).toBeGreaterThan(5);
    await expect(append(200)).rejects.toThrow("ENOSPC");
    rmSync(ballast);
    await append(300);
    expect(sizes()).toEqual([...kept, 300]);
    expect(file.lastSize).toBe(300);
  } finally {
    await file?.close();
    execFileSync("umount", ["-l", disk]);
  }
});
