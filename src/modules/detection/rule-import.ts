/**
 * Sigma rules of a folder, an archive or one file, with a report: what loaded, what was rejected where and why, what
 * no data source feeds. One bad rule never stops the others.
 */
import { createHash } from "node:crypto";
import type { ContentProblem } from "../../kernel/index.ts";
import { Fault, isFault } from "../../kernel/index.ts";
import type { Member } from "../../platform/archive/index.ts";
import { openMembers, textOfMember } from "../../platform/archive/index.ts";
import { compileLinearRegex } from "../../platform/regex/index.ts";
import { yamlParser } from "../../platform/yaml/index.ts";
import type {
  LogSourceMap,
  ParsedRules,
  Placeholders,
  Rule,
  RuleLogSource,
  SkippedDocument,
} from "./core/sigma/index.ts";
import { checkRule, isFed, parseRules } from "./core/sigma/index.ts";
import { MAX_RULE_ARCHIVE_BYTES, MAX_RULE_FILE_BYTES, MAX_RULE_FILES } from "./limits.ts";

export interface ImportReport {
  readonly rules: readonly Rule[];
  readonly rejected: readonly ContentProblem[];
  readonly noSource: readonly { readonly ruleId: string; readonly title: string; readonly logsource: RuleLogSource }[];
  /** Correlations, filters and empty documents: recognised, not run. */
  readonly skipped: readonly SkippedDocument[];
  /** Licence of the archive: what its LICENSE file is, or what all its rules name. */
  readonly licence?: string;
  /** Text of every file that holds a loaded rule, by file name. */
  readonly texts: ReadonlyMap<string, string>;
  readonly counts: ImportCounts;
}

export interface ImportCounts {
  readonly files: number;
  readonly loaded: number;
  readonly rejectedFiles: number;
  readonly noSource: number;
  readonly correlations: number;
  readonly filters: number;
}

/** Parsed rules by hash of their text, so that a start need not parse YAML again. */
export interface RuleCache {
  get(hash: string): string | undefined;
  set(hash: string, json: string): void;
}

export interface LoadOptions {
  readonly logSourceMap: LogSourceMap;
  readonly placeholders?: Placeholders;
  readonly cache?: RuleCache;
}

const ruleFile = /\.ya?ml$/i;
const licenceFile = /(?:^|\/)(?:LICEN[CS]E|COPYING)(?:\.[a-z.]+)?$/i;

export async function loadRules(source: string, options: LoadOptions): Promise<ImportReport> {
  const draft = new ReportDraft(options);
  const accept = (name: string): boolean => ruleFile.test(name) || licenceFile.test(name);
  const limits = {
    maxEntries: MAX_RULE_FILES,
    maxEntryBytes: MAX_RULE_FILE_BYTES,
    maxTotalBytes: MAX_RULE_ARCHIVE_BYTES,
  };
  const onRefused = ({ name, code, detail }: { name: string; code: string; detail: string }): void =>
    draft.reject({ file: name, line: 0, code, message: `member refused: ${detail}` });
  try {
    for await (const member of openMembers(source, { accept, limits, onRefused })) await draft.take(member);
  } catch (error) {
    if (!isFault(error)) throw unreadable(error, source);
    // What was read before the archive broke or outgrew its bounds stays; the report says where it ended.
    draft.reject({
      file: source.replaceAll("\\", "/").split("/").at(-1) ?? source,
      line: 0,
      code: error.code,
      message: error.message,
    });
  }
  return draft.report();
}

function unreadable(error: unknown, source: string): Fault {
  const detail = error instanceof Error ? error.message : String(error);
  return new Fault("invalid", "detection.import.unreadable", `cannot read the rules: ${detail}`, { source });
}

class ReportDraft {
  private readonly options: LoadOptions;
  private readonly rules = new Map<string, Rule>();
  private readonly rejected: ContentProblem[] = [];
  private readonly skipped: SkippedDocument[] = [];
  private readonly texts = new Map<string, string>();
  private licenceText: string | undefined;
  private files = 0;

