import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../", import.meta.url));

export interface Step {
  readonly name: string;
  /** A script of node_modules or of ours, and its arguments. */
  readonly command: readonly string[];
  /** What runs it; default: this Node.js. */
  readonly program?: string;
  /** Set for vitest runs: their tests are counted. */
  readonly counts?: true;
}

export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export interface StepResult {
  readonly name: string;
  readonly ok: boolean;
  readonly seconds: number;
  readonly tally: Tally | undefined;
  /** What a step wants said beside its count (see offline.ts). */
  readonly note: string | undefined;
}

const NOTE = /^no route out of this run.*$/mu;

/** Two cores are what the smallest machine has. */
const SIDE_BY_SIDE = 2;
const KEPT_OUTPUT_CHARS = 1_000_000;

export function vitest(name: string, ...args: readonly string[]): Step {
  return {
    name,
    command: ["node_modules/vitest/vitest.mjs", "run", "--project", name, "--passWithNoTests", ...args],
    counts: true,
  };
}

/** Runs all steps, two at a time, also after a failure: a person wants to see everything that is wrong at once. */
export async function runSteps(steps: readonly Step[], sideBySide = SIDE_BY_SIDE): Promise<StepResult[]> {
  const results: StepResult[] = [];
  const waiting = [...steps];
  const lane = async () => {
    for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) results.push(await runStep(step));
  };
  await Promise.all(Array.from({ length: sideBySide }, lane));
  return steps.flatMap(({ name }) => results.filter((result) => result.name === name));
}

async function runStep({ name, command, counts, program = process.execPath }: Step): Promise<StepResult> {
  const folder = mkdtempSync(join(tmpdir(), "khien-step-"));
  const report = join(folder, "report.json");
  const began = Date.now();
  process.stderr.write(`… ${name}\n`);
  try {
    const { code, output } = await capture(
      program,
      counts ? [...command, "--reporter=default", "--reporter=json", `--outputFile.json=${report}`] : command,
    );
    const tally = counts ? readTally(report, code) : undefined;
    const ok = code === 0 && (tally?.failed ?? 0) === 0;
    const seconds = (Date.now() - began) / 1000;
    process.stderr.write(
      ok ? `✓ ${name} ${seconds.toFixed(1)} s\n` : `✗ ${name} ${seconds.toFixed(1)} s\n${output.trimEnd()}\n\n`,
    );
    return { name, ok, seconds, tally, note: NOTE.exec(output)?.[0] };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function capture(program: string, command: readonly string[]): Promise<{ code: number; output: string }> {
  const env = {
    ...process.env,
    PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH ?? ""}`,
    NO_COLOR: "1",
  };
  return new Promise((resolve, reject) => {
    const child = spawn(program, command, { cwd: root, env, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    const keep = (text: string) => {
      output = (output + text).slice(-KEPT_OUTPUT_CHARS);
    };
    child.stdout.setEncoding("utf8").on("data", keep);
    child.stderr.setEncoding("utf8").on("data", keep);
    child.on("error", reject);
    child.on("close", (code) => resolve({ code: code ?? 1, output }));
  });
}

/** vitest's own count. A run that fails without a failed test (a file that does not load, a crash) counts as one failure. */
function readTally(report: string, code: number): Tally {
  const tally = parseReport(report);
  return code !== 0 && tally.failed === 0 ? { ...tally, failed: 1 } : tally;
}

function parseReport(report: string): Tally {
  try {
    const json = JSON.parse(readFileSync(report, "utf8")) as Record<string, number>;
    const of = (key: string) => json[key] ?? 0;
    return {
      passed: of("numPassedTests"),
      failed: of("numFailedTests"),
      skipped: of("numPendingTests") + of("numTodoTests"),
    };
  } catch {
    return { passed: 0, failed: 0, skipped: 0 };
  }
}

/** A failed step that is no test run (types, lint, …) counts as one failure. */
export function total(results: readonly StepResult[]): Tally {
  return results
    .map(({ ok, tally }) => tally ?? { passed: 0, failed: ok ? 0 : 1, skipped: 0 })
    .reduce((sum, tally) => ({
      passed: sum.passed + tally.passed,
      failed: sum.failed + tally.failed,
      skipped: sum.skipped + tally.skipped,
    }));
}

export function printTable(results: readonly StepResult[], seconds: number): void {
  const width = Math.max(...results.map(({ name }) => name.length), "total".length);
  const row = (name: string, time: number, rest: string) =>
    `  ${name.padEnd(width)}  ${time.toFixed(1).padStart(6)} s  ${rest}`;
  const lines = results.map(({ name, ok, seconds: time, tally, note }) =>
    row(
      name,
      time,
      [ok ? "ok" : "FAILED", tally && formatTally(tally), note].filter((part) => part !== undefined).join("  "),
    ),
  );
  console.log(["", ...lines, row("total", seconds, results.every(({ ok }) => ok) ? "ok" : "FAILED"), ""].join("\n"));
}

export function formatTally({ passed, failed, skipped }: Tally): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}
