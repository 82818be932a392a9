/**
 * How fast Sigma rules run, and how little their number matters. Everything in one run, so that ratios hold whatever
 * the machine does:
 *
 *   node bench/sigma.ts [--data FILE_OR_FOLDER]… [--rules ARCHIVE] [--rounds N] [--only PART,…]
 *
 * Data are `*.ndjson` or `*.ndjson.gz` files of Windows events; without arguments the outside test data: the throughput
 * set and all captures. Parts: `rules` (rates with 0, 100, 1,000, all and ten times all rules), `kinds` (what the events
 * of each kind cost, and each event matched once, just parsed), `top` (dearest rules), `naive`, `memory`, `threads`.
 * CPU time is measured, except for threads: there it is the clock.
 *
 * No other engine runs beside it: npm has no package that evaluates Sigma rules (searched in November 2026).
 */
import { execFileSync } from "node:child_process";
import {
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { gunzipSync } from "node:zlib";
import { LineFilter } from "../src/apps/scan/line-filter.ts";
import type { EventId, KhienEvent } from "../src/kernel/index.ts";
import { matchesNaively } from "../src/modules/detection/core/sigma/index.ts";
import type { LogSourceMap, Rule, Ruleset } from "../src/modules/detection/matching.ts";
import { compileEngine, loadLogSources, loadRules } from "../src/modules/detection/matching.ts";
import { parseRecord } from "../src/modules/ingest/parsing.ts";
import { LineSplitter } from "../src/modules/ingest/reading/lines.ts";
import { linearRegex } from "../src/platform/regex/index.ts";
import { sharedData } from "../test/shared-data.ts";
import { parseGain } from "./parse-threads.ts";

const PARTS = ["rules", "kinds", "top", "naive", "memory", "threads"] as const;
const beside = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const { values } = parseArgs({
  options: {
    data: { type: "string", multiple: true },
    rules: { type: "string" },
    rounds: { type: "string", default: "8" },
    only: { type: "string", default: PARTS.join(",") },
  },
});
const rounds = Number(values.rounds);
const wanted = new Set(values.only.split(","));
const archive = values.rules ?? sharedData("detection/sigma-rules/sigma-rules.tar.gz");
const data =
  values.data ?? ["throughput", ""].flatMap((folder) => sharedData(join("detection/security-datasets", folder)) ?? []);
if (archive === undefined || data.length === 0) throw new Error("name events with --data and rules with --rules");

/** One set of events in the forms that are measured. */
interface Corpus {
  readonly name: string;
  readonly lines: readonly string[];
  readonly chunks: readonly Buffer[];
  readonly events: readonly KhienEvent[];
}

const CHUNK_LINES = 128;

function readCorpus(path: string): Corpus {
  const files = statSync(path).isDirectory() ? readdirSync(path).map((name) => join(path, name)) : [path];
  const lines = files
    .filter((name) => /\.ndjson(?:\.gz)?$/.test(name) && !name.includes("oracle"))
    .flatMap((name) => {
      const bytes = readFileSync(name);
      const text = (name.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
      // Each line a string of its own, as it arrives, and not a part of the file's text.
      return text.split("\n").flatMap((line) => (line === "" ? [] : Buffer.from(line).toString("utf8")));
    });
  const chunks = Array.from({ length: Math.ceil(lines.length / CHUNK_LINES) }, (_, index) =>
    Buffer.from(`${lines.slice(index * CHUNK_LINES, (index + 1) * CHUNK_LINES).join("\n")}\n`),
  );
  return { name: basename(path), lines, chunks, events: lines.map(eventOf) };
}

function eventOf(raw: string): KhienEvent {
  return parseRecord({ id: "0" as EventId, door: "file", sensor: "bench", receivedAt: 0, raw });
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

interface Measure {
  readonly seconds: number;
  readonly result: number;
  /** How much longer the first time took: what is prepared when it is first needed, and code not yet optimised. */
  readonly extra: number;
}

/** Best of some rounds after one for warming up. */
function measure(work: () => number): Measure {
  const begun = cpuSeconds();
  let result = work();
  const first = cpuSeconds() - begun;
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    const started = cpuSeconds();
    result = work();
    best = Math.min(best, cpuSeconds() - started);
  }
  return { seconds: best, result, extra: first - best };
}

const number = (value: number, digits = 0): string =>
  value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });

