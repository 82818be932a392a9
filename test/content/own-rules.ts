/** Our own rules as the tests see them: every file of content/rules, parsed, with its samples. */
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import type { ContentProblem, EventId, KhienEvent } from "../../src/kernel/index.ts";
import { parseRules, type Rule } from "../../src/modules/detection/index.ts";
import { parseRecord } from "../../src/modules/ingest/index.ts";
import { yamlParser } from "../../src/platform/yaml/index.ts";

export const contentDir = fileURLToPath(new URL("../../content/", import.meta.url));

export interface Sample {
  readonly format: string;
  readonly raw: string;
}

export interface RuleFile {
  /** `<log-source>/<slug>`. */
  readonly name: string;
  readonly rule: Rule;
  readonly extension: Readonly<Record<string, unknown>>;
  readonly firing: readonly Sample[];
  readonly silent: readonly Sample[];
}

function ymlFiles(dir: string): string[] {
  return readdirSync(dir, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".yml"))
    .map((file) => file.replaceAll("\\", "/"))
    .toSorted();
}

function samplesOf(samples: unknown, kind: "firing" | "silent"): readonly Sample[] {
  const list = (samples as Record<string, unknown> | undefined)?.[kind];
  return Array.isArray(list) ? (list as Sample[]) : [];
}

export interface OwnRules {
  readonly files: readonly RuleFile[];
  readonly problems: readonly ContentProblem[];
  /** Titles of correlation documents; they are kept beside the rules until the engine runs them. */
  readonly correlations: readonly string[];
}

export function readOwnRules(): OwnRules {
  const root = join(contentDir, "rules");
  const files: RuleFile[] = [];
  const problems: ContentProblem[] = [];
  const correlations: string[] = [];
  for (const file of ymlFiles(root)) {
    const text = readFileSync(join(root, file), "utf8");
    const parsed = parseRules(text, { documents: yamlParser, file: relative(root, join(root, file)), version: file });
    problems.push(...parsed.problems);
    for (const { kind, title } of parsed.skipped) if (kind === "correlation") correlations.push(title ?? "");
    for (const rule of parsed.rules) {
      const extension = (rule.extras["x-khien"] ?? {}) as Record<string, unknown>;
      const samples = extension["samples"];
      files.push({
        name: file.replace(/\.yml$/, ""),
        rule,
        extension,
        firing: samplesOf(samples, "firing"),
        silent: samplesOf(samples, "silent"),
      });
    }
  }
  return { files, problems, correlations };
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
