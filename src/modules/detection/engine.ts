import { readFile, stat } from "node:fs/promises";
import type { ContentProblem } from "../../kernel/index.ts";
import { type ContentFile, loadContent } from "../../platform/content/index.ts";
import { compileLinearRegex } from "../../platform/regex/index.ts";
import { yamlParser } from "../../platform/yaml/index.ts";
import {
  compileDetection,
  compileRules,
  type Detector,
  EMPTY_LOG_SOURCE_MAP,
  type LogSourceMap,
  mergeLogSourceMaps,
  type ParsedPlaceholders,
  parseLogSourceMap,
  parsePlaceholders,
  type Rule,
  type RuleMetadata,
  type Ruleset,
  type SigmaFilter,
} from "./core/sigma/index.ts";
import { MAX_PLACEHOLDER_FILE_BYTES } from "./limits.ts";

/** Our extension block of a rule (`x-khien`, allowed by Sigma 2.1 as a custom attribute). */
interface KhienExtras {
  readonly title_vi?: string;
  readonly description_vi?: string;
  readonly falsepositives_vi?: readonly string[];
  /** Native field by which the rule's alerts are grouped. */
  readonly entity?: string;
}

/** The engine with our regular-expression engine in it. Not re-entrant: one per thread. */
export function compileEngine(rules: readonly Rule[], logSourceMap: LogSourceMap): Ruleset {
  return compileRules(rules, { regex: { compile: compileLinearRegex }, logSourceMap });
}

/**
 * Rules narrowed by their filters and exceptions, as the live stream and scans run them. One per thread. `checked`:
 * they come from `loadRules` of this process and this map, which has left out what cannot be compiled.
 */
export function compileDetector(
  active: { readonly rules: readonly Rule[]; readonly filters: readonly SigmaFilter[]; readonly checked?: true },
  logSourceMap: LogSourceMap,
): Detector {
  const { rules, filters, checked } = active;
  const options = { regex: { compile: compileLinearRegex }, logSourceMap };
  return compileDetection({ rules, filters, ...options, ...(checked === undefined ? {} : { checked }) });
}

/** What a site tells the engine about its events, and what of it is wrong. */
export interface LoadedLogSources {
  readonly map: LogSourceMap;
  readonly problems: readonly ContentProblem[];
}

/**
 * Log-source maps of a folder of `*.yml`, ours or in SigmaHQ's form, merged; with the values for placeholders of one
 * more file, if given. Problems are the content author's to mend; the rest is used.
 */
export async function loadLogSources(dir: string, placeholdersFile?: string): Promise<LoadedLogSources> {
  const parse = ({ path, text }: ContentFile) => {
    const { map, problems } = parseLogSourceMap(text, yamlParser, path);
    return { items: [map], problems };
  };
  const { items, problems } = await loadContent({ dir, extension: ".yml", parse });
  if (placeholdersFile === undefined) return { map: mergeLogSourceMaps(items), problems };
  const values = await loadPlaceholders(placeholdersFile);
  const map = mergeLogSourceMaps([...items, { ...EMPTY_LOG_SOURCE_MAP, placeholders: values.placeholders }]);
  return { map, problems: [...problems, ...values.problems] };
}

/** Values for `%placeholders%` of rules: a YAML file, name → list. An unreadable file is a problem like any other. */
export async function loadPlaceholders(path: string): Promise<ParsedPlaceholders> {
  try {
    const { size } = await stat(path);
    if (size > MAX_PLACEHOLDER_FILE_BYTES) throw new Error(`larger than ${MAX_PLACEHOLDER_FILE_BYTES} bytes`);
    return parsePlaceholders(await readFile(path, "utf8"), yamlParser, path);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { placeholders: {}, problems: [{ file: path, line: 0, code: "sigma.placeholders.unreadable", message }] };
  }
}

/** Sigma statuses that are loaded but stay off until somebody turns them on. */
const OFF_BY_DEFAULT: ReadonlySet<string> = new Set(["deprecated", "unsupported"]);

/** Whether a rule runs when nobody has said anything about it; the server and `khien scan` agree on this. */
export function runsByDefault(rule: Pick<RuleMetadata, "status">): boolean {
  return !OFF_BY_DEFAULT.has(rule.status ?? "");
}

export function groupFieldOf(rule: RuleMetadata): string | undefined {
  const { entity } = extrasOf(rule);
  return typeof entity === "string" ? entity : undefined;
}

/** Texts of a rule in Vietnamese, where its author gave them. */
export function vietnameseOf(rule: RuleMetadata): {
  title: string | null;
  description: string | null;
  falsePositives: string[];
} {
  const { title_vi, description_vi, falsepositives_vi } = extrasOf(rule);
  return {
    title: typeof title_vi === "string" ? title_vi : null,
    description: typeof description_vi === "string" ? description_vi : null,
    falsePositives: Array.isArray(falsepositives_vi)
      ? falsepositives_vi.filter((text) => typeof text === "string")
      : [],
  };
}

function extrasOf(rule: RuleMetadata): KhienExtras {
  const extras = rule.extras["x-khien"];
  return typeof extras === "object" && extras !== null ? (extras as KhienExtras) : {};
}
