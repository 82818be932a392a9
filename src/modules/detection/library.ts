import { randomUUID } from "node:crypto";
import { type ContentProblem, Fault, type Instant, type KhienEvent } from "../../kernel/index.ts";
import { type Audit, actorOf } from "../../platform/audit/index.ts";
import type { Clock } from "../../platform/clock/index.ts";
import type { Records } from "../../platform/db/index.ts";
import type { Principal } from "../../platform/http/index.ts";
import type { LiveChannel } from "../../platform/live/index.ts";
import { type Explanation, isFed, type LogSourceMap, type Rule } from "./core/sigma/index.ts";
import { type DataSourceState, dataSourceOf, type SeenSource } from "./core/data-source.ts";
import { compileEngine, runsByDefault } from "./engine.ts";
import { loadRules } from "./rule-import.ts";
import {
  allRules,
  choices,
  deleteImport,
  type ImportRecord,
  importReport,
  importsNamed,
  insertImport,
  listImports,
  putChoice,
  putRule,
  sourcesSince,
} from "./store.ts";

/** How far back an arriving log source counts as live. */
const LIVE_WINDOW_MS = 7 * 86_400_000;
export const BUILTIN = "builtin";

export interface LibraryRule {
  readonly rule: Rule;
  readonly text: string;
  /** `builtin` or an import's id. */
  readonly origin: string;
  readonly enabled: boolean;
}

/** What an import did, as it is kept and shown. */
export interface ImportOutcome {
  readonly record: ImportRecord;
  readonly problems: readonly ContentProblem[];
  readonly noDataSource: readonly {
    readonly ruleId: string;
    readonly title: string;
    readonly logsource: Rule["logsource"];
  }[];
}

interface Deps {
  readonly records: Records;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly live: LiveChannel;
  /** content/rules. */
  readonly rulesDir: string;
  /** content/log-sources, loaded. */
  readonly logSources: LogSourceMap;
}

/** Every rule this installation knows: our own from content/, and what was imported. */
export class RuleLibrary {
  readonly #deps: Deps;
  readonly logSources: LogSourceMap;
  #rules = new Map<string, LibraryRule>();
  readonly #listeners = new Set<(rules: readonly Rule[]) => void>();

  constructor(deps: Deps) {
    this.#deps = deps;
    this.logSources = deps.logSources;
  }

