/**
 * What two threads gain for JSON.parse of the same lines and nothing else: cores share memory, clock and often the
 * machine with others, so this, and not 2.0, is what a program can reach here and now.
 */
import { once } from "node:events";
import { Worker } from "node:worker_threads";

/** Each thread has its lines before the clock starts. */
const CODE = `
const { parentPort, workerData } = require("node:worker_threads");
const lines = workerData.split("\\n");
parentPort.on("message", (rounds) => {
  for (let round = 0; round < rounds; round++) for (const line of lines) JSON.parse(line);
  parentPort.postMessage("done");
});
parentPort.postMessage("ready");
`;

async function started(lines: readonly string[]): Promise<Worker> {
  const worker = new Worker(CODE, { eval: true, workerData: lines.join("\n") });
  await once(worker, "message");
  return worker;
}

async function secondsOf(workers: readonly Worker[], rounds: number): Promise<number> {
  const begun = performance.now();
  await Promise.all(
    workers.map((worker) => {
      worker.postMessage(rounds);
      return once(worker, "message");
    }),
  );
  return (performance.now() - begun) / 1_000;
}

/** How many times as fast two threads parse the lines as one does; the best of both counts. */
export async function parseGain(lines: readonly string[], turns: number): Promise<number> {
  const half = Math.ceil(lines.length / 2);
  const one = [await started(lines)];
  const two = [await started(lines.slice(0, half)), await started(lines.slice(half))];
  const best = { one: Number.POSITIVE_INFINITY, two: Number.POSITIVE_INFINITY };
  try {
    for (let turn = 0; turn <= turns; turn++) {
      const [alone, together] = [await secondsOf(one, 2), await secondsOf(two, 2)];
      // The first turn warms up.
      if (turn === 0) continue;
      best.one = Math.min(best.one, alone);
      best.two = Math.min(best.two, together);
    }
    return best.one / best.two;
  } finally {
    await Promise.all([...one, ...two].map((worker) => worker.terminate()));
  }
}
