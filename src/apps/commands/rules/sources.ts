/** Rule texts and rules as the authoring commands take them: files, folders, archives, or the id of a built-in rule. */
import { lstat } from "node:fs/promises";
import { join } from "node:path";
import { Fault, formatProblem } from "../../../kernel/index.ts";
import {
  type AttackTables,
  type LintContext,
  loadAttackTables,
  loadRules,
  type LogSourceMap,
  partOf,
  type Rule,
  type RuleDocument,
} from "../../../modules/detection/index.ts";
import { openMembers, textOfMember } from "../../../platform/archive/index.ts";
import { linearRegex } from "../../../platform/regex/index.ts";
import { yamlParser } from "../../../platform/yaml/index.ts";
import { type Parsed, text } from "../../arguments.ts";
import { loadFedLogSources } from "../../log-sources.ts";
import { ATTACK_DIR, RULES_DIR } from "../../places.ts";
import { printable } from "../../scan/progress.ts";

export interface RuleText {
  /** For people: the path as given and what lies below it. */
  readonly file: string;
  /** Where it can be written back; undefined inside archives. */
  readonly path: string | undefined;
  readonly text: string;
}

const ruleFile = /\.ya?ml$/iu;
/** Tests and regression data lie beside rules and are no rules. */
const besideRules = /(?:\.tests\.ya?ml|(?:^|\/)info\.yml)$/iu;
const LIMITS = { maxEntries: 50_000, maxEntryBytes: 4 * 1024 * 1024, maxTotalBytes: 512 * 1024 * 1024 };

export async function readRuleTexts(paths: readonly string[]): Promise<RuleText[]> {
  const texts: RuleText[] = [];
  for (const path of paths) {
    const found = await lstat(path).catch(() => undefined);
    if (found === undefined) throw new Fault("missing", "rules.path.missing", `${path} is not there`, { path });
    const isFolder = found.isDirectory();
    const isPlain = isFolder || ruleFile.test(path);
    const accept = (name: string): boolean => ruleFile.test(name) && !besideRules.test(name);
    for await (const member of openMembers(path, { accept, limits: LIMITS })) {
      const file = isFolder ? join(path, member.name) : isPlain ? path : `${path}!${member.name}`;
      texts.push({ file, path: isPlain ? file : undefined, text: await textOfMember(member) });
    }
  }
  return texts;
}

export interface Knowledge {
  readonly map: LogSourceMap;
  readonly attack: AttackTables;
}

/** What every authoring command may be given besides its own options. */
export const KNOWLEDGE_OPTIONS = { placeholders: { type: "string" } } as const;

export async function loadKnowledge(parsed: Parsed): Promise<Knowledge> {
  const [{ map, problems }, { tables }] = await Promise.all([
    loadFedLogSources(text(parsed, "placeholders")),
    loadAttackTables(ATTACK_DIR),
  ]);
  for (const problem of problems) process.stderr.write(`${printable(formatProblem(problem))}\n`);
  return { map, attack: tables };
}

export function lintContextOf({ map, attack }: Knowledge, known: readonly RuleDocument[]): LintContext {
  return {
    documents: yamlParser,
    regex: linearRegex,
    map,
    attack,
    known,
    today: new Date().toISOString().slice(0, 10),
    newId: () => crypto.randomUUID(),
  };
}

/** Every document of a path that loads. */
export async function loadDocuments(path: string, map: LogSourceMap): Promise<RuleDocument[]> {
  const report = await loadRules(path, { logSourceMap: map });
  return [...report.rules, ...report.correlations, ...report.filters];
}

export function builtinDocuments(map: LogSourceMap): Promise<RuleDocument[]> {
  return loadDocuments(RULES_DIR, map);
}

export interface ChosenRule {
  readonly main: Rule | Exclude<RuleDocument, { kind: "filter" }>;
  /** What it may refer to: the other documents of its file first, then the built-in ones. */
  readonly known: readonly RuleDocument[];
}

/** RULE of a command: a file (with `#id` when it holds several), or the id or name of a built-in rule. */
export async function chooseRule(given: string | undefined, map: LogSourceMap): Promise<ChosenRule> {
  if (given === undefined) throw new Fault("invalid", "cli.arguments.missing", "name a rule: a file, or an id");
  const builtin = await builtinDocuments(map);
  const [path = "", id] = given.split("#", 2);
  const isFile = (await lstat(path).catch(() => undefined)) !== undefined;
  if (!isFile) {
    const main = builtin.find((one) => one.id === given || one.name === given);
    if (main === undefined || main.kind === "filter")
      throw new Fault("missing", "rules.rule.missing", `${given} is no file and no id of a built-in rule`, { given });
    return { main, known: builtin };
  }
  const own = await loadReadable(path, map);
  const main = id === undefined ? mainDocument(own) : own.find((one) => one.id === id || one.name === id);
  if (main === undefined || main.kind === "filter") {
    const hint = id === undefined ? `${path} holds no rule that loads` : `${path} holds no rule ${id}`;
    throw new Fault("missing", "rules.rule.missing", hint, { path });
  }
  return { main, known: [...own, ...builtin.filter((one) => !own.some((other) => other.id === one.id))] };
}

async function loadReadable(path: string, map: LogSourceMap): Promise<RuleDocument[]> {
  const report = await loadRules(path, { logSourceMap: map });
  const [problem] = report.rejected;
  const documents = [...report.rules, ...report.correlations, ...report.filters];
  if (documents.length > 0 || problem === undefined) return documents;
  const detail = `${problem.file}:${problem.line}: ${problem.message}`;
  throw new Fault("invalid", "rules.rule.rejected", detail, { code: problem.code });
}

/** A correlation speaks for the rules beside it; of several detections the first is meant. */
function mainDocument(documents: readonly RuleDocument[]): RuleDocument | undefined {
  const correlations = documents.filter((one) => one.kind === "correlation");
  const named = new Set(correlations.flatMap(({ rules }) => rules.map((reference) => reference.text)));
  const top = correlations.find(({ id, name }) => !named.has(id) && (name === undefined || !named.has(name)));
  return top ?? documents.find((one) => one.kind === "detection" && partOf(one) === undefined);
}
