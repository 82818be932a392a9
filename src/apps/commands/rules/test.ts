import { readdirSync, statSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Fault, isFault, type KhienEvent } from "../../../kernel/index.ts";
import {
  loadRules,
  type LogSourceMap,
  type RuleDocument,
  TargetMatcher,
  targetOf,
} from "../../../modules/detection/index.ts";
import { flag, readArguments, text } from "../../arguments.ts";
import { printable } from "../../scan/progress.ts";
import { junitXml, type TestResult } from "./junit.ts";
import { KNOWLEDGE_OPTIONS, builtinDocuments, loadDocuments, loadKnowledge } from "./sources.ts";
import { regressionFolder, regressionManifest, type RuleTest, samplesInside, testsBeside } from "./test-cases.ts";

export const TEST_HELP = `khien rules test PATH… [--rules DIR|ARCHIVE] [--junit FILE] [--json]

Runs the tests of rules: samples inside a rule (x-khien.samples), beside it (<rule>.tests.yml, <rule>.samples/firing
and silent), and regression folders in the form of SigmaHQ (info.yml with .evtx, .json or .log files).
  PATH                 rule files, folders of rules, regression folders
  --rules DIR|ARCHIVE  where rules that a regression folder or correlation names are found (besides PATH and the
                       built-in ones)
  --junit FILE         also writes the results as JUnit XML
  --placeholders FILE  values of %placeholders% (name: list of values)
  --json               one JSON document

Exit code: 0 all passed, 2 some failed, 1 nothing could be run.
`;

const OPTIONS = {
  ...KNOWLEDGE_OPTIONS,
  rules: { type: "string" },
  junit: { type: "string" },
  json: { type: "boolean" },
} as const;

export async function testCommand(args: readonly string[]): Promise<number> {
  const parsed = readArguments(args, OPTIONS);
  if (parsed.positionals.length === 0) throw new Fault("invalid", "cli.arguments.missing", "name a file or folder");
  const { map } = await loadKnowledge(parsed);
  const { tests, documents, rejected } = await gather(parsed.positionals, map);
  const more = text(parsed, "rules");
  const known = [
    ...documents,
    ...(more === undefined ? [] : await loadDocuments(more, map)),
    ...(await builtinDocuments(map)),
  ];
  if (tests.length === 0 && rejected.length === 0)
    throw new Fault("missing", "rules.tests.none", `no tests under ${parsed.positionals.join(", ")}`);
  const runner = new Runner(known, map);
  const results: TestResult[] = [...rejected];
  for (const test of tests) results.push(await runner.run(test));
  const junit = text(parsed, "junit");
  if (junit !== undefined) await writeFile(junit, junitXml(results));
  const failed = results.filter(({ failure }) => failure !== undefined);
  if (flag(parsed, "json")) {
    const shown = results.map(({ failure, ...rest }) => ({
      ...rest,
      passed: failure === undefined,
      failure: failure ?? null,
    }));
    process.stdout.write(
      `${JSON.stringify({ tests: results.length, failed: failed.length, results: shown }, null, 2)}\n`,
    );
  } else {
    for (const { suite, name, failure } of failed)
      process.stdout.write(`${printable(`${suite}: ${name}: ${failure}`)}\n`);
    process.stdout.write(
      `${results.length} tests, ${results.length - failed.length} passed, ${failed.length} failed\n`,
    );
  }
  return failed.length === 0 ? 0 : 2;
}

interface Gathered {
  readonly tests: RuleTest[];
  readonly documents: RuleDocument[];
  /** A rule that does not load fails its tests before they begin. */
  readonly rejected: TestResult[];
}

async function gather(paths: readonly string[], map: LogSourceMap): Promise<Gathered> {
  const gathered: Gathered = { tests: [], documents: [], rejected: [] };
  for (const path of paths) {
    const files = [...filesBelow(path)];
    for (const file of files) {
      if (file.endsWith("info.yml")) gathered.tests.push(...regressionFolder(file));
      else if (file.endsWith("manifest.json")) gathered.tests.push(...regressionManifest(file));
      else if (/\.ya?ml$/iu.test(file) && !file.endsWith(".tests.yml")) await takeRules(file, map, gathered);
    }
  }
  return gathered;
}

async function takeRules(file: string, map: LogSourceMap, into: Gathered): Promise<void> {
  const report = await loadRules(file, { logSourceMap: map });
  const documents = [...report.rules, ...report.correlations, ...report.filters];
  into.documents.push(...documents);
  for (const { line, message } of report.rejected) {
    into.rejected.push({ suite: file, name: "loads", failure: `line ${line}: ${message}`, tookMs: 0 });
  }
  into.tests.push(...documents.flatMap((rule) => samplesInside(rule, file)), ...testsBeside(file, documents));
}

const MAX_DEPTH = 32;

function* filesBelow(path: string, depth = 0): Generator<string> {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) throw new Fault("missing", "rules.path.missing", `${path} is not there`, { path });
  if (!found.isDirectory()) {
    yield path;
    return;
  }
  if (depth > MAX_DEPTH) return;
  const entries = readdirSync(path, { withFileTypes: true }).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    if (entry.isDirectory() && !entry.name.endsWith(".samples")) yield* filesBelow(join(path, entry.name), depth + 1);
    else if (entry.isFile()) yield join(path, entry.name);
  }
}

/** Runs one test at a time; every rule is judged alone, as its author means it. */
class Runner {
  readonly #known: ReadonlyMap<string, RuleDocument>;
  readonly #documents: readonly RuleDocument[];
  readonly #map: LogSourceMap;

  constructor(documents: readonly RuleDocument[], map: LogSourceMap) {
    this.#documents = documents;
    this.#map = map;
    const known = new Map<string, RuleDocument>();
    for (const one of documents) {
      for (const key of [one.id, one.name]) if (key !== undefined && !known.has(key)) known.set(key, one);
    }
    this.#known = known;
  }

  async run(test: RuleTest): Promise<TestResult> {
    const started = performance.now();
    const failure = await this.#judge(test).catch((error: unknown) => {
      if (isFault(error)) return error.message;
      throw error;
    });
    return { suite: test.suite, name: test.name, failure, tookMs: performance.now() - started };
  }

  async #judge({ rule: reference, expected, events: read }: RuleTest): Promise<string | undefined> {
    const rule = this.#known.get(reference);
    if (rule === undefined) return `there is no rule ${reference}`;
    if (rule.kind === "filter") return "a filter finds nothing by itself";
    const events = await read();
    if (events.length === 0) return "no events could be read";
    const found = this.#count(rule, events);
    const wanted = "exactly" in expected ? found === expected.exactly : found >= expected.atLeast;
    if (wanted) return undefined;
    const number = "exactly" in expected ? String(expected.exactly) : `${expected.atLeast} or more`;
    return `${found} findings in ${events.length} events, expected ${number}`;
  }

  #count(rule: Exclude<RuleDocument, { kind: "filter" }>, events: readonly KhienEvent[]): number {
    const target = targetOf(
      rule,
      rule.kind === "correlation" ? this.#documents.filter(({ kind }) => kind !== "filter") : [],
    );
    const matcher = new TargetMatcher(target, this.#map);
    const ordered =
      rule.kind === "correlation" ? events.toSorted((a, b) => a.time - b.time || (a.id < b.id ? -1 : 1)) : events;
    return ordered.reduce((sum, event) => sum + matcher.take(event).length, 0) + matcher.finish().length;
  }
}