type Shown = Pick<Measure, "seconds" | "result">;

function show(name: string, events: number, { seconds, result }: Shown, base?: number): number {
  const rate = events / seconds;
  const ratio = base === undefined ? "" : `  ${(rate / base).toFixed(2)} of JSON.parse`;
  const each = number((seconds / events) * 1e6, 2);
  console.log(
    `  ${name.padEnd(32)} ${number(rate).padStart(11)} events/s ${each.padStart(10)} us each ${number(result).padStart(9)} found${ratio}`,
  );
  return rate;
}

/** The same rules looking for other texts, with their exceptions as they are: what ten times the rules would cost. */
function multiplied(rules: readonly Rule[], times: number): Rule[] {
  return Array.from({ length: times }, (_, copy) => copy).flatMap((copy) =>
    copy === 0 ? rules : rules.map((rule) => altered(rule, copy)),
  );
}

function altered(rule: Rule, copy: number): Rule {
  const selections = rule.detection.selections.map((selection) => {
    if (selection.name.includes("filter")) return selection;
    const text = JSON.stringify(selection).replace(/"pattern":\[([^\]]*)\]/g, (whole, parts: string) =>
      whole.replace(
        parts,
        parts.replace(/"((?:[^"\\]|\\.)+)"/g, (_, literal: string) => `"${literal}${copy}q"`),
      ),
    );
    return JSON.parse(text) as typeof selection;
  });
  return { ...rule, id: `${rule.id}-${copy}`, detection: { ...rule.detection, selections } };
}

/** What one thread of `khien scan` does with the bytes of a file. */
function scan({ chunks }: Corpus, rules: Ruleset): number {
  const filter = new LineFilter(rules);
  let found = 0;
  for (const chunk of chunks) {
    for (const line of new LineSplitter(undefined, { screen: filter }).push(chunk))
      if ("text" in line) {
        const event = eventOf(line.text);
        found += (LineFilter.matchesOf(line) ?? rules.match(event)).length;
      }
  }
  return found;
}

function benchCorpus(corpus: Corpus, sets: readonly (readonly [string, Ruleset])[]): void {
  const { name, lines, events, chunks } = corpus;
  const bytes = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  console.log(`\n${name}: ${number(lines.length)} events, ${number(bytes / lines.length)} bytes each`);
  const parse = measure(() =>
    lines.reduce((sum, line) => sum + Math.sign(Object.keys(JSON.parse(line) as object).length), 0),
  );
  const base = show("JSON.parse only", lines.length, { ...parse, result: 0 });
  const toEvents = measure(() => lines.reduce((sum, line) => sum + Math.sign(eventOf(line).raw.length), 0));
  show("parse to events", lines.length, { ...toEvents, result: 0 }, base);
  const alone = new Map<string, number>();
  for (const [title, rules] of sets) {
    const match = measure(() => events.reduce((sum, event) => sum + rules.match(event).length, 0));
    show(`match only, ${title}`, events.length, match);
    console.log(`  ${"".padEnd(32)} the first time ${number(match.extra * 1_000)} ms more (views, warm-up)`);
    alone.set(title, match.seconds);
    const both = measure(() => lines.reduce((sum, line) => sum + rules.match(eventOf(line)).length, 0));
    show(`parse and match, ${title}`, lines.length, both, base);
    const scanned = measure(() => scan(corpus, rules));
    show(`scan of bytes, ${title}`, lines.length, scanned, base);
    if (match.result !== both.result || match.result !== scanned.result) throw new Error(`findings differ: ${title}`);
  }
  const [all, tenfold] = [...alone.values()].slice(-2);
  if (all !== undefined && tenfold !== undefined && alone.size > 1)
    console.log(`  ten times the rules cost ${(tenfold / all).toFixed(2)} times as much per event`);
}

