import { stat } from "node:fs/promises";
import { join } from "node:path";
import { Memory } from "../modules/overview/index.ts";
import { RECORDS_FILE } from "../platform/audit/index.ts";
import { ownHeap } from "../platform/heap.ts";
import { type Route, route } from "../platform/http/index.ts";
import type { Parts } from "./wire.ts";

/** Which part of the server occupies how much memory, for whoever wonders where it goes. */
export function memoryRoute({ config, lake, pipeline }: Parts): Route {
  return route({
    method: "GET",
    path: "/api/v1/memory",
    summary: "Memory of the process, by thread and store",
    access: "watch.read",
    audit: "read",
    reply: Memory,
    handle: async () => {
      const [store, heaps, records] = await Promise.all([
        lake.store.memory(),
        pipeline.heaps(),
        stat(join(config.dataDir, RECORDS_FILE)),
      ]);
      const { groups, events } = pipeline.state;
      return {
        resident: process.memoryUsage.rss(),
        threads: [{ thread: "main", heap: ownHeap() }, ...heaps, ...store.heaps].map(({ thread, heap }) => ({
          thread,
          ...heap,
        })),
        eventStore: { ...store.engine, limit: config.lakeMemoryMb * 1024 * 1024 },
        correlations: { groups, events },
        recordsFile: records.size,
      };
    },
  });
}
