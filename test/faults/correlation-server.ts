/**
 * The same with the whole server: lines come in by HTTP, the server is killed and started again, the clock ticks into
 * the journal while it is idle. At the end its journal is given to a new server that nobody disturbs.
 * By hand: node test/faults/correlation-server.ts [ROUNDS]
 */
import { cpSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { lineOf, randomOf, rulesText } from "./correlation-content.ts";
import { compare, whatIsKept } from "./correlation-records.ts";
import { khien, ServerChild } from "./server-child.ts";

/** Longer than a tick: when the journal has not grown for this long, nothing waits any more. */
const QUIET_MS = 3_500;

export async function killServer(rounds: number, seed: number) {
  const place = mkdtempSync(join(tmpdir(), "khien-correlation-server-"));
  try {
    const [rough, calm] = [join(place, "rough"), join(place, "calm")];
    const random = randomOf(seed);
    await importRules(rough);
    const token = (
      await khien(["token", "create", "--scope", "ingest", "--sensor", "kill", "--data-dir", rough])
    ).trim();
    let sent = 0;
    for (let round = 0; round < rounds; round += 1) {
      const server = await ServerChild.start({ dataDir: rough });
      const ends = performance.now() + 400 + random() * 2_500;
      while (performance.now() < ends) {
        const lines = Array.from({ length: 1 + Math.floor(random() * 60) }, () =>
          lineOf(Date.now() - Math.floor(random() ** 3 * 5_000), sent++, random),
        );
        await deliver(server.url, token, lines);
        await pause(random() < 0.1 ? 1_500 : 20);
      }
      await server.end("SIGKILL");
    }
    await runUntilQuiet(rough);
    await importRules(calm);
    cpSync(join(rough, "lake", "journal"), join(calm, "lake", "journal"), { recursive: true });
    await runUntilQuiet(calm);
    return { rounds, sent, ...compare(whatIsKept(calm), whatIsKept(rough)) };
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

async function importRules(dataDir: string): Promise<void> {
  const file = `${dataDir}.yml`;
  writeFileSync(file, rulesText(1));
  await khien(["rules", "import", file, "--name", "kill", "--data-dir", dataDir]);
}

async function deliver(url: URL, token: string, lines: readonly string[]): Promise<void> {
  const answer = await fetch(new URL("/api/v1/events", url), {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "text/plain" },
    body: lines.join("\n"),
  });
  if (answer.status !== 200) throw new Error(`delivery: ${answer.status} ${await answer.text()}`);
}

/** Until the last window has closed and the clock stands still. */
async function runUntilQuiet(dataDir: string): Promise<void> {
  const server = await ServerChild.start({ dataDir });
  await server.caughtUp();
  const dir = join(dataDir, "lake", "journal");
  const size = (): number => readdirSync(dir).reduce((sum, name) => sum + statSync(join(dir, name)).size, 0);
  for (let before = -1; size() !== before; ) {
    before = size();
    await pause(QUIET_MS);
    await server.caughtUp(600_000);
  }
  await server.end("SIGTERM");
}

if (import.meta.main) {
  const report = await killServer(Number(process.argv[2] ?? 20), 1);
  console.log(JSON.stringify(report));
  process.exitCode = report.differences.length === 0 ? 0 : 1;
}