const FRESH_EVENTS = 4_000;
const KINDS = 12;
const MOST_TIMES = 200;

/**
 * Each line of the corpus once: parsed, then matched before anything else has seen the event. A pass over events that
 * were matched before could be flattered by what is remembered of them.
 */
function matchFresh(lines: readonly string[], rules: Ruleset): Shown {
  let seconds = 0;
  let result = 0;
  for (let from = 0; from < lines.length; from += FRESH_EVENTS) {
    const events = lines.slice(from, from + FRESH_EVENTS).map(eventOf);
    const started = cpuSeconds();
    for (const event of events) result += rules.match(event).length;
    seconds += cpuSeconds() - started;
  }
  return { seconds, result };
}

/** Matching alone by kind of event: with the share each has of the whole. */
function benchKinds({ name, lines, events }: Corpus, rules: Ruleset): void {
  const distinct = [...new Set(lines)];
  console.log(`\nMatching alone, ${name}: ${number(distinct.length)} different lines`);
  matchFresh(distinct, rules);
  for (let pass = 0; pass < rounds; pass++)
    show("just parsed, each once", distinct.length, matchFresh(distinct, rules));
  const kinds = Map.groupBy(events, ({ fields }) => `${String(fields["Channel"])} ${String(fields["EventID"])}`);
  const costs = [...kinds].map(([kind, same]) => {
    const times = Math.min(MOST_TIMES, Math.ceil(4_000 / same.length));
    const { seconds, result } = measure(() => {
      let found = 0;
      for (let time = 0; time < times; time++) for (const event of same) found += rules.match(event).length;
      return found;
    });
    return { kind, same, seconds: seconds / times, result: result / times };
  });
  const total = costs.reduce((sum, { seconds }) => sum + seconds, 0);
  for (const { kind, same, seconds, result } of costs
    .toSorted((one, other) => other.seconds - one.seconds)
    .slice(0, KINDS)) {
    console.log(`  ${number((seconds / total) * 100, 1).padStart(5)} % of the whole: ${kind}`);
    show("", same.length, { seconds, result });
  }
  console.log(`  all kinds together ${number((total / events.length) * 1e6, 2)} us each`);
}

/** All of them at once; the program compiles rules when the first event that they can see arrives. */
function compiled(title: string, rules: readonly Rule[], map: LogSourceMap): readonly [string, Ruleset] {
  const started = cpuSeconds();
  const set = compileEngine(rules, map);
  const checked = cpuSeconds() - started;
  set.compileAll();
  const all = cpuSeconds() - started;
  console.log(
    `${title.padEnd(18)} compiled in ${number(all * 1_000)} ms CPU, ${number(checked * 1_000)} of them before the first event; ${number(set.size.atoms)} tests`,
  );
  return [title, set];
}

/** Every rule by itself: what it costs on an event, whatever the others share with it. */
function benchDearest(corpus: Corpus, rules: readonly Rule[], map: LogSourceMap): void {
  const sample = corpus.events.filter((_, index) => index % Math.ceil(corpus.events.length / 1_000) === 0);
  const costs = rules.map((rule) => {
    const set = compileEngine([rule], map);
    let found = 0;
    for (const event of sample) found += set.match(event).length;
    const started = performance.now();
    for (const event of sample) set.match(event);
    return { rule, us: ((performance.now() - started) / sample.length) * 1_000, found };
  });
  console.log(`\nDearest rules alone, us per event over ${sample.length} events of ${corpus.name}`);
  for (const { rule, us, found } of costs.sort((one, two) => two.us - one.us).slice(0, 20))
    console.log(`  ${us.toFixed(2).padStart(8)} us ${String(found).padStart(5)} found  ${rule.title}`);
}