  /** Reads everything anew. Problems of our own content are returned, the rest loads. */
  async load(): Promise<readonly ContentProblem[]> {
    const { records, rulesDir } = this.#deps;
    const chosen = await choices(records.query);
    const rules = new Map<string, LibraryRule>();
    const put = (rule: Rule, text: string, origin: string): void => {
      const enabled = chosen.get(rule.id) ?? runsByDefault(rule);
      rules.set(rule.id, { rule, text, origin, enabled });
    };
    for (const stored of await allRules(records.query))
      put(JSON.parse(stored.parsed) as Rule, stored.text, stored.importId);
    const own = await loadRules(rulesDir, { logSourceMap: this.logSources });
    for (const rule of own.rules) put(rule, own.texts.get(rule.file) ?? "", BUILTIN);
    this.#rules = rules;
    const active = this.active();
    for (const listener of this.#listeners) listener(active);
    return own.rejected;
  }

  /** Rules that run, in a stable order. */
  active(): readonly Rule[] {
    return [...this.#rules.values()].filter(({ enabled }) => enabled).map(({ rule }) => rule);
  }

  onChange(listener: (rules: readonly Rule[]) => void): void {
    this.#listeners.add(listener);
  }

  all(): readonly LibraryRule[] {
    return [...this.#rules.values()];
  }

  get(id: string): LibraryRule {
    const rule = this.#rules.get(id);
    if (rule === undefined) throw new Fault("missing", "detection.rule.missing", "no such rule", { id });
    return rule;
  }

  async setEnabled(id: string, enabled: boolean, by: { who: Principal; peer: string }): Promise<LibraryRule> {
    const { records, audit, clock, live } = this.#deps;
    const known = this.get(id);
    await records.transaction(async (tx) => {
      await putChoice(tx, { ruleId: id, enabled, at: clock.now(), by: by.who.name });
      const verb = enabled ? "detection.rule.enabled" : "detection.rule.disabled";
      await audit.record(
        {
          actor: actorOf(by.who),
          peer: by.peer,
          verb,
          object: { kind: "rule", id },
          details: { title: known.rule.title },
        },
        tx,
      );
    });
    await this.load();
    live.publish({ event: "rules", data: {} });
    return this.get(id);
  }

  /**
   * Takes a folder or archive in. Every document is told about: loaded, rejected with file:line, or recognised and
   * not yet run. An import of the same name replaces the one before.
   */
  async import(
    source: { path: string; name: string },
    by: { who: Principal; peer: string | null },
  ): Promise<ImportOutcome> {
    const { records, audit, clock, live } = this.#deps;
    const started = performance.now();
    const report = await loadRules(source.path, { logSourceMap: this.logSources });
    const rules = report.rules.filter((rule) => this.#rules.get(rule.id)?.origin !== BUILTIN);
    const record: ImportRecord = {
      id: randomUUID(),
      name: source.name,
      at: clock.now(),
      by: by.who.name,
      loaded: rules.length,
      rejected: report.counts.rejectedFiles,
      noDataSource: report.noSource.length,
      unsupported: report.skipped.filter(({ kind }) => kind !== "empty").length,
      licence: report.licence ?? null,
      tookMs: Math.round(performance.now() - started),
    };
    const skipped = report.skipped
      .filter(({ kind }) => kind !== "empty")
      .map((document) => ({
        file: document.file,
        line: document.line,
        code: `sigma.document.${document.kind}`,
        message: `${document.kind} documents are recognised but do not run yet`,
      }));
    const outcome: ImportOutcome = {
      record,
      problems: [...report.rejected, ...skipped],
      noDataSource: report.noSource,
    };
    const replaced = await importsNamed(records.query, source.name);
    await records.transaction(async (tx) => {
      for (const earlier of replaced) await deleteImport(tx, earlier);
      await insertImport(
        tx,
        record,
        JSON.stringify({ problems: outcome.problems, noDataSource: outcome.noDataSource }),
      );
      for (const rule of rules) {
        await putRule(tx, rule.id, {
          importId: record.id,
          text: report.texts.get(rule.file) ?? "",
          parsed: JSON.stringify(rule),
        });
      }
      const details = { name: source.name, loaded: record.loaded, rejected: record.rejected };
      await audit.record(
        {
          actor: actorOf(by.who),
          peer: by.peer,
          verb: "detection.rules.imported",
          object: { kind: "import", id: record.id },
          details,
        },
        tx,
      );
    });
    // An import that brought nothing and replaced nothing changes no rule: no thread has to compile anew.
    if (rules.length > 0 || replaced.length > 0) await this.load();
    live.publish({ event: "rules", data: {} });
    return outcome;
  }

  async imports(): Promise<readonly ImportRecord[]> {
    return listImports(this.#deps.records.query);
  }

  async importOutcome(id: string): Promise<ImportOutcome> {
    const found = await importReport(this.#deps.records.query, id);
    if (found === undefined) throw new Fault("missing", "detection.import.missing", "no such import", { id });
    return { record: found.record, ...(JSON.parse(found.report) as Omit<ImportOutcome, "record">) };
  }

  async removeImport(id: string, by: { who: Principal; peer: string }): Promise<void> {
    const { records, audit, live } = this.#deps;
    await records.transaction(async (tx) => {
      if (!(await deleteImport(tx, id)))
        throw new Fault("missing", "detection.import.missing", "no such import", { id });
      await audit.record(
        { actor: actorOf(by.who), peer: by.peer, verb: "detection.rules.removed", object: { kind: "import", id } },
        tx,
      );
    });
    await this.load();
    live.publish({ event: "rules", data: {} });
  }

  /** Log sources that sent something lately. */
  async seenSources(): Promise<SeenSource[]> {
    const { records, clock } = this.#deps;
    return sourcesSince(records.query, clock.now() - LIVE_WINDOW_MS);
  }

  dataSource(
    rule: Rule,
    seen: readonly SeenSource[],
  ): { state: DataSourceState; events: number; lastAt: Instant | null } {
    return dataSourceOf(rule.logsource, { map: this.logSources, seen });
  }

  async readiness(): Promise<{ enabled: number; withoutData: number }> {
    const active = this.active();
    return {
      enabled: active.length,
      withoutData: active.filter((rule) => !isFed(rule.logsource, this.logSources)).length,
    };
  }

  /** Why the rule matches the event, or how near it comes. Compiles the one rule: called when somebody looks. */
  explain(
    ruleId: string,
    event: Pick<KhienEvent, "logsource" | "fields" | "raw">,
  ): { text: string; explanation: Explanation } {
    const { rule, text } = this.get(ruleId);
    return { text, explanation: compileEngine([rule], this.logSources).explain(rule, event) };
  }
}
