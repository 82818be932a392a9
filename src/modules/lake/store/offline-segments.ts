/** Segment files read without the lake: an engine in memory that may look into one folder. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Leaves } from "../integrity/core/difference.ts";
import { Database } from "./database.ts";
import { describeSegment } from "./segment-files.ts";
import { readLeaves } from "./witness.ts";

export interface SegmentReader {
  /** Rejects when the file cannot be read to its end. */
  leaves(name: string): Promise<Leaves>;
  /** Segments it says it stands for; none when it cannot be read. */
  merged(name: string): Promise<readonly string[]>;
  close(): Promise<void>;
}

export async function openSegmentReader(segmentDir: string): Promise<SegmentReader> {
  const root = resolve(segmentDir);
  const temp = await mkdtemp(join(tmpdir(), "khien-verify-"));
  const database = await Database.open({ file: ":memory:", temp, root, memoryLimitMb: 512 });
  const connection = await database.connect();
  return {
    leaves: (name) => readLeaves(connection, join(root, name)),
    merged: async (name) => (await describeSegment(connection, root, name))?.merged ?? [],
    close: async () => {
      connection.close();
      database.close();
      await rm(temp, { recursive: true, force: true });
    },
  };
}