function benchNaive({ name, events }: Corpus, rules: readonly Rule[], map: LogSourceMap): void {
  const sample = events.filter((_, index) => index % Math.ceil(events.length / 40) === 0);
  const started = cpuSeconds();
  let found = 0;
  for (const event of sample)
    for (const rule of rules) if (matchesNaively(rule, event, { regex: linearRegex, logSourceMap: map })) found++;
  console.log(`\nNaive evaluator beside it (${name})`);
  show(`${sample.length} events`, sample.length, { seconds: cpuSeconds() - started, result: found });
  const set = compileEngine(rules, map);
  const engine = sample.reduce((sum, event) => sum + set.match(event).length, 0);
  if (engine !== found) throw new Error(`engine finds ${engine}, naive evaluator ${found}`);
}

function benchMemory(corpus: Corpus, rules: Ruleset): void {
  const megabytes = Array.from({ length: 10 }, () => {
    scan(corpus, rules);
    for (const event of corpus.events) rules.match(event);
    return Math.round(process.memoryUsage.rss() / 1e6);
  });
  console.log(`\nMemory after each of ten passes over ${corpus.name}: ${megabytes.join(" ")} MB resident`);
}

/** Seconds by the clock until the program has ended. */
function programSeconds(path: string, rules: string, threads: number): number {
  const options = ["--rules", rules, "--quiet", "--fail-level", "critical", "--threads", String(threads)];
  const started = performance.now();
  try {
    execFileSync(process.execPath, [beside("../bin/khien.mjs"), "scan", path, ...options], { stdio: "ignore" });
  } catch (error) {
    // Exit code 2 says that rules matched.
    if ((error as { status?: number }).status !== 2) throw error;
  }
  return (performance.now() - started) / 1_000;
}

function parseSeconds(lines: readonly string[]): number {
  const started = performance.now();
  for (const line of lines) JSON.parse(line);
  return (performance.now() - started) / 1_000;
}

/** Events of one large file, and how many of them are read for the third and the fourth size. */
const BLOCK_EVENTS = 400_000;
const MANY_BLOCKS = 4;
const LARGE_BLOCKS = 9;

/**
 * The whole program on one event, on the corpus, and on files of many times the corpus. The last two differ by events
 * alone: everything that happens once (start-up, compiling, the views of each kind of event, what is learnt of them,
 * the code the engine of the language optimises) is in both; two threads are through with it after twice the events.
 * Everything is measured in turns, and the best of the rounds counts. The large files are one under several names.
 */
