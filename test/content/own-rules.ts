/** Our own rules as the tests see them: every file of content/rules, parsed, with its samples. */
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import type { ContentProblem, EventId, KhienEvent } from "../../src/kernel/index.ts";
import type { Correlation } from "../../src/modules/detection/core/sigma/index.ts";
import { parseRules, type Rule } from "../../src/modules/detection/index.ts";
import { samplesOf, SAMPLE_START } from "../../src/modules/detection/core/samples.ts";
import type { Sample } from "../../src/modules/detection/core/samples.ts";
import { parseRecord } from "../../src/modules/ingest/index.ts";
import { yamlParser } from "../../src/platform/yaml/index.ts";

export const contentDir = fileURLToPath(new URL("../../content/", import.meta.url));

interface Sampled {
  /** `<log-source>/<slug>`. */
  readonly name: string;
  readonly extension: Readonly<Record<string, unknown>>;
  readonly firing: readonly Sample[];
  readonly silent: readonly Sample[];
}

export interface RuleFile extends Sampled {
  readonly rule: Rule;
}

/** One file may hold several correlations; the name tells them apart by their title. */
export interface CorrelationFile extends Sampled {
  readonly correlation: Correlation;
}

function ymlFiles(dir: string): string[] {
  return readdirSync(dir, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".yml"))
    .map((file) => file.replaceAll("\\", "/"))
    .toSorted();
}

export interface OwnRules {
  readonly files: readonly RuleFile[];
  readonly problems: readonly ContentProblem[];
  readonly correlations: readonly CorrelationFile[];
}

export function readOwnRules(): OwnRules {
  const root = join(contentDir, "rules");
  const files: RuleFile[] = [];
  const problems: ContentProblem[] = [];
  const correlations: CorrelationFile[] = [];
  for (const file of ymlFiles(root)) {
    const text = readFileSync(join(root, file), "utf8");
    const parsed = parseRules(text, { documents: yamlParser, file: relative(root, join(root, file)), version: file });
    problems.push(...parsed.problems);
    const name = file.replace(/\.yml$/, "");
    for (const rule of parsed.rules) files.push({ name, rule, ...ownPart(rule) });
    for (const correlation of parsed.correlations)
      correlations.push({ name: `${name}: ${correlation.title}`, correlation, ...ownPart(correlation) });
  }
  return { files, problems, correlations };
}

function ownPart({ extras }: Rule | Correlation): Omit<Sampled, "name"> {
  return { extension: (extras["x-khien"] ?? {}) as Record<string, unknown>, ...samplesOf(extras) };
}

/** 2026-11-18T12:00:00+07:00, a moment the samples lie before. */
const RECEIVED_AT = 1_795_064_400_000;

export function eventOf(raw: string, sensor = "sample"): KhienEvent {
  return parseRecord({
    id: "00000000000000000000000000000000" as EventId,
    door: "file",
    sensor,
    receivedAt: RECEIVED_AT,
    raw,
  });
}

/** The records of a correlation's sample, each arriving the moment it was written. */
export function eventsOf(sample: Sample): KhienEvent[] {
  return sample.records.map(({ atMs, raw }, index) =>
    parseRecord({
      id: String(index).padStart(32, "0") as EventId,
      door: "file",
      sensor: "sample",
      receivedAt: SAMPLE_START + atMs,
      raw,
    }),
  );
}
