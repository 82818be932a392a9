/** What lint says of a rule text. Remarks never stop a rule from running; problems of the parser do. */
import type { DocumentParser, LogSourceMap, MapNode, Placeholders, RegexCompiler } from "../core/sigma/index.ts";
import type { RuleDocument } from "../core/references.ts";
import type { AttackTables } from "../attack/table.ts";
import { type CheckCode, CHECKS, type RemarkLevel } from "./checks.ts";

export interface Remark {
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  readonly code: string;
  readonly level: RemarkLevel;
  readonly message: string;
  readonly hint?: string;
  readonly fix?: Fix;
}

/** Lines `line` to `line + count - 1` become `lines`; `count` 0 inserts before `line`. */
export interface Fix {
  readonly description: string;
  readonly line: number;
  readonly count: number;
  readonly lines: readonly string[];
}

export interface LintContext {
  readonly documents: DocumentParser;
  readonly regex: RegexCompiler;
  readonly map: LogSourceMap;
  readonly attack: AttackTables;
  readonly placeholders?: Placeholders;
  /** Documents references may mean besides those of the text; undefined: references are not judged. */
  readonly known?: readonly RuleDocument[];
  /** YYYY-MM-DD; without it no date is in the future. */
  readonly today?: string;
  /** Makes ids for rules that have none. */
  readonly newId?: () => string;
}

/** One document of the text, as written and as understood. */
export interface Subject {
  readonly root: MapNode;
  /** Undefined when problems keep it from running. */
  readonly rule: RuleDocument | undefined;
  readonly lines: readonly string[];
  readonly context: LintContext;
  readonly report: Report;
}

export type Check = (subject: Subject) => void;

/** Collects the remarks of one file. */
export class Report {
  readonly remarks: Remark[] = [];
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  add(code: CheckCode, line: number, message: string, more: { readonly hint?: string; readonly fix?: Fix } = {}): void {
    this.remarks.push({ file: this.#file, line: Math.max(1, line), code, level: CHECKS[code], message, ...more });
  }
}
