/**
 * `khien scan` against the least any reader must do (unpack and JSON.parse every line), in the same run.
 *
 *   node bench/scan.ts [--data FILE_OR_FOLDER] [--rules DIR|ARCHIVE] [--rounds N]
 *
 * Prints the rate of both, their ratio with one and two threads, the share that is start-up, and how cost grows
 * with the number of rules and events. Needs only what it is given; without arguments it uses the outside test data.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { gunzipSync } from "node:zlib";
import { listFiles } from "../src/modules/ingest/index.ts";
import { sharedData } from "../test/shared-data.ts";

const { values } = parseArgs({
  options: { data: { type: "string" }, rules: { type: "string" }, rounds: { type: "string" } },
});
const data = values.data ?? sharedData("detection/security-datasets/throughput");
const archive = values.rules ?? sharedData("detection/sigma-rules/sigma-rules.tar.gz");
const rounds = Number(values.rounds ?? 3);
const ownRules = fileURLToPath(new URL("../content/rules", import.meta.url));
const program = fileURLToPath(new URL("../bin/khien.mjs", import.meta.url));
if (data === undefined) throw new Error("name logs with --data");

const median = (numbers: readonly number[]): number =>
  [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;

async function linesOf(path: string): Promise<string[]> {
  const lines: string[] = [];
  for await (const file of listFiles(path)) {
    const bytes = readFileSync(file);
    const text = (file.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
    lines.push(...text.split("\n").filter((line) => line.startsWith("{")));
  }
  return lines;
}

function secondsOf(work: () => void): number {
  const started = performance.now();
  work();
  return (performance.now() - started) / 1000;
}

function scanSeconds(path: string, rules: string, threads: number): number {
  return secondsOf(() => {
    try {
      execFileSync(
        process.execPath,
        [program, "scan", path, "--rules", rules, "--ndjson", "--quiet", "--threads", String(threads)],
        {
          stdio: ["ignore", "ignore", "inherit"],
          maxBuffer: 1 << 30,
        },
      );
    } catch (error) {
      // Exit code 2 says that rules matched.
      if ((error as { status?: number }).status !== 2) throw error;
    }
  });
}

const SMALL_FILES = 3_000;
const SMALL_LINES = 5;

const dir = await mkdtemp(join(tmpdir(), "khien-bench-"));
try {
  const lines = await linesOf(data);
  const parts = [1, 2, 4].map((times) => {
    const path = join(dir, `x${times}.ndjson`);
    const block = `${lines.join("\n")}\n`;
    writeFileSync(path, block.repeat(times));
    return { times, path, events: lines.length * times };
  });
  const whole = parts[0];
  if (whole === undefined) throw new Error("no data");
  writeFileSync(join(dir, "one.ndjson"), `${lines[0] ?? "{}"}\n`);
  const parse = median(
    Array.from({ length: rounds }, () =>
      secondsOf(() => {
        for (const line of lines) JSON.parse(line);
      }),
    ),
  );
  console.log(
    `${lines.length} events, ${Math.round(lines.reduce((sum, line) => sum + line.length, 0) / 1e6)} MB, ${rounds} rounds, medians`,
  );
  console.log(`JSON.parse only            ${Math.round(lines.length / parse)} events/s`);
  for (const [name, rules] of [
    ["own rules", ownRules],
    ["whole archive", archive],
  ] as const) {
    if (rules === undefined) continue;
    const start = median(Array.from({ length: rounds }, () => scanSeconds(join(dir, "one.ndjson"), rules, 1)));
    console.log(`\n${name}: start-up (process, rules loaded and compiled, one event) ${start.toFixed(2)} s`);
    for (const { times, path, events } of parts) {
      const seconds = median(Array.from({ length: rounds }, () => scanSeconds(path, rules, 1)));
      const steady = Math.max(0.001, seconds - start);
      console.log(
        `  ${times}x events: ${seconds.toFixed(2)} s whole, ${Math.round(events / seconds)} events/s; without start-up ${Math.round(events / steady)} events/s = ${((events / steady) * (parse / lines.length)).toFixed(3)} of JSON.parse`,
      );
    }
    const two = median(Array.from({ length: rounds }, () => secondsOf(() => scanTwoFiles(rules))));
    const small = median(Array.from({ length: rounds }, () => scanSeconds(smallFiles(), rules, 1)));
    const together = median(Array.from({ length: rounds }, () => scanSeconds(join(dir, "small.ndjson"), rules, 1)));
    console.log(
      `  ${SMALL_FILES} files of ${SMALL_LINES} events: ${small.toFixed(2)} s, in one file ${together.toFixed(2)} s: ${(((small - together) / SMALL_FILES) * 1e3).toFixed(2)} ms for each file`,
    );
    console.log(
      `  two files of 2x events, 2 threads: ${two.toFixed(2)} s, ${Math.round((lines.length * 4) / two)} events/s`,
    );
  }
  function smallFiles(): string {
    const folder = join(dir, "small");
    if (existsSync(folder)) return folder;
    mkdirSync(folder);
    const texts = Array.from({ length: SMALL_FILES }, (_, file) =>
      Array.from({ length: SMALL_LINES }, (__, at) => `${lines[(file * SMALL_LINES + at) % lines.length]}\n`).join(""),
    );
    for (const [file, text] of texts.entries()) writeFileSync(join(folder, `${file}.ndjson`), text);
    writeFileSync(join(dir, "small.ndjson"), texts.join(""));
    return folder;
  }
  function scanTwoFiles(rules: string): void {
    const second = join(dir, "pair");
    execFileSync("mkdir", ["-p", second]);
    for (const name of ["a.ndjson", "b.ndjson"]) execFileSync("cp", [parts[1]?.path ?? "", join(second, name)]);
    scanSeconds(second, rules, 2);
  }
} finally {
  await rm(dir, { recursive: true, force: true });
}
