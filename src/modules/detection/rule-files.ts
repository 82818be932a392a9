/**
 * One rule file after the other: everything that can be said of it without knowing the others. The answers are plain
 * data, so that several threads can read the files of a large archive.
 */
import { hash } from "node:crypto";
import type { ContentProblem } from "../../kernel/index.ts";
import { compileLinearRegex } from "../../platform/regex/index.ts";
import { yamlParser } from "../../platform/yaml/index.ts";
import type { Correlation, Placeholders, Rule, SigmaFilter, SkippedDocument } from "./core/sigma/index.ts";
import { checkRule, filterAsRule, parseRules } from "./core/sigma/index.ts";
import { type PackedRule, packRule, unpackRule } from "./packed-rule.ts";

export interface RuleFile {
  readonly name: string;
  readonly text: string;
}

/** A document, and why it cannot run. */
export interface JudgedDocument<Document> {
  readonly document: Document;
  readonly problems: readonly ContentProblem[];
}

export interface ReadRuleFile<AnyRule = Rule> {
  readonly rules: readonly JudgedDocument<AnyRule>[];
  readonly correlations: readonly Correlation[];
  readonly filters: readonly JudgedDocument<SigmaFilter>[];
  readonly problems: readonly ContentProblem[];
  readonly skipped: readonly SkippedDocument[];
}

/** Reads some files somewhere else, or fails. */
export type RuleFileReader = (files: readonly RuleFile[]) => Promise<readonly ReadRuleFile[]>;

export function readRuleFile({ name, text }: RuleFile, placeholders: Placeholders): ReadRuleFile {
  const version = hash("sha256", text).slice(0, 32);
  const { rules, correlations, filters, problems, skipped } = parseRules(text, {
    documents: yamlParser,
    file: name,
    version,
  });
  const check = (rule: Rule): ContentProblem[] =>
    checkRule(rule, { regex: { compile: compileLinearRegex }, placeholders });
  return {
    rules: rules.map((document) => ({ document, problems: check(document) })),
    correlations,
    filters: filters.map((document) => ({ document, problems: check(filterAsRule(document)) })),
    problems,
    skipped,
  };
}

/** What a thread that reads for another one answers. */
export function readPacked(
  files: readonly RuleFile[],
  placeholders: Placeholders,
): readonly ReadRuleFile<PackedRule>[] {
  return files.map((file) => overRules(readRuleFile(file, placeholders), packRule));
}

export function unpackFiles(files: readonly ReadRuleFile<PackedRule>[]): readonly ReadRuleFile[] {
  return files.map((file) => overRules(file, unpackRule));
}

function overRules<From, To>(file: ReadRuleFile<From>, change: (rule: From) => To): ReadRuleFile<To> {
  const rules = file.rules.map(({ document, problems }) => ({ document: change(document), problems }));
  return { ...file, rules };
}

/** Below this, asking others takes longer than reading. */
const WORTH_SHARING = 400;
const BATCH = 64;

/** All files, in their order; this thread and the readers take them as they get done with others. */
export async function readRuleFiles(
  files: readonly RuleFile[],
  { placeholders, readers = [] }: { readonly placeholders: Placeholders; readonly readers?: readonly RuleFileReader[] },
): Promise<readonly ReadRuleFile[]> {
  const here = (some: readonly RuleFile[]): readonly ReadRuleFile[] =>
    some.map((file) => readRuleFile(file, placeholders));
  if (readers.length === 0 || files.length < WORTH_SHARING) return here(files);
  const batches: (readonly ReadRuleFile[])[] = [];
  let next = 0;
  const work = async (read: RuleFileReader): Promise<void> => {
    for (let number = next++; number * BATCH < files.length; number = next++) {
      const batch = files.slice(number * BATCH, (number + 1) * BATCH);
      // A reader that fails takes nothing with it: its files are read here.
      batches[number] = await read(batch).catch(() => here(batch));
    }
  };
  const local: RuleFileReader = async (batch) => {
    const read = here(batch);
    // Answers of the others are heard in between.
    await new Promise((resolve) => setImmediate(resolve));
    return read;
  };
  await Promise.all([...readers, local].map(work));
  return batches.flat();
}
