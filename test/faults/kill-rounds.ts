/**
 * Kills the lake at random moments and counts what became of the events it acknowledged.
 * Every round starts a child that appends to the journal, feeds the store from it, seals and trims; the parent
 * notes each acknowledgement and ends the child with SIGKILL. The next child sends again whatever was not
 * acknowledged, as a shipper would.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { openLake } from "../../src/modules/lake/index.ts";
import { systemClock } from "../../src/platform/clock/index.ts";
import { EVENT_TIME, feedStore, SEAL } from "./kill-child.ts";

export interface KillResult {
  readonly rounds: number;
  readonly acknowledged: number;
  readonly stored: number;
  readonly lost: number;
  readonly duplicated: number;
  /** Time from start to the first acknowledgement after a kill, the slowest. */
  readonly slowestReopenMs: number;
  readonly problems: readonly string[];
}

export async function killRounds(dir: string, rounds: number, random: () => number): Promise<KillResult> {
  let acknowledged = 0;
  let slowestReopenMs = 0;
  for (let round = 0; round < rounds; round++) {
    const killAfterMs = 50 + random() * 1_200;
    const outcome = await oneRound(dir, acknowledged, killAfterMs);
    acknowledged = outcome.acknowledged;
    slowestReopenMs = Math.max(slowestReopenMs, outcome.openMs);
  }
  return { rounds, acknowledged, slowestReopenMs, ...(await verify(dir, acknowledged)) };
}

export async function oneRound(
  dir: string,
  from: number,
  killAfterMs: number,
): Promise<{ acknowledged: number; openMs: number }> {
  const script = fileURLToPath(new URL("./kill-child.ts", import.meta.url));
  const started = performance.now();
  const child = spawn(process.execPath, [script, dir, String(from)], { stdio: ["ignore", "pipe", "inherit"] });
  let acknowledged = from;
  let openMs = 0;
  let timer: NodeJS.Timeout | undefined;
  createInterface({ input: child.stdout }).on("line", (line) => {
    // The clock of the round runs from the first acknowledgement, so that slow machines test the same moments.
    timer ??= setTimeout(() => child.kill("SIGKILL"), killAfterMs);
    openMs ||= performance.now() - started;
    acknowledged = Math.max(acknowledged, Number(line));
  });
  const [, signal] = (await once(child, "close")) as [number | null, string | null];
  clearTimeout(timer);
  if (signal !== "SIGKILL") throw new Error(`the child ended by itself after ${acknowledged} events`);
  return { acknowledged, openMs };
}

/** Opens the lake, lets the store catch up and counts. */
export async function verify(dir: string, acknowledged: number) {
  const lake = await openLake({ dir, clock: systemClock, seal: SEAL });
  try {
    await feedStore(lake, () => lake.store.position() >= lake.journal.end());
    const counts = new Map<number, number>();
    let cursor: string | undefined;
    do {
      const page = await lake.store.search({
        query: "",
        from: EVENT_TIME,
        to: EVENT_TIME + 1_000_000_000,
        limit: 1_000,
        order: "oldest",
        ...(cursor === undefined ? {} : { cursor }),
      });
      for (const event of page.events) {
        const n = Number(event.fields["n"]);
        counts.set(n, (counts.get(n) ?? 0) + 1);
      }
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    let lost = 0;
    for (let n = 0; n < acknowledged; n++) if (!counts.has(n)) lost += 1;
    const duplicated = [...counts.values()].filter((count) => count > 1).length;
    const problems = [
      ...lake.journal.stats().problems.map((problem) => problem.code),
      ...(await lake.store.stats()).problems.map((problem) => `${problem.code}: ${problem.detail}`),
    ];
    return { stored: counts.size, lost, duplicated, problems };
  } finally {
    await lake.close();
  }
}
