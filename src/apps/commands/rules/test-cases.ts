/**
 * Where tests of rules are found, as cases to run:
 *  - inside a rule: `x-khien.samples.firing` and `.silent`;
 *  - beside it: `<rule>.tests.yml`, and the folder `<rule>.samples/` with `firing/` and `silent/`;
 *  - regression folders as SigmaHQ keeps them: `info.yml` beside .evtx, .json or .log files; or one `manifest.json`
 *    that lists rules, event files and expected matches.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { parseYaml, plainValue } from "../../../platform/yaml/index.ts";
import { type EventId, Fault, type KhienEvent } from "../../../kernel/index.ts";
import { type RuleDocument, type Sample, SAMPLE_START, samplesOf } from "../../../modules/detection/index.ts";
import { parseRecord } from "../../../modules/ingest/parsing.ts";
import { readEvents } from "./events.ts";

export interface RuleTest {
  /** File the test stands in. */
  readonly suite: string;
  readonly name: string;
  /** Id or name of the rule. */
  readonly rule: string;
  /** Findings wanted: exactly, or at least one. */
  readonly expected: { readonly exactly: number } | { readonly atLeast: number };
  readonly events: () => Promise<readonly KhienEvent[]>;
}

const ONCE = { atLeast: 1 };
const NEVER = { exactly: 0 };

export function samplesInside(rule: RuleDocument, suite: string): RuleTest[] {
  const { firing, silent } = samplesOf(rule.extras);
  const caseOf = (sample: Sample, index: number, kind: "firing" | "silent"): RuleTest => ({
    suite,
    name: `${rule.title}: ${kind} sample ${index + 1}`,
    rule: rule.id,
    expected: kind === "firing" ? ONCE : NEVER,
    events: async () => eventsOfSample(sample),
  });
  return [
    ...firing.map((sample, index) => caseOf(sample, index, "firing")),
    ...silent.map((sample, index) => caseOf(sample, index, "silent")),
  ];
}

/** The records of a sample, each arriving the moment it was written. */
function eventsOfSample({ records }: Sample): KhienEvent[] {
  return records.map(({ atMs, raw }, index) =>
    parseRecord({
      id: String(index).padStart(32, "0") as EventId,
      door: "file",
      sensor: "sample",
      receivedAt: SAMPLE_START + atMs,
      raw,
    }),
  );
}

/** Tests beside a rule file; `rules` are the ids of the documents in it. */
export function testsBeside(file: string, rules: readonly RuleDocument[]): RuleTest[] {
  const stem = file.replace(/\.ya?ml$/iu, "");
  return [...testsFile(`${stem}.tests.yml`, rules), ...samplesFolder(`${stem}.samples`, rules)];
}

function samplesFolder(folder: string, rules: readonly RuleDocument[]): RuleTest[] {
  const [rule] = rules;
  if (rule === undefined) return [];
  return (["firing", "silent"] as const).flatMap((kind) => {
    const path = join(folder, kind);
    if (!existsSync(path)) return [];
    const files = readdirSync(path, { withFileTypes: true }).filter((entry) => entry.isFile());
    return files.map(
      ({ name }): RuleTest => ({
        suite: folder,
        name: `${rule.title}: ${kind}/${name}`,
        rule: rule.id,
        expected: kind === "firing" ? ONCE : NEVER,
        events: () => eventsOfFile(join(path, name)),
      }),
    );
  });
}

/** `tests:` a list of `{name, rule?, raw | events | file, matches?, fires?}`; see docs/rules.md. */
function testsFile(file: string, rules: readonly RuleDocument[]): RuleTest[] {
  if (!existsSync(file)) return [];
  const wrong = (message: string): Fault =>
    new Fault("invalid", "rules.tests.invalid", `${file}: ${message}`, { file });
  const root = yamlFile(file, wrong);
  const tests = root["tests"];
  if (!Array.isArray(tests)) throw wrong("a list called tests is missing");
  return tests.map((given: unknown, index): RuleTest => {
    const test = (typeof given === "object" && given !== null ? given : {}) as Readonly<Record<string, unknown>>;
    const { name, rule = rules[0]?.id, matches, fires, raw, events, file: from } = test;
    if (typeof rule !== "string") throw wrong(`test ${index + 1} names no rule`);
    const records = typeof raw === "string" ? [raw] : Array.isArray(events) ? events.map(recordOf) : undefined;
    if (records === undefined && typeof from !== "string") throw wrong(`test ${index + 1} needs raw, events or file`);
    return {
      suite: file,
      name: typeof name === "string" ? name : `test ${index + 1}`,
      rule,
      expected: typeof matches === "number" ? { exactly: matches } : fires === false ? NEVER : ONCE,
      events: async () =>
        records === undefined ? eventsOfFile(join(dirname(file), String(from))) : eventsOfSample(toSample(records)),
    };
  });
}

