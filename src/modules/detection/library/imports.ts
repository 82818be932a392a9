import { randomUUID } from "node:crypto";
import { type ContentProblem, Fault } from "../../../kernel/index.ts";
import type { Clock } from "../../../platform/clock/index.ts";
import type { Records, Tx } from "../../../platform/db/index.ts";
import type { RuleDocument } from "../core/references.ts";
import type { LogSourceMap, RuleLogSource } from "../core/sigma/index.ts";
import { keepVersions, type RuleDeed } from "../history/store.ts";
import { type ImportReport, loadRules } from "../rule-import.ts";
import {
  deleteImport,
  type ImportRecord,
  importReport,
  importsNamed,
  insertImport,
  listImports,
  putRules,
  rulesOfImports,
} from "../store.ts";
import { BUILTIN, type Catalogue, OWN } from "./catalogue.ts";
import type { Asker, Ledger } from "./ledger.ts";

/** What an import did, as it is kept and shown. */
export interface ImportOutcome {
  readonly record: ImportRecord;
  readonly problems: readonly ContentProblem[];
  readonly noDataSource: readonly {
    readonly ruleId: string;
    readonly title: string;
    readonly logsource: RuleLogSource;
  }[];
}

interface Deps {
  readonly records: Records;
  readonly clock: Clock;
  readonly ledger: Ledger;
  readonly catalogue: Catalogue;
  readonly logSources: LogSourceMap;
}

type Deed = Omit<RuleDeed, "at" | "by">;

/** What waits for values is taken in, and says what it waits for as long as it does. */
function withoutWaiting({ rejected, waiting }: ImportReport): readonly ContentProblem[] {
  const waited = new Set(waiting.flatMap(({ problems }) => problems));
  return rejected.filter((problem) => !waited.has(problem));
}