  constructor(options: LoadOptions) {
    this.options = options;
  }

  reject(problem: ContentProblem): void {
    this.rejected.push(problem);
  }

  async take(member: Member): Promise<void> {
    const text = await textOfMember(member);
    if (licenceFile.test(member.name)) {
      this.licenceText ??= licenceName(text);
      return;
    }
    this.files++;
    const { rules, problems, skipped } = this.parse(text, member.name);
    this.rejected.push(...problems);
    this.skipped.push(...skipped);
    for (const rule of rules) this.addRule(rule, text);
  }

  private parse(text: string, file: string): ParsedRules {
    const version = createHash("sha256").update(text).digest("hex").slice(0, 32);
    const cached = this.options.cache?.get(version);
    // The cache knows texts, not places: the file name is put in again.
    if (cached !== undefined) return placed(JSON.parse(cached) as ParsedRules, file);
    const parsed = parseRules(text, { documents: yamlParser, file, version });
    this.options.cache?.set(version, JSON.stringify(parsed));
    return parsed;
  }

  private addRule(rule: Rule, text: string): void {
    const problems = checkRule(rule, {
      regex: { compile: compileLinearRegex },
      placeholders: this.options.placeholders ?? {},
    });
    const twin = this.rules.get(rule.id);
    if (twin !== undefined) {
      const message = `the id ${rule.id} is already used by ${twin.file}:${twin.line}`;
      problems.push({
        file: rule.file,
        line: rule.line,
        code: "sigma.id.duplicate",
        message,
        hint: "give the rule an id of its own",
      });
    }
    if (problems.length > 0) {
      this.rejected.push(...problems);
      return;
    }
    this.rules.set(rule.id, rule);
    this.texts.set(rule.file, text);
  }

  report(): ImportReport {
    const rules = [...this.rules.values()];
    const noSource = rules
      .filter((rule) => !isFed(rule.logsource, this.options.logSourceMap))
      .map(({ id, title, logsource }) => ({ ruleId: id, title, logsource }));
    const licence = this.licenceText ?? commonLicence(rules);
    const { rejected, skipped, texts } = this;
    const counts: ImportCounts = {
      files: this.files,
      loaded: rules.length,
      rejectedFiles: new Set(rejected.map(({ file }) => file)).size,
      noSource: noSource.length,
      correlations: skipped.filter(({ kind }) => kind === "correlation").length,
      filters: skipped.filter(({ kind }) => kind === "filter").length,
    };
    return { rules, rejected, noSource, skipped, ...(licence === undefined ? {} : { licence }), texts, counts };
  }
}

function placed({ rules, problems, skipped }: ParsedRules, file: string): ParsedRules {
  return {
    rules: rules.map((rule) => ({ ...rule, file })),
    problems: problems.map((problem) => ({ ...problem, file })),
    skipped: skipped.map((document) => ({ ...document, file })),
  };
}

const knownLicences: readonly [RegExp, string][] = [
  [/Detection Rule License[^\n]{0,40}?1\.0/i, "DRL-1.0"],
  [/Detection Rule License/i, "DRL-1.1"],
  [/Apache License/i, "Apache-2.0"],
  [/GNU AFFERO GENERAL PUBLIC/i, "AGPL-3.0"],
  [/GNU GENERAL PUBLIC/i, "GPL-3.0"],
  [/Creative Commons|CC0/i, "CC"],
  [/MIT License/i, "MIT"],
];

/** The licence by name; a text nobody recognises is named by its first line. */
function licenceName(text: string): string | undefined {
  const known = knownLicences.find(([pattern]) => pattern.test(text));
  if (known !== undefined) return known[1];
  const line = text
    .split("\n")
    .map((one) => one.replace(/^[#\s]+/, "").trim())
    .find((one) => one !== "");
  return line?.slice(0, 120);
}

function commonLicence(rules: readonly Rule[]): string | undefined {
  const licences = new Set(rules.map(({ licence }) => licence));
  return licences.size === 1 ? [...licences][0] : undefined;
}