async function benchThreads({ name, lines }: Corpus, rules: string): Promise<void> {
  if (!existsSync(beside("../bin/khien.mjs"))) return;
  const folder = mkdtempSync(join(tmpdir(), "khien-bench-"));
  const [one, small, block] = ["one", "small", "block"].map((size) => join(folder, `${size}.ndjson`)) as [
    string,
    string,
    string,
  ];
  const [many, large] = ["many", "large"].map((size) => join(folder, size)) as [string, string];
  const perBlock = lines.length * Math.ceil(BLOCK_EVENTS / lines.length);
  const all = perBlock * LARGE_BLOCKS;
  const more = perBlock * (LARGE_BLOCKS - MANY_BLOCKS);
  try {
    const text = `${lines.join("\n")}\n`;
    writeFileSync(one, `${lines[0] ?? "{}"}\n`);
    writeFileSync(small, text);
    for (let events = 0; events < perBlock; events += lines.length) writeFileSync(block, text, { flag: "a" });
    for (const [path, blocks] of [
      [many, MANY_BLOCKS],
      [large, LARGE_BLOCKS],
    ] as const) {
      mkdirSync(path);
      for (let copy = 0; copy < blocks; copy++) linkSync(block, join(path, `${copy}.ndjson`));
    }
    // The first start may build.
    programSeconds(one, rules, 1);
    const best = new Map<string, number>();
    const keep = (key: string, seconds: number): void =>
      void best.set(key, Math.min(seconds, best.get(key) ?? Number.POSITIVE_INFINITY));
    const bestOf = (threads: number, path: string): number => best.get(`${threads} ${path}`) ?? Number.NaN;
    for (let round = 0; round < rounds; round++) {
      for (const path of [one, small, many, large])
        for (const threads of [1, 2]) keep(`${threads} ${path}`, programSeconds(path, rules, threads));
      keep("parse", parseSeconds(lines));
    }
    const ceiling = await parseGain(lines, rounds);
    const parse = (best.get("parse") ?? Number.NaN) / lines.length;
    console.log(`\nThe program on ${number(all)} events of ${name}`);
    console.log(`  load of the machine ${loadavg()[0]?.toFixed(1)}; JSON.parse ${number(parse * 1e6, 2)} us per event`);
    const further = [1, 2].map((threads) => {
      const each = (bestOf(threads, large) - bestOf(threads, many)) / more;
      const [start, first, some, end] = [one, small, many, large].map((path) => bestOf(threads, path).toFixed(2));
      const whole = all / bestOf(threads, large);
      const cold = bestOf(threads, small) - bestOf(threads, one) - each * lines.length;
      console.log(
        `  ${threads} thread(s): one event ${start} s, ${number(lines.length)} ${first} s (${number(cold * 1_000)} ms more than as many later), ${number(perBlock * MANY_BLOCKS)} ${some} s, all ${end} s = ${number(whole)} events/s; each further event ${number(each * 1e6, 2)} us = ${number(1 / each)} events/s = ${(parse / each).toFixed(2)} of JSON.parse`,
      );
      return each;
    });
    const [single = Number.NaN, double = Number.NaN] = further;
    const whole = bestOf(1, large) / bestOf(2, large);
    console.log(
      `  two threads are ${whole.toFixed(2)} times as fast, per further event ${(single / double).toFixed(2)} times; JSON.parse of the same lines alone gains ${ceiling.toFixed(2)} times`,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function main(rulesPath: string): Promise<void> {
  const { map } = await loadLogSources(beside("../content/log-sources"));
  const started = cpuSeconds();
  const { rules } = await loadRules(rulesPath, { logSourceMap: map });
  console.log(`${number(rules.length)} rules read and checked in ${number((cpuSeconds() - started) * 1_000)} ms CPU`);
  const windows = rules.filter(
    ({ logsource, file }) => logsource.product === "windows" && !/^(?:\.\/)?(?:deprecated|unsupported)\//.test(file),
  );
  const some = (count: number): Rule[] =>
    Array.from({ length: count }, (_, index) => windows[Math.floor((index * windows.length) / count)] as Rule);
  const all = compiled(`${number(windows.length)} rules`, windows, map);
  const corpora = data.map(readCorpus);
  if (wanted.has("rules")) {
    const fewer = [0, 100, 1_000].map((count) => compiled(`${number(count)} rules`, some(count), map));
    const sets = [...fewer, all, compiled(`${number(windows.length * 10)} rules`, multiplied(windows, 10), map)];
    for (const corpus of corpora) benchCorpus(corpus, sets);
  }
  const [corpus] = corpora;
  if (corpus === undefined) return;
  if (wanted.has("kinds")) benchKinds(corpus, all[1]);
  if (wanted.has("top")) benchDearest(corpus, windows, map);
  if (wanted.has("naive")) benchNaive(corpus, windows, map);
  if (wanted.has("memory")) benchMemory(corpus, all[1]);
  if (wanted.has("threads")) await benchThreads(corpus, rulesPath);
}

await main(archive);