/** Folders and archives of rules taken in from outside. */
export class RuleImports {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** Every document is told about: loaded or rejected with file:line. An import of the same name replaces the one before. */
  async take(source: { path: string; name: string }, by: Asker): Promise<ImportOutcome> {
    const { catalogue, logSources, clock } = this.#deps;
    const started = performance.now();
    const report = await loadRules(source.path, { logSourceMap: logSources });
    return catalogue.exclusive(async () => {
      const { documents, kept } = this.#sort(report);
      const rejected = withoutWaiting(report);
      const record: ImportRecord = {
        id: randomUUID(),
        name: source.name,
        at: clock.now(),
        by: by.who.name,
        loaded: documents.length,
        correlations: documents.filter(({ kind }) => kind === "correlation").length,
        filters: documents.filter(({ kind }) => kind === "filter").length,
        rejected: new Set(rejected.map(({ file }) => file)).size,
        noDataSource: report.noSource.length,
        unsupported: 0,
        licence: report.licence ?? null,
        tookMs: Math.round(performance.now() - started),
      };
      const replaced = await importsNamed(this.#deps.records.query, source.name);
      const stored = { problems: [...rejected, ...kept], noDataSource: report.noSource };
      await this.#write({ record, documents, texts: report.texts, replaced, report: JSON.stringify(stored) }, by);
      // An import that brought nothing and replaced nothing changes no rule: no thread has to compile anew.
      if (documents.length > 0 || replaced.length > 0) await catalogue.load();
      return { record, ...stored, problems: [...stored.problems, ...this.#misgivings(record.id)] };
    });
  }

  list(): Promise<readonly ImportRecord[]> {
    return listImports(this.#deps.records.query);
  }

  async outcome(id: string): Promise<ImportOutcome> {
    const found = await importReport(this.#deps.records.query, id);
    if (found === undefined) throw new Fault("missing", "detection.import.missing", "no such import", { id });
    const stored = JSON.parse(found.report) as Omit<ImportOutcome, "record">;
    return { record: found.record, ...stored, problems: [...stored.problems, ...this.#misgivings(id)] };
  }

  async remove(id: string, by: Asker): Promise<void> {
    const { catalogue, ledger, records } = this.#deps;
    await catalogue.exclusive(async () => {
      const { record } = await this.outcome(id);
      const gone = await rulesOfImports(records.query, [id]);
      const details = { import: record.name };
      const history = gone.map(({ ruleId, version }): Deed => ({ ruleId, action: "deleted", details, version }));
      const entry = { verb: "detection.rules.removed", object: { kind: "import", id }, details: { name: record.name } };
      await ledger.write(by, { ...entry, history }, async (tx) => {
        await deleteImport(tx, id);
      });
      await catalogue.load();
    });
  }

  /** What of the report can be put in: an id that is built in or somebody's own here stays what it is. */
  #sort(report: ImportReport): { documents: RuleDocument[]; kept: ContentProblem[] } {
    const kept: ContentProblem[] = [];
    const all: RuleDocument[] = [
      ...report.rules,
      ...report.correlations,
      ...report.filters,
      ...report.waiting.map(({ document }) => document),
    ];
    const documents = all.filter(({ id, file, line }) => {
      const origin = this.#deps.catalogue.find(id)?.origin;
      if (origin !== BUILTIN && origin !== OWN) return true;
      const message = `the id ${id} is that of ${origin === BUILTIN ? "a built-in rule" : "a rule written here"}, which stays`;
      kept.push({ file, line, code: `detection.import.${origin}_stays`, message });
      return false;
    });
    return { documents, kept };
  }

  async #write(
    what: {
      readonly record: ImportRecord;
      readonly documents: readonly RuleDocument[];
      readonly texts: ReadonlyMap<string, string>;
      readonly replaced: readonly string[];
      readonly report: string;
    },
    by: Asker,
  ): Promise<void> {
    const { ledger, records } = this.#deps;
    const { record, documents, replaced } = what;
    const before = await rulesOfImports(records.query, replaced);
    const details = { name: record.name, loaded: record.loaded, rejected: record.rejected };
    const entry = { verb: "detection.rules.imported", object: { kind: "import", id: record.id }, details };
    const { history, changed } = this.#compare({ record, documents, before });
    await ledger.write(by, { ...entry, history }, async (tx) => {
      for (const earlier of replaced) await deleteImport(tx, earlier);
      await insertImport(tx, record, what.report);
      await putRules(
        tx,
        documents.map((rule) => ({
          ruleId: rule.id,
          importId: record.id,
          text: what.texts.get(rule.file) ?? "",
          parsed: JSON.stringify(rule),
        })),
      );
      await this.#keep(tx, { changed, texts: what.texts, record });
    });
  }

  #compare(what: {
    readonly record: ImportRecord;
    readonly documents: readonly RuleDocument[];
    readonly before: readonly { readonly ruleId: string; readonly version: string | null }[];
  }): { history: Deed[]; changed: RuleDocument[] } {
    const { catalogue } = this.#deps;
    const details = { import: what.record.name };
    const changed = what.documents.filter(({ id, version }) => catalogue.find(id)?.rule.version !== version);
    const staying = new Set(what.documents.map(({ id }) => id));
    const gone = what.before.filter(({ ruleId }) => !staying.has(ruleId));
    const history = [
      ...changed.map(({ id, version }): Deed => {
        const action = catalogue.find(id) === undefined ? "imported" : "updated";
        return { ruleId: id, action, details, version };
      }),
      ...gone.map(({ ruleId, version }): Deed => ({ ruleId, action: "deleted", details, version })),
    ];
    return { history, changed };
  }

  async #keep(
    tx: Tx,
    what: {
      readonly changed: readonly RuleDocument[];
      readonly texts: ReadonlyMap<string, string>;
      readonly record: ImportRecord;
    },
  ): Promise<void> {
    const { at, by } = what.record;
    await keepVersions(
      tx,
      what.changed.map((rule) => ({
        ruleId: rule.id,
        version: rule.version,
        text: what.texts.get(rule.file) ?? "",
        at,
        by,
      })),
    );
  }

  /** References that lead nowhere and placeholders without values today; both may be mended, so they are never kept. */
  #misgivings(importId: string): ContentProblem[] {
    const { catalogue } = this.#deps;
    return catalogue
      .all()
      .filter(({ origin }) => origin === importId)
      .flatMap(({ rule }) => catalogue.standingOf(rule.id).problems);
  }
}
