import { expect, test } from "vitest";
import { openServer } from "./server.ts";

interface Memory {
  readonly resident: number;
  readonly threads: readonly { thread: string; used: number; resident: number; external: number; limit: number }[];
  readonly eventStore: { used: number; limit: number; purposes: readonly { purpose: string; bytes: number }[] };
  readonly correlations: { groups: number; events: number };
  readonly recordsFile: number;
}

test("says of every thread and store what it occupies, to whoever may watch", async () => {
  const server = await openServer({ config: { matchThreads: 2, lakeMemoryMb: 300 } });
  try {
    const sender = await server.withToken("ingest", "sensor");
    const lines = Array.from({ length: 500 }, (_, index) => `{"n":${index},"text":"${"x".repeat(1_000)}"}`).join("\n");
    await sender.deliver(lines);
    await server.settled();
    const reader = await server.withToken("read");
    const { resident, threads, eventStore, correlations, recordsFile } = await reader.get<Memory>("/api/v1/memory");
    expect(threads.map(({ thread }) => thread).sort()).toEqual(["correlator", "lake", "main", "matching", "matching"]);
    for (const { used, resident: heap, limit } of threads) {
      expect(used).toBeGreaterThan(1_000_000);
      expect(heap).toBeLessThan(limit);
    }
    expect(threads.reduce((sum, { resident: heap }) => sum + heap, eventStore.used)).toBeLessThan(resident);
    expect(eventStore.limit).toBe(300 * 1024 * 1024);
    expect(eventStore.used).toBe(eventStore.purposes.reduce((sum, { bytes }) => sum + bytes, 0));
    expect(eventStore.used).toBeLessThan(eventStore.limit);
    expect(correlations).toEqual({ groups: 0, events: 0 });
    expect(recordsFile).toBeGreaterThan(0);
    await expect(sender.get("/api/v1/memory")).rejects.toThrow();
  } finally {
    await server.close();
  }
});
