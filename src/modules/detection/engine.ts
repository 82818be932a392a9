import type { ContentProblem } from "../../kernel/index.ts";
import { type ContentFile, loadContent } from "../../platform/content/index.ts";
import { compileLinearRegex } from "../../platform/regex/index.ts";
import { yamlParser } from "../../platform/yaml/index.ts";
import {
  compileRules,
  type LogSourceMap,
  mergeLogSourceMaps,
  parseLogSourceMap,
  type Rule,
  type Ruleset,
} from "./core/sigma/index.ts";

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

/** Log-source maps of a folder of `*.yml`, merged. Problems are the content author's to mend; the rest is used. */
export async function loadLogSources(dir: string): Promise<{ map: LogSourceMap; problems: readonly ContentProblem[] }> {
  const parse = ({ path, text }: ContentFile) => {
    const { map, problems } = parseLogSourceMap(text, yamlParser, path);
    return { items: [map], problems };
  };
  const { items, problems } = await loadContent({ dir, extension: ".yml", parse });
  return { map: mergeLogSourceMaps(items), problems };
}

/** Sigma statuses that are loaded but stay off until somebody turns them on. */
const OFF_BY_DEFAULT: ReadonlySet<string> = new Set(["deprecated", "unsupported"]);

/** Whether a rule runs when nobody has said anything about it; the server and `khien scan` agree on this. */
export function runsByDefault(rule: Rule): boolean {
  return !OFF_BY_DEFAULT.has(rule.status ?? "");
}

export function groupFieldOf(rule: Rule): string | undefined {
  const { entity } = extrasOf(rule);
  return typeof entity === "string" ? entity : undefined;
}

/** Texts of a rule in Vietnamese, where its author gave them. */
export function vietnameseOf(rule: Rule): {
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

function extrasOf(rule: Rule): KhienExtras {
  const extras = rule.extras["x-khien"];
  return typeof extras === "object" && extras !== null ? (extras as KhienExtras) : {};
}
