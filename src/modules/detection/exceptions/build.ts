import { createHash } from "node:crypto";
import type { ContentProblem } from "../../../kernel/index.ts";
import { compileLinearRegex } from "../../../platform/regex/index.ts";
import { yamlParser } from "../../../platform/yaml/index.ts";
import { documentOf, type ExceptionDocument } from "../core/exception.ts";
import {
  checkRule,
  exceptionOf,
  filterAsRule,
  parseRules,
  type Placeholders,
  type SigmaFilter,
} from "../core/sigma/index.ts";

/** Name under which complaints speak of an exception's own text. */
const FILE = "exception";

export type BuiltException =
  | { readonly filter: SigmaFilter; readonly text: string }
  /** Lines are those of the author's own text. */
  | { readonly problems: readonly ContentProblem[] };

/**
 * Writes the exception as a Sigma filter and reads it back with the parser every filter goes through. What comes back
 * must say what was put in: a text cannot smuggle in another rule, period or document.
 */
export function buildException(exception: ExceptionDocument, placeholders: Placeholders = {}): BuiltException {
  const { text, firstLine } = documentOf(exception);
  const version = createHash("sha256").update(text).digest("hex").slice(0, 32);
  const parsed = parseRules(text, { documents: yamlParser, file: FILE, version });
  const own = (problem: ContentProblem): ContentProblem => ({
    ...problem,
    file: FILE,
    line: Math.max(1, problem.line - firstLine + 1),
  });
  if (parsed.problems.length > 0) return { problems: parsed.problems.map(own) };
  const filter = parsed.filters[0];
  if (filter === undefined || !saysOnly(filter, exception) || parsed.rules.length + parsed.correlations.length > 0) {
    const message = "the text does more than state selections and a condition";
    const hint = "give what stands under `filter:` of a Sigma filter, without `rules`";
    return { problems: [{ file: FILE, line: 1, code: "detection.exception.text", message, hint }] };
  }
  const refused = checkRule(filterAsRule(filter), { regex: { compile: compileLinearRegex }, placeholders });
  return refused.length > 0 ? { problems: refused.map(own) } : { filter, text };
}

function saysOnly(filter: SigmaFilter, wanted: ExceptionDocument): boolean {
  const period = exceptionOf(filter);
  const [only, ...others] = filter.rules === "any" ? [] : filter.rules;
  return (
    filter.id === wanted.id &&
    only?.text === wanted.ruleId &&
    others.length === 0 &&
    (["product", "category", "service"] as const).every((part) => filter.logsource[part] === wanted.logsource[part]) &&
    period?.owner === wanted.owner &&
    period.from === (wanted.from ?? undefined) &&
    period.until === (wanted.until ?? undefined)
  );
}
