/**
 * Sigma documents of a folder, an archive or one file, with a report: what loaded, what was rejected where and why, what
 * no data source feeds. One bad rule never stops the others.
 */
import type { ContentProblem } from "../../kernel/index.ts";
import { Fault, isFault } from "../../kernel/index.ts";
import { openMembers, textOfMember } from "../../platform/archive/index.ts";
import type {
  Correlation,
  LogSourceMap,
  Placeholders,
  Rule,
  RuleLogSource,
  SigmaFilter,
  SkippedDocument,
} from "./core/sigma/index.ts";
import { isFed, NO_VALUES, partOf } from "./core/sigma/index.ts";
import { MAX_RULE_ARCHIVE_BYTES, MAX_RULE_FILE_BYTES, MAX_RULE_FILES, MAX_RULE_TEXT_HELD } from "./limits.ts";
import {
  type JudgedDocument,
  type ReadRuleFile,
  type RuleFile,
  type RuleFileReader,
  readRuleFiles,
} from "./rule-files.ts";

export interface ImportReport {
  readonly rules: readonly Rule[];
  /** What they refer to may lie in another import: references are judged when the set is put together. */
  readonly correlations: readonly Correlation[];
  readonly filters: readonly SigmaFilter[];
  readonly rejected: readonly ContentProblem[];
  /** Of what was rejected: what would run if its placeholders had values. */
  readonly waiting: readonly JudgedDocument<AnyDocument>[];
  readonly noSource: readonly { readonly ruleId: string; readonly title: string; readonly logsource: RuleLogSource }[];
  /** Documents that hold nothing. */
  readonly skipped: readonly SkippedDocument[];
  /** Licence of the archive: what its LICENSE file is, or what all its rules name. */
  readonly licence?: string;
  /** Text of every file that holds a loaded document, by file name. */
  readonly texts: ReadonlyMap<string, string>;
  readonly counts: ImportCounts;
}

export interface ImportCounts {
  readonly files: number;
  /** Detection rules. */
  readonly loaded: number;
  readonly rejectedFiles: number;
  readonly noSource: number;
  readonly correlations: number;
  readonly filters: number;
}

export interface LoadOptions {
  readonly logSourceMap: LogSourceMap;
  readonly placeholders?: Placeholders;
  /** Other threads that read files of a large set beside this one. */
  readonly readers?: readonly RuleFileReader[];
}

const ruleFile = /\.ya?ml$/i;
const licenceFile = /(?:^|\/)(?:LICEN[CS]E|COPYING)(?:\.[a-z.]+)?$/i;

/** What is read of a folder or an archive. */
export const RULE_MEMBERS = {
  accept: (name: string): boolean => ruleFile.test(name) || licenceFile.test(name),
  limits: {
    maxEntries: MAX_RULE_FILES,
    maxEntryBytes: MAX_RULE_FILE_BYTES,
    maxTotalBytes: MAX_RULE_ARCHIVE_BYTES,
  },
} as const;

