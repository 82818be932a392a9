/**
 * `kill -9` at random moments while correlations and suppressions run, until everything in the journal is found; then
 * the findings are compared with those of an undisturbed run over the same journal. Everything must be the same but
 * the times at which it was noticed. Now and then the newest snapshot is torn between two lives, the journal cannot be
 * read or the lake not be written.
 * By hand: node test/faults/correlation-kill.ts --rounds 100 [--seed N]
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  closeSync,
  cpSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { openLake } from "../../src/modules/lake/index.ts";
import { systemClock } from "../../src/platform/clock/index.ts";
import { type RunOptions, runToEnd } from "./correlation-child.ts";
import { randomOf, streamOf } from "./correlation-content.ts";
import { compare, whatIsKept } from "./correlation-records.ts";

export interface KillReport {
  readonly seed: number;
  readonly records: number;
  readonly kills: number;
  readonly torn: number;
  readonly findings: number;
  readonly correlated: number;
  readonly suppressed: number;
  readonly hidden: number;
  /** First differences; none when all is well. */
  readonly differences: readonly string[];
}

const CHILD = fileURLToPath(new URL("./correlation-child.ts", import.meta.url));

/** One journal: an undisturbed run, and one killed `kills` times at most. */
export async function killUntilDone(seed: number, wish: { records: number; kills: number }): Promise<KillReport> {
  const place = mkdtempSync(join(tmpdir(), "khien-correlation-"));
  try {
    const random = randomOf(seed * 7919);
    const [calm, rough] = [join(place, "calm"), join(place, "rough")];
    const length = await fillJournal(calm, seed, wish.records);
    cpSync(calm, rough, { recursive: true });
    const changeAt = Math.floor(length * (0.3 + random() * 0.4));
    await runToEnd({ dir: calm, threads: 1, batchRecords: 500, snapshotEveryRecords: 100_000, changeAt, hiccups: 0 });
    const options: RunOptions = {
      dir: rough,
      threads: 1 + (seed % 3),
      batchRecords: 20 + Math.floor(random() * 60),
      snapshotEveryRecords: 100 + Math.floor(random() * 900),
      changeAt,
      hiccups: 1,
    };
    let kills = 0;
    let torn = 0;
    while (kills < wish.kills && (await killOnce(options, random))) {
      kills += 1;
      if (random() < 0.3) torn += tearSnapshots(join(rough, "detection"), random);
    }
    await runToEnd(options);
    return { seed, records: length, kills, torn, ...compare(whatIsKept(calm), whatIsKept(rough)) };
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

async function fillJournal(dir: string, seed: number, count: number): Promise<number> {
  const lake = await openLake({ dir: join(dir, "lake"), clock: systemClock });
  const records = streamOf(seed, count);
  for (let from = 0; from < records.length; from += 5_000) await lake.journal.append(records.slice(from, from + 5_000));
  await lake.close();
  return records.length;
}

/** False when the child was done before its end came. */
async function killOnce(options: RunOptions, random: () => number): Promise<boolean> {
  const child = spawn(process.execPath, [CHILD, JSON.stringify(options)], { stdio: ["ignore", "pipe", "inherit"] });
  let said = "";
  let timer: NodeJS.Timeout | undefined;
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    said += text;
    // Some end while they still bring their memory up to date: their clock runs from the beginning.
    if (said.startsWith("running")) timer ??= setTimeout(() => child.kill("SIGKILL"), random() * 700);
  });
  if (random() < 0.15) timer = setTimeout(() => child.kill("SIGKILL"), 300 + random() * 1_200);
  const [code, signal] = (await once(child, "close")) as [number | null, string | null];
  clearTimeout(timer);
  if (signal === "SIGKILL") return true;
  if (code !== 0) throw new Error(`the child ended by itself with code ${code}`);
  return false;
}

/** Damages the newest snapshot, sometimes all of them: flips bytes, or cuts them off. */
function tearSnapshots(dir: string, random: () => number): number {
  // Some end before they have written anything.
  if (!existsSync(dir)) return 0;
  const names = readdirSync(dir)
    .filter((name) => name.endsWith(".snapshot"))
    .sort();
  const torn = random() < 0.2 ? names : names.slice(-1);
  for (const name of torn) {
    const path = join(dir, name);
    const { size } = statSync(path);
    if (random() < 0.5) truncateSync(path, Math.floor(random() * size));
    else {
      const file = openSync(path, "r+");
      writeSync(file, Buffer.from([0xa5, 0x5a, 0x99]), 0, 3, Math.floor(random() * (size - 3)));
      closeSync(file);
    }
  }
  return torn.length;
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { rounds: { type: "string" }, seed: { type: "string" } } });
  const rounds = Number(values.rounds ?? 20);
  let seed = Number(values.seed ?? 1);
  const reports: KillReport[] = [];
  const killed = (): number => reports.reduce((sum, { kills }) => sum + kills, 0);
  while (killed() < rounds) {
    const report = await killUntilDone(seed++, { records: 5_000, kills: Math.min(10, rounds - killed()) });
    reports.push(report);
    console.log(JSON.stringify(report));
  }
  const sum = (key: "torn" | "findings" | "correlated" | "suppressed" | "hidden"): number =>
    reports.reduce((total, report) => total + report[key], 0);
  const wrong = reports.filter(({ differences }) => differences.length > 0).length;
  console.log(
    `${killed()} kills over ${reports.length} journals, ${sum("torn")} torn snapshots: ${sum("findings")} findings, ` +
      `${sum("correlated")} of them correlations; ${sum("suppressed")} suppressed, ${sum("hidden")} hidden; ` +
      `${wrong} journals differ from the undisturbed run`,
  );
  process.exitCode = wrong === 0 ? 0 : 1;
}
