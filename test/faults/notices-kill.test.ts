import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { setTimeout as wait } from "node:timers/promises";
import { expect, test } from "vitest";
import { systemClock } from "../../src/platform/clock/index.ts";
import { by, openDesk, openReceiver } from "../../src/platform/notices/testdata/desk.ts";

const CHILD = fileURLToPath(new URL("../../src/platform/notices/testdata/courier-child.ts", import.meta.url));
const NEWS = 40;
const KILLS = 6;

test("killed in the middle again and again: one notice each, every message leaves, repeated ones under their id", async () => {
  const dir = mkdtempSync(join(tmpdir(), "khien-notices-kill-"));
  const receiver = await openReceiver();
  const open = () => openDesk({ dir, file: join(dir, "records.db"), clock: systemClock, allow: [] });
  try {
    const before = await open();
    await before.destinations.create(
      {
        name: "SOC",
        kind: "webhook",
        url: receiver.url,
        enabled: true,
        personal: false,
        team: { kinds: ["alerts.critical"], from: "normal" },
        language: "vi",
        template: null,
      },
      by("admin"),
    );
    await before.close();
    for (let round = 0; round <= KILLS; round += 1) {
      const child = spawn(process.execPath, [CHILD, dir, receiver.host, String(NEWS)], { stdio: "inherit" });
      const seen = receiver.received.length;
      const ended = once(child, "exit");
      if (round < KILLS) {
        // Killed while messages leave: after a few of them, at another moment each time.
        while (receiver.received.length < Math.min(NEWS, seen + 1 + round) && child.exitCode === null) await wait(2);
        child.kill("SIGKILL");
      }
      const [code] = (await ended) as [number | null];
      if (round === KILLS) expect(code).toBe(0);
    }
    const after = await open();
    const told = await after.notices.list("lan", { after: undefined, limit: 1_000, unread: false });
    expect(told.map(({ object, times }) => `${object.id}:${times}`).toSorted()).toEqual(
      Array.from({ length: NEWS }, (_, n) => `a${n}:1`).toSorted(),
    );
    const { counts } = await after.destinations.letters("sent", 1);
    expect(counts).toEqual({ waiting: 0, sent: NEWS, dead: 0, dropped: 0 });
    const byId = Map.groupBy(receiver.received, ({ headers }) => headers["webhook-id"]);
    expect(byId.size).toBe(NEWS);
    for (const same of byId.values()) expect(new Set(same.map(({ body }) => body)).size).toBe(1);
    await after.close();
  } finally {
    receiver.server.closeAllConnections();
    receiver.server.close();
    rmSync(dir, { recursive: true, force: true });
  }
}, 60_000);
