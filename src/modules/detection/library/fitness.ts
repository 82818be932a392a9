import type { ContentProblem } from "../../../kernel/index.ts";
import { compileLinearRegex } from "../../../platform/regex/index.ts";
import type { RuleDocument } from "../core/references.ts";
import { checkRule, filterAsRule, type LogSourceMap, type Rule, usesPlaceholders } from "../core/sigma/index.ts";

/** What of a document, taken by itself, cannot run: its patterns, and placeholders without values. */
export function unfitIn(document: RuleDocument, { placeholders = {} }: LogSourceMap): readonly ContentProblem[] {
  const rule = asRule(document);
  return rule === undefined ? [] : checkRule(rule, { regex: { compile: compileLinearRegex }, placeholders });
}

/** Of what is in the library already: only the values can be others than when it was taken in. */
export function missingIn(document: RuleDocument, logSources: LogSourceMap): readonly ContentProblem[] {
  const rule = asRule(document);
  return rule !== undefined && usesPlaceholders(rule) ? unfitIn(document, logSources) : [];
}

function asRule(document: RuleDocument): Rule | undefined {
  if (document.kind === "correlation") return undefined;
  return document.kind === "filter" ? filterAsRule(document) : document;
}
