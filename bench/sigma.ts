/**
 * How fast Sigma rules run, and how little their number matters. Everything in one run, so that ratios hold whatever
 * the machine does: `node bench/sigma.ts [--data DIR] [--rules ARCHIVE] [--rounds N]`.
 *
 * DIR holds `*.ndjson` or `*.ndjson.gz` files of Windows events. CPU time of this process is measured, not the clock,
 * so that a busy machine spoils less.
 */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { gunzipSync } from "node:zlib";
import type { EventId, KhienEvent } from "../src/kernel/index.ts";
import { matchesNaively } from "../src/modules/detection/core/sigma/index.ts";
import type { LogSourceMap, Rule } from "../src/modules/detection/index.ts";
import { compileEngine, loadLogSources, loadRules } from "../src/modules/detection/index.ts";
import { parseRecord } from "../src/modules/ingest/index.ts";
import { linearRegex } from "../src/platform/regex/index.ts";

const beside = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const { values } = parseArgs({
  options: {
    data: { type: "string", default: beside("../../shared/data/detection/security-datasets/throughput") },
    rules: { type: "string", default: beside("../../shared/data/detection/sigma-rules/sigma-rules.tar.gz") },
    rounds: { type: "string", default: "5" },
  },
});
const rounds = Number(values.rounds);

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

interface Measure {
  readonly seconds: number;
  readonly result: number;
}

/** Best of some rounds after one for warming up. */
function measure(work: () => number): Measure {
  let best: Measure = { seconds: Number.POSITIVE_INFINITY, result: work() };
  for (let round = 0; round < rounds; round++) {
    const started = cpuSeconds();
    const result = work();
    const seconds = cpuSeconds() - started;
    if (seconds < best.seconds) best = { seconds, result };
  }
  return best;
}

function eventOf(raw: string): KhienEvent {
  return parseRecord({ id: "0" as EventId, door: "file", sensor: "bench", receivedAt: 0, raw });
}

function readLines(path: string): string[] {
  const names = statSync(path).isDirectory() ? readdirSync(path).map((name) => join(path, name)) : [path];
  return names
    .filter((name) => /\.ndjson(?:\.gz)?$/.test(name) && !name.includes("oracle"))
    .flatMap((name) => {
      const bytes = readFileSync(name);
      return (name.endsWith(".gz") ? gunzipSync(bytes) : bytes)
        .toString("utf8")
        .split("\n")
        .filter((line) => line !== "");
    });
}

function show(name: string, events: number, { seconds, result }: Measure, base?: number): number {
  const rate = events / seconds;
  const ratio = base === undefined ? "" : `  ${(rate / base).toFixed(2)} of JSON.parse`;
  const each = ((seconds / events) * 1e6).toFixed(2);
  console.log(
    `${name.padEnd(34)} ${Math.round(rate).toLocaleString("en").padStart(12)} events/s  ${each.padStart(9)} us each  ${String(result).padStart(7)}${ratio}`,
  );
  return rate;
}

/** The same rules with other texts: what ten times the rules would cost. */
function multiplied(rules: readonly Rule[], times: number): Rule[] {
  return Array.from({ length: times }, (_, copy) => copy).flatMap((copy) =>
    copy === 0 ? rules : rules.map((rule) => altered(rule, copy)),
  );
}

function altered(rule: Rule, copy: number): Rule {
  const text = JSON.stringify(rule.detection).replace(/"pattern":\[([^\]]*)\]/g, (whole, parts: string) =>
    whole.replace(
      parts,
      parts.replace(/"((?:[^"\\]|\\.){4,})"/g, (_, literal: string) => `"${literal}${copy}q"`),
    ),
  );
  return { ...rule, id: `${rule.id}-${copy}`, detection: JSON.parse(text) as Rule["detection"] };
}

function benchRules(
  name: string,
  rules: readonly Rule[],
  input: { map: LogSourceMap; events: readonly KhienEvent[]; lines: readonly string[]; base: number },
): void {
  const { map, events, lines, base } = input;
  const heapBefore = process.memoryUsage().heapUsed;
  const started = cpuSeconds();
  const set = compileEngine(rules, map);
  const compileMs = Math.round((cpuSeconds() - started) * 1_000);
  const match = measure(() => events.reduce((sum, event) => sum + set.match(event).length, 0));
  show(`match only, ${name}`, events.length, match);
  const both = measure(() => lines.reduce((sum, line) => sum + set.match(eventOf(line)).length, 0));
  show(`parse and match, ${name}`, lines.length, both, base);
  const heap = Math.round((process.memoryUsage().heapUsed - heapBefore) / 1e6);
  console.log(
    `${"".padEnd(34)} compiled in ${compileMs} ms CPU; ${set.size.atoms} tests, ${set.size.views} views; heap +${heap} MB`,
  );
}

function benchNaive(rules: readonly Rule[], events: readonly KhienEvent[], map: LogSourceMap): void {
  const sample = events.filter((_, index) => index % Math.ceil(events.length / 40) === 0);
  const started = cpuSeconds();
  let found = 0;
  for (const event of sample)
    for (const rule of rules) if (matchesNaively(rule, event, { regex: linearRegex, logSourceMap: map })) found++;
  const naive = { seconds: cpuSeconds() - started, result: found };
  show(`naive evaluator, ${sample.length} events`, sample.length, naive);
  const set = compileEngine(rules, map);
  const engine = sample.reduce((sum, event) => sum + set.match(event).length, 0);
  if (engine !== found) throw new Error(`engine finds ${engine}, naive evaluator ${found}`);
}

async function main(): Promise<void> {
  const { map } = await loadLogSources(beside("../content/log-sources"));
  const started = cpuSeconds();
  const { rules } = await loadRules(values.rules, { logSourceMap: map });
  console.log(`${rules.length} rules read in ${Math.round((cpuSeconds() - started) * 1_000)} ms CPU`);
  const lines = readLines(values.data);
  const bytes = lines.reduce((sum, line) => sum + Buffer.byteLength(line), 0);
  console.log(`${lines.length} events, ${Math.round(bytes / lines.length)} bytes each\n`);
  const base = show(
    "JSON.parse only",
    lines.length,
    measure(() => lines.reduce((sum, line) => sum + Object.keys(JSON.parse(line) as object).length, 0)),
    undefined,
  );
  show(
    "parse to events",
    lines.length,
    measure(() => lines.reduce((sum, line) => sum + (eventOf(line).parseFailure === undefined ? 1 : 0), 0)),
    base,
  );
  const events = lines.map(eventOf);
  const windows = rules.filter(
    ({ logsource, file }) => logsource.product === "windows" && !/^(?:\.\/)?(?:deprecated|unsupported)\//.test(file),
  );
  const input = { map, events, lines, base };
  for (const count of [0, 100, 1_000, windows.length]) {
    const step = Math.max(1, windows.length / Math.max(1, count));
    benchRules(
      `${count} rules`,
      Array.from({ length: count }, (_, index) => windows[Math.floor(index * step)] as Rule),
      input,
    );
  }
  benchRules("ten times the rules", multiplied(windows, 10), input);
  benchNaive(windows, events, map);
}

await main();