function recordOf(event: unknown): string {
  return typeof event === "string" ? event : JSON.stringify(event);
}

function toSample(records: readonly string[]): Sample {
  return { format: "", records: records.map((raw, index) => ({ atMs: index * 1_000, raw })) };
}

async function eventsOfFile(path: string): Promise<KhienEvent[]> {
  const events: KhienEvent[] = [];
  const problems: string[] = [];
  for await (const { event } of readEvents([path], { onProblem: (text) => problems.push(text) })) events.push(event);
  if (events.length === 0 && problems.length > 0)
    throw new Fault("invalid", "rules.events.unreadable", problems[0] ?? path, { path });
  return events;
}

// ── regression folders ──────────────────────────────────────────────────────────────────────────────────────────────

/** One `info.yml`. Its paths are relative to the root of the rule collection; the files usually lie beside it. */
export function regressionFolder(info: string): RuleTest[] {
  const wrong = (message: string): Fault =>
    new Fault("invalid", "rules.tests.invalid", `${info}: ${message}`, { file: info });
  const root = yamlFile(info, wrong);
  const [about] = listOf(root["rule_metadata"]);
  const rule = about?.["id"];
  if (typeof rule !== "string") throw wrong("rule_metadata names no rule");
  return listOf(root["regression_tests_info"]).map((test, index): RuleTest => {
    const { name, path, match_count: count } = test;
    const file = typeof path === "string" ? locate(info, path) : undefined;
    return {
      suite: info,
      name: `${String(about?.["title"] ?? rule)}: ${typeof name === "string" ? name : index + 1}`,
      rule,
      expected: typeof count === "number" ? { exactly: count } : ONCE,
      events: () => {
        if (file !== undefined) return eventsOfFile(file);
        throw new Fault("missing", "rules.events.missing", `${String(path)} is not there`, { path: String(path) });
      },
    };
  });
}

function locate(info: string, path: string): string | undefined {
  const beside = join(dirname(info), basename(path));
  const candidates = [beside, beside.replace(/\.evtx$/iu, ".json")];
  // Up to the root of the collection, which the path starts from.
  for (let folder = resolve(dirname(info)), step = 0; step < 20; step++, folder = dirname(folder))
    candidates.push(join(folder, path));
  return candidates.find((one) => existsSync(one));
}

/** `{tests: [{rule_id, event_file, expected_matches}]}`. */
export function regressionManifest(manifest: string): RuleTest[] {
  const read = JSON.parse(readFileSync(manifest, "utf8")) as { readonly tests?: unknown };
  return listOf(read.tests).flatMap((test): RuleTest[] => {
    const { rule_id: rule, rule_title: title, event_file: file, expected_matches: count } = test;
    if (typeof rule !== "string" || typeof file !== "string") return [];
    return [
      {
        suite: manifest,
        name: `${String(title ?? rule)}: ${file}`,
        rule,
        expected: typeof count === "number" ? { exactly: count } : ONCE,
        events: () => eventsOfFile(join(dirname(manifest), file)),
      },
    ];
  });
}

function yamlFile(file: string, wrong: (message: string) => Fault): Readonly<Record<string, unknown>> {
  const [document] = parseYaml(readFileSync(file, "utf8"));
  const [problem] = document?.problems ?? [];
  if (problem !== undefined) throw wrong(`line ${problem.line}: ${problem.message}`);
  if (document?.root?.kind !== "map") throw wrong("not a map");
  return plainValue(document.root) as Readonly<Record<string, unknown>>;
}

function listOf(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === "object" && one !== null) : [];
}
