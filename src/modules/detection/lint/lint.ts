/** Lint of one rule text: every document of it, then the characters of the file. */
import { createHash } from "node:crypto";
import type { ContentProblem } from "../../../kernel/index.ts";
import type { RuleDocument } from "../core/references.ts";
import { checkRule, filterAsRule, type MapNode, parseRules, type ParsedRules } from "../core/sigma/index.ts";
import { checkCorrelation, checkFilter } from "./correlation.ts";
import { checkDetection } from "./detection.ts";
import { checkMetadata } from "./metadata.ts";
import { checkOwnBlock } from "./own-block.ts";
import { type LintContext, type Remark, Report, type Subject } from "./remark.ts";
import { checkTags } from "./tags.ts";
import { checkText } from "./text.ts";

export interface LintedFile {
  readonly file: string;
  readonly text: string;
  readonly parsed: ParsedRules;
  /** What keeps documents from running. */
  readonly problems: readonly ContentProblem[];
  readonly remarks: readonly Remark[];
}

/** Remarks about one file; more are not told. */
const MAX_REMARKS = 1_000;

export function lintText(text: string, file: string, context: LintContext): LintedFile {
  const version = createHash("sha256").update(text).digest("hex").slice(0, 32);
  const parsed = parseRules(text, { documents: context.documents, file, version });
  const documents: readonly RuleDocument[] = [...parsed.rules, ...parsed.correlations, ...parsed.filters];
  const problems = [...parsed.problems, ...documents.flatMap((document) => runProblems(document, context))];
  const report = new Report(file);
  const tooLong = parsed.problems.some(({ code }) => code.startsWith("sigma.file."));
  const roots = tooLong
    ? []
    : context.documents.parse(text).flatMap(({ root }) => (root?.kind === "map" ? [root] : []));
  const lines = text.split("\n");
  const known = context.known === undefined ? undefined : [...documents, ...context.known];
  for (const root of roots) {
    if (root.entries.some(({ key, value }) => key === "action" && value.kind === "scalar")) continue;
    const rule = documents.find((one) => one.line === root.line && kindOf(root) === one.kind);
    checkDocument({ root, rule, lines, context: { ...context, ...(known === undefined ? {} : { known }) }, report });
  }
  checkText(text, roots, report);
  const remarks = report.remarks
    .toSorted((a, b) => a.line - b.line || (a.code < b.code ? -1 : 1))
    .slice(0, MAX_REMARKS);
  return { file, text, parsed, problems, remarks };
}

function checkDocument(subject: Subject): void {
  checkMetadata(subject);
  checkTags(subject);
  checkDetection(subject);
  checkCorrelation(subject);
  checkFilter(subject);
  checkOwnBlock(subject);
}

function kindOf(root: MapNode): RuleDocument["kind"] {
  const has = (key: string): boolean => root.entries.some((entry) => entry.key === key);
  return has("correlation") ? "correlation" : has("filter") ? "filter" : "detection";
}

/** What would keep a parsed document from being compiled. */
function runProblems(document: RuleDocument, { regex, placeholders }: LintContext): ContentProblem[] {
  if (document.kind === "correlation") return [];
  const options = { regex, ...(placeholders === undefined ? {} : { placeholders }) };
  return checkRule(document.kind === "filter" ? filterAsRule(document) : document, options);
}

// ── across files ────────────────────────────────────────────────────────────────────────────────────────────────────

/** What only shows when files are looked at together: ids, names and titles used twice, the same detection twice. */
export function lintSet(files: readonly LintedFile[]): Remark[] {
  const remarks: Remark[] = [];
  const documents = files.flatMap(({ parsed, file }) =>
    [...parsed.rules, ...parsed.correlations, ...parsed.filters].map((rule) => ({ rule, file })),
  );
  const twice = (keyOf: (rule: RuleDocument) => string | undefined, code: SetCode, what: string): void => {
    const seen = new Map<string, { rule: RuleDocument; file: string }>();
    for (const one of documents) {
      const key = keyOf(one.rule);
      if (key === undefined) continue;
      const first = seen.get(key);
      if (first === undefined) seen.set(key, one);
      else {
        const report = new Report(one.file);
        report.add(code, one.rule.line, `${what} is also that of ${first.file}:${first.rule.line}`);
        remarks.push(...report.remarks);
      }
    }
  };
  twice(({ id }) => id, "set.id-twice", "the id");
  twice(({ name }) => name, "set.name-twice", "the name");
  twice(({ title }) => title.trim().toLowerCase(), "set.title-twice", "the title");
  twice(detectionOf, "set.same-detection", "the detection");
  return remarks;
}

type SetCode = "set.id-twice" | "set.name-twice" | "set.title-twice" | "set.same-detection";

function detectionOf(rule: RuleDocument): string | undefined {
  if (rule.kind !== "detection") return undefined;
  const plain = { source: rule.logsource, detection: rule.detection };
  return JSON.stringify(plain, (key, value: unknown) => (key === "line" ? undefined : value));
}
