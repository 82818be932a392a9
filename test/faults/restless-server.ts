/**
 * The whole server, kept busy with everything that changes files: sealing, telling the log, merging, dropping, trimming,
 * scheduled hunts, all of it many times a second and at random. Asked to, it kills itself in the middle of one of them.
 */
import { setTimeout as pause } from "node:timers/promises";
import { readArguments } from "../../src/apps/arguments.ts";
import { CONFIG_OPTIONS, configOf } from "../../src/apps/commands/config.ts";
import { type RunningServer, startServer } from "../../src/apps/start.ts";
import { HuntScheduler } from "../../src/modules/hunts/index.ts";
import { randomOf } from "./correlation-content.ts";
import { type Unrest, type Window, WINDOWS } from "./unrest.ts";

const PAUSES_MS: Readonly<Record<Window, number>> = {
  seal: 250,
  witness: 150,
  merge: 350,
  drop: 400,
  trim: 300,
  hunt: 300,
};

function operations({ parts }: RunningServer, unrest: Unrest): Readonly<Record<Window, () => Promise<unknown>>> {
  const { lake, integrity, pipeline, backups } = parts;
  let ahead = unrest.huntsAheadMs;
  const clock = { now: () => parts.clock.now() + ahead };
  const scheduler = new HuntScheduler({ ...parts, clock, store: lake.store });
  return {
    seal: () => lake.store.seal(),
    witness: () => integrity.reconcile(),
    merge: () => integrity.mergeSmall(),
    drop: async () => {
      const due = (await integrity.seals()).find(({ sources }) =>
        sources.every(({ sensor }) => sensor === unrest.mayGo),
      );
      const actor = { kind: "system", id: "unrest", name: "unrest" } as const;
      if (due !== undefined)
        await integrity.drop(due.name, { actor, peer: null, cause: "retention", terms: ["unrest"] });
    },
    // As start.ts trims, only more often.
    trim: async () => {
      const before = Math.min(lake.store.trimmablePosition(), pipeline.neededFrom);
      await integrity.reconcile();
      if (!backups.isTaken) await lake.journal.trim(before);
    },
    hunt: async () => {
      ahead += 60_000;
      await scheduler.runDue();
    },
  };
}

async function keepBusy(server: RunningServer, unrest: Unrest): Promise<void> {
  const work = operations(server, unrest);
  if (unrest.huntOnce === true) {
    await work.hunt();
    process.send?.("hunted");
    return;
  }
  const random = randomOf(unrest.seed);
  for (const window of WINDOWS) void repeat(window);

  async function repeat(window: Window): Promise<void> {
    for (let turn = 1; ; turn += 1) {
      await pause(PAUSES_MS[window] * (0.2 + 1.6 * random()));
      if (unrest.die?.in === window && unrest.die.turn === turn)
        setTimeout(() => process.kill(process.pid, "SIGKILL"), unrest.die.afterMs);
      // A full disk makes some of it fail; what that leaves behind is for the next start.
      await work[window]().catch(() => undefined);
    }
  }
}

const server = await startServer(configOf(readArguments(process.argv.slice(2), CONFIG_OPTIONS)));
process.on("message", (unrest: Unrest) => {
  void keepBusy(server, unrest);
});
process.once("SIGTERM", () => void server.close().then(() => process.disconnect()));
process.stdout.write(`Khiên listens at ${server.url.href}\n`);
await server.ready;
