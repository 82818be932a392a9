import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, test, vi } from "vitest";
import { silentLog } from "../log/index.ts";
import { JobRunner } from "./index.ts";

describe("JobRunner", () => {
  test("a slow job never runs twice at once, and stop waits for it", async () => {
    const runner = new JobRunner(silentLog);
    let running = 0;
    let most = 0;
    let ended = 0;
    runner.start({
      name: "slow",
      everyMs: 5,
      run: async () => {
        running += 1;
        most = Math.max(most, running);
        await pause(40);
        running -= 1;
        ended += 1;
      },
    });
    await vi.waitUntil(() => ended >= 2, { timeout: 5_000, interval: 5 });
    await runner.stop();
    const atStop = ended;
    expect([most, running]).toEqual([1, 0]);
    await pause(30);
    expect(ended).toBe(atStop);
  });

  test("a failing job gets its next turn", async () => {
    const runner = new JobRunner(silentLog);
    let turns = 0;
    runner.start({
      name: "failing",
      everyMs: 5,
      run: async () => {
        turns += 1;
        throw new Error("again");
      },
    });
    await vi.waitUntil(() => turns >= 3, { timeout: 5_000, interval: 5 });
    await runner.stop();
    expect(turns).toBeGreaterThanOrEqual(3);
  });
});