export async function loadRules(source: string, options: LoadOptions): Promise<ImportReport> {
  const draft = new ReportDraft(options);
  const onRefused = ({ name, code, detail }: { name: string; code: string; detail: string }): void =>
    draft.reject({ file: name, line: 0, code, message: `member refused: ${detail}` });
  const { logSourceMap, placeholders = logSourceMap.placeholders ?? {}, readers = [] } = options;
  let files: RuleFile[] = [];
  let held = 0;
  const takeAll = async (): Promise<void> => {
    const read = await readRuleFiles(files, { placeholders, readers });
    for (const [index, file] of files.entries()) draft.take(file, read[index] as ReadRuleFile);
    files = [];
    held = 0;
  };
  try {
    for await (const member of openMembers(source, { ...RULE_MEMBERS, onRefused })) {
      const file = { name: member.name, text: await textOfMember(member) };
      if (licenceFile.test(file.name)) draft.takeLicence(file.text);
      else files.push(file);
      held += file.text.length;
      if (held > MAX_RULE_TEXT_HELD) await takeAll();
    }
    await takeAll();
  } catch (error) {
    if (!isFault(error)) throw unreadable(error, source);
    // What was read before the archive broke or outgrew its bounds stays; the report says where it ended.
    await takeAll();
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

type AnyDocument = Rule | Correlation | SigmaFilter;

class ReportDraft {
  private readonly options: LoadOptions;
  private readonly documents = new Map<string, AnyDocument>();
  private readonly rejected: ContentProblem[] = [];
  private readonly waiting = new Map<string, JudgedDocument<AnyDocument>>();
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

  takeLicence(text: string): void {
    this.licenceText ??= licenceName(text);
  }

  take({ text }: RuleFile, { rules, correlations, filters, problems, skipped }: ReadRuleFile): void {
    this.files++;
    this.rejected.push(...problems);
    this.skipped.push(...skipped);
    const refused = rules.filter((one) => !this.add(one.document, one.problems, text));
    // A translated aggregation whose base cannot run cannot run either; the base has said why.
    const lost = new Map(refused.map(({ document }) => [partOf(document), document.id]));
    for (const document of correlations) {
      const base = lost.get(document.id);
      if (base === undefined) this.add(document, [], text);
      else if (this.waiting.has(base)) this.wait({ document, problems: [] }, text);
    }
    for (const one of filters) if (!lost.has(one.document.id)) this.add(one.document, one.problems, text);
  }

  private wait(judged: JudgedDocument<AnyDocument>, text: string): void {
    this.waiting.set(judged.document.id, judged);
    this.texts.set(judged.document.file, text);
  }

  private add(document: AnyDocument, judged: readonly ContentProblem[], text: string): boolean {
    const problems = [...judged];
    const twin = this.documents.get(document.id) ?? this.waiting.get(document.id)?.document;
    if (twin !== undefined) {
      const message = `the id ${document.id} is already used by ${twin.file}:${twin.line}`;
      problems.push({
        file: document.file,
        line: document.line,
        code: "sigma.id.duplicate",
        message,
        hint: "give the rule an id of its own",
      });
    }
    if (problems.length > 0) {
      this.rejected.push(...problems);
      if (problems.every(({ code }) => code === NO_VALUES)) this.wait({ document, problems }, text);
      return false;
    }
    this.documents.set(document.id, document);
    this.texts.set(document.file, text);
    return true;
  }

  report(): ImportReport {
    const documents = [...this.documents.values()];
    const rules = documents.filter((document) => document.kind === "detection");
    const correlations = documents.filter((document) => document.kind === "correlation");
    const filters = documents.filter((document) => document.kind === "filter");
    const hasSource = fedBy(this.options.logSourceMap);
    const noSource = rules
      .filter(({ logsource }) => !hasSource(logsource))
      .map(({ id, title, logsource }) => ({ ruleId: id, title, logsource }));
    const licence = this.licenceText ?? commonLicence(rules);
    const { rejected, skipped, texts } = this;
    const counts: ImportCounts = {
      files: this.files,
      loaded: rules.length,
      rejectedFiles: new Set(rejected.map(({ file }) => file)).size,
      noSource: noSource.length,
      correlations: correlations.length,
      filters: filters.length,
    };
    return {
      rules,
      correlations,
      filters,
      rejected,
      waiting: [...this.waiting.values()],
      noSource,
      skipped,
      ...(licence === undefined ? {} : { licence }),
      texts,
      counts,
    };
  }
}

/** Thousands of rules share a few dozen log sources. */
function fedBy(map: LogSourceMap): (source: RuleLogSource) => boolean {
  const known = new Map<string, boolean>();
  return (source) => {
    const key = JSON.stringify([source.product, source.category, source.service]);
    const fed = known.get(key) ?? isFed(source, map);
    known.set(key, fed);
    return fed;
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
