import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { expect, test } from "vitest";
import { heapOf, ownHeap, THREAD_LIMITS } from "./heap.ts";

const MIB = 1024 * 1024;

/** Makes rubbish that lives just long enough to be copied, until it has outgrown every young generation there is. */
const WASTING = `
  const { parentPort } = require("node:worker_threads");
  const { getHeapSpaceStatistics } = require("node:v8");
  const kept = [];
  let young = 0;
  for (let i = 0; i < 6_000_000; i++) {
    kept[i % 200_000] = { i, list: [i] };
    if (i % 200_000 === 0)
      young = Math.max(young, getHeapSpaceStatistics().find((one) => one.space_name === "new_space").space_size);
  }
  parentPort.postMessage(young);
  parentPort.on("message", () => process.exit());
`;

async function wasted(resourceLimits: object): Promise<number> {
  const worker = new Worker(WASTING, { eval: true, resourceLimits });
  const [young] = (await once(worker, "message")) as [number];
  const heap = await heapOf(worker);
  expect(heap?.used).toBeGreaterThan(MIB);
  expect(heap?.resident).toBeLessThan(heap?.limit ?? 0);
  worker.postMessage("end");
  await once(worker, "exit");
  expect(await heapOf(worker)).toBeUndefined();
  return young;
}

test("a thread with our limits keeps what is young small; one without takes more", async () => {
  const [ours, unlimited] = await Promise.all([wasted(THREAD_LIMITS), wasted({ maxYoungGenerationSizeMb: 192 })]);
  expect(ours).toBeLessThanOrEqual((THREAD_LIMITS.maxYoungGenerationSizeMb ?? 0) * MIB);
  expect(unlimited).toBeGreaterThan(ours);
});

test("buffers are told apart from the heap", () => {
  const before = ownHeap();
  const buffer = Buffer.alloc(64 * MIB, 1);
  const { external, used } = ownHeap();
  expect(external - before.external).toBeGreaterThan(60 * MIB);
  expect(used - before.used).toBeLessThan(32 * MIB);
  expect(buffer.length).toBe(64 * MIB);
});
