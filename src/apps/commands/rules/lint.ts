import { writeFile } from "node:fs/promises";
import { type ContentProblem, Fault } from "../../../kernel/index.ts";
import {
  applyFixes,
  type LintContext,
  type LintedFile,
  lintSet,
  lintText,
  type Remark,
  REMARK_LEVELS,
  type RemarkLevel,
  type RuleDocument,
} from "../../../modules/detection/index.ts";
import { flag, oneOf, readArguments } from "../../arguments.ts";
import { printable } from "../../scan/progress.ts";
import {
  KNOWLEDGE_OPTIONS,
  builtinDocuments,
  lintContextOf,
  loadKnowledge,
  readRuleTexts,
  type RuleText,
} from "./sources.ts";

export const LINT_HELP = `khien rules lint PATH… [--fix] [--level LEVEL] [--json]

Says what is wrong with Sigma documents and what could be better: file:line: level code message (hint).
  PATH            files, folders or archives of .yml
  --fix           mend what can be mended without changing what a rule finds (ids, dates, tags, needless parts)
  --level LEVEL   tell from this level on: error, warning (default), info
  --placeholders FILE
                  values of %placeholders% (name: list of values)
  --json          one JSON document

Correlations and filters may refer to any document of the paths and to built-in rules. docs/rules.md lists the checks.
Exit code: 0 nothing to tell, 2 something was told, 1 the paths could not be read.
`;

const OPTIONS = {
  ...KNOWLEDGE_OPTIONS,
  fix: { type: "boolean" },
  level: { type: "string" },
  json: { type: "boolean" },
} as const;
/** A fix may make room for the next. */
const PASSES = 5;

interface Told {
  readonly file: string;
  readonly line: number;
  readonly level: RemarkLevel;
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

export async function lintCommand(args: readonly string[]): Promise<number> {
  const parsed = readArguments(args, OPTIONS);
  const level = oneOf(parsed, "level", REMARK_LEVELS) ?? "warning";
  if (parsed.positionals.length === 0) throw new Fault("invalid", "cli.arguments.missing", "name a file or folder");
  const texts = await readRuleTexts(parsed.positionals);
  if (texts.length === 0)
    throw new Fault("missing", "rules.path.empty", `no .yml under ${parsed.positionals.join(", ")}`);
  const knowledge = await loadKnowledge(parsed);
  const builtin = await builtinDocuments(knowledge.map);
  const lintAll = (all: readonly RuleText[]): LintedFile[] => {
    const first = all.map(({ text, file }) => lintText(text, file, lintContextOf(knowledge, [])));
    const context = lintContextOf(knowledge, [...first.flatMap(documentsOf), ...builtin]);
    return all.map(({ text, file }) => lintText(text, file, context));
  };
  let linted = lintAll(texts);
  let fixed = 0;
  if (flag(parsed, "fix")) {
    const context = lintContextOf(knowledge, [...linted.flatMap(documentsOf), ...builtin]);
    const mended = texts.map((one, index) => mend(one, linted[index], context));
    for (const { path, text, count } of mended) if (count > 0 && path !== undefined) await writeFile(path, text);
    fixed = mended.reduce((sum, { count }) => sum + count, 0);
    linted = lintAll(mended);
  }
  const told = tellable(linted, level);
  if (flag(parsed, "json")) {
    process.stdout.write(`${JSON.stringify({ files: texts.length, fixed, remarks: told }, null, 2)}\n`);
  } else {
    for (const one of told) process.stdout.write(`${printable(lineOf(one))}\n`);
    process.stdout.write(`${texts.length} files, ${told.length} remarks${fixed > 0 ? `, ${fixed} mended` : ""}\n`);
  }
  return told.length === 0 ? 0 : 2;
}

function mend(given: RuleText, linted: LintedFile | undefined, context: LintContext): RuleText & { count: number } {
  // What does not parse is left to its author: lines may not mean what they seem to.
  if (given.path === undefined || linted === undefined || linted.problems.length > 0) return { ...given, count: 0 };
  let { text } = given;
  let count = 0;
  for (let pass = 0; pass < PASSES; pass++) {
    const { remarks } = lintText(text, given.file, context);
    const done = applyFixes(text, remarks);
    if (done.applied.length === 0) break;
    text = done.text;
    count += done.applied.length;
  }
  return { ...given, text, count };
}

function documentsOf({ parsed }: LintedFile): RuleDocument[] {
  return [...parsed.rules, ...parsed.correlations, ...parsed.filters];
}

function tellable(linted: readonly LintedFile[], level: RemarkLevel): Told[] {
  const problems = linted.flatMap((one) => one.problems.map(toldProblem));
  const remarks: Remark[] = [...linted.flatMap((one) => one.remarks), ...lintSet(linted)];
  const rank = (one: RemarkLevel): number => REMARK_LEVELS.indexOf(one);
  const told = [...problems, ...remarks.map(({ fix: _, ...remark }) => remark)];
  return told
    .filter((one) => rank(one.level) <= rank(level))
    .toSorted((a, b) => (a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1));
}

function toldProblem({ file, line, code, message, hint }: ContentProblem): Told {
  return { file, line, level: "error", code, message, ...(hint === undefined ? {} : { hint }) };
}

function lineOf({ file, line, level, code, message, hint }: Told): string {
  return `${file}:${line}: ${level} ${code} ${message}${hint === undefined ? "" : ` (${hint})`}`;
}
