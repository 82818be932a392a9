import { type ContentProblem, Fault, type Instant, type Severity } from "../../../kernel/index.ts";
import type { Clock } from "../../../platform/clock/index.ts";
import type { Records } from "../../../platform/db/index.ts";
import type { ActiveDetection, RuleSuppression } from "../active.ts";
import { plainSource } from "../core/data-source.ts";
import { type ExceptionState, stateOf } from "../core/exception.ts";
import { mainOf, withPlan } from "../core/plannable.ts";
import { judgeReferences, type RuleDocument, type Standing, type Standings } from "../core/references.ts";
import type { LogSourceMap, SigmaFilter } from "../core/sigma/index.ts";
import { runsByDefault } from "../engine.ts";
import { buildException } from "../exceptions/build.ts";
import { allExceptions, type ExceptionRecord } from "../exceptions/store.ts";
import { EXPIRED_EXCEPTION_KEPT_MS } from "../limits.ts";
import { loadRules } from "../rule-import.ts";
import { allRules, choices } from "../store.ts";
import { missingIn } from "./fitness.ts";
import { allTuning, ownRules, type Tuning } from "./store.ts";

export const BUILTIN = "builtin";
export const OWN = "own";

/** A document as it is here. */
export interface LibraryRule {
  readonly rule: RuleDocument;
  /** Of the whole file it came in. */
  readonly text: string;
  /** `builtin`, `own` or an import's id. */
  readonly origin: string;
  readonly enabled: boolean;
  readonly tuning: Tuning;
}

/** An exception with the filter it is. */
export interface LibraryException {
  /** Everything it was built from: the same key is the same filter. */
  readonly key: string;
  readonly record: ExceptionRecord;
  readonly filter: SigmaFilter | undefined;
  readonly text: string;
  readonly problems: readonly ContentProblem[];
}

export interface CatalogueDeps {
  readonly records: Records;
  readonly clock: Clock;
  /** content/rules. */
  readonly rulesDir: string;
  /** content/log-sources, loaded; with the values of placeholders. */
  readonly logSources: LogSourceMap;
}

type Document = Pick<LibraryRule, "rule" | "text" | "origin">;
const UNTUNED: Tuning = { level: null, suppression: null };

/** What is here and what people decided about it, in memory. Records are the truth; this is read anew when they change. */
export class Catalogue {
  readonly #deps: CatalogueDeps;
  readonly #listeners = new Set<(active: ActiveDetection) => void>();
  #builtin: { readonly documents: readonly Document[]; readonly problems: readonly ContentProblem[] } | undefined;
  #documents: ReadonlyMap<string, Document> = new Map();
  #rules: ReadonlyMap<string, LibraryRule> = new Map();
  #standings: Standings<LibraryRule> = judgeReferences(new Map());
  #exceptions: readonly LibraryException[] = [];
  /** By key: ended exceptions pile up over the years, and none has to be parsed twice. */
  #built: ReadonlyMap<string, LibraryException> = new Map();
  readonly #missing = new WeakMap<RuleDocument, readonly ContentProblem[]>();
  #turn: Promise<unknown> = Promise.resolve();

  constructor(deps: CatalogueDeps) {
    this.#deps = deps;
  }

  /** Changes go one after the other, so that what one has checked still holds when it writes. */
  exclusive<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined);
    return done;
  }

  /** Problems of our own content are returned, the rest loads. */
  async load(): Promise<readonly ContentProblem[]> {
    const { query } = this.#deps.records;
    const documents = new Map<string, Document>();
    for (const { parsed, text, importId } of await allRules(query)) {
      const rule = withKind(JSON.parse(parsed) as RuleDocument);
      documents.set(rule.id, { rule, text, origin: importId });
    }
    for (const { parsed, text } of await ownRules(query)) {
      for (const rule of JSON.parse(parsed) as RuleDocument[]) documents.set(rule.id, { rule, text, origin: OWN });
    }
    // Ours are last: what is built in cannot be replaced by a rule that claims its id.
    this.#builtin ??= await this.#readBuiltin();
    for (const document of this.#builtin.documents) documents.set(document.rule.id, document);
    this.#documents = new Map([...documents].sort(([a], [b]) => (a < b ? -1 : 1)));
    await this.decide();
    return this.#builtin.problems;
  }

  /** Reads what people decided; the documents are as they were. */
  async decide(): Promise<void> {
    const { query } = this.#deps.records;
    const [chosen, tuned] = [await choices(query), await allTuning(query)];
    const rules = new Map<string, LibraryRule>();
    const isOn = ({ rule, origin }: Document): boolean => {
      const main = this.#documents.get(this.mainOf(rule)?.id ?? "");
      if (main !== undefined) return isOn(main);
      // A rule written here is tried over history before it is turned on.
      return chosen.get(rule.id) ?? (origin !== OWN && runsByDefault(rule));
    };
    for (const [id, document] of this.#documents)
      rules.set(id, { ...document, enabled: isOn(document), tuning: tuned.get(id) ?? UNTUNED });
    this.#rules = rules;
    this.#standings = withPlan(
      rules,
      judgeReferences(rules, (rule) => this.#missingIn(rule)),
    );
    this.#exceptions = (await allExceptions(query)).map((record) => this.#withFilter(record));
    this.#built = new Map(this.#exceptions.map((exception) => [exception.key, exception]));
    const active = this.active();
    for (const listener of this.#listeners) listener(active);
  }

  /** The values are those of the start: a document is looked at once. */
  #missingIn(rule: RuleDocument): readonly ContentProblem[] {
    const known = this.#missing.get(rule);
    if (known !== undefined) return known;
    const missing = missingIn(rule, this.#deps.logSources);
    this.#missing.set(rule, missing);
    return missing;
  }

  onChange(listener: (active: ActiveDetection) => void): void {
    this.#listeners.add(listener);
  }

  all(): readonly LibraryRule[] {
    return [...this.#rules.values()];
  }

  find(id: string): LibraryRule | undefined {
    return this.#rules.get(id);
  }

  get(id: string): LibraryRule {
    const rule = this.#rules.get(id);
    if (rule === undefined) throw new Fault("missing", "detection.rule.missing", "no such rule", { id });
    return rule;
  }

  standingOf(id: string): Standing<LibraryRule> {
    return this.#standings.of(id);
  }

  usersOf(id: string): readonly LibraryRule[] {
    return this.#standings.usersOf(id);
  }

  /** Newest first. */
  exceptions(ruleId?: string): readonly LibraryException[] {
    return ruleId === undefined ? this.#exceptions : this.#exceptions.filter(({ record }) => record.ruleId === ruleId);
  }

  exception(id: string): LibraryException {
    const found = this.#exceptions.find(({ record }) => record.id === id);
    if (found === undefined) throw new Fault("missing", "detection.exception.missing", "no such exception", { id });
    return found;
  }

  /** The correlation a rule is a part of: they are turned on, edited and deleted together. */
  mainOf(rule: RuleDocument): RuleDocument | undefined {
    return mainOf(rule, (id) => this.#documents.get(id));
  }

  stateOf(record: ExceptionRecord): ExceptionState {
    return stateOf(record, this.#deps.clock.now());
  }

  /** What runs, in a stable order. */
  active(): ActiveDetection {
    const running = this.all().filter(({ rule }) => this.#standings.of(rule.id).runs);
    const documents = running.map(({ rule }) => rule);
    const levels: Record<string, Severity> = Object.create(null);
    for (const { rule, tuning } of running) if (tuning.level !== null) levels[rule.id] = tuning.level;
    const suppressions = running.flatMap(({ rule, tuning: { suppression } }): RuleSuppression[] =>
      suppression === null || rule.kind === "filter" ? [] : [{ ruleId: rule.id, ...suppression }],
    );
    return {
      rules: documents.filter((rule) => rule.kind === "detection"),
      correlations: documents.filter((rule) => rule.kind === "correlation"),
      filters: [...documents.filter((rule) => rule.kind === "filter"), ...this.#exceptionFilters()],
      suppressions,
      levels,
    };
  }

  /** Of rules that run. With their periods: which of them counts is decided by the arrival of each record, so that a replay decides alike. */
  #exceptionFilters(): SigmaFilter[] {
    const forgetAt = this.#deps.clock.now() - EXPIRED_EXCEPTION_KEPT_MS;
    return this.#exceptions
      .flatMap(({ record, filter }) => {
        const end = endOf(record);
        const isOver = end !== null && end <= forgetAt;
        return filter === undefined || isOver || !this.#standings.of(record.ruleId).runs ? [] : [filter];
      })
      .sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  #withFilter(record: ExceptionRecord): LibraryException {
    const rule = this.#rules.get(record.ruleId)?.rule;
    const key = JSON.stringify([record, rule?.kind === "detection" ? plainSource(rule.logsource) : rule?.kind]);
    return this.#built.get(key) ?? { ...this.#build(record, rule), key };
  }

  #build(record: ExceptionRecord, rule: RuleDocument | undefined): Omit<LibraryException, "key"> {
    const at = { file: "exception", line: 0 };
    const problems: ContentProblem[] = [];
    if (rule === undefined)
      problems.push({ ...at, code: "detection.exception.rule_missing", message: "its rule is not here any more" });
    // It follows its rule to whatever log source an update of the rule looks at.
    const logsource = rule?.kind === "detection" ? plainSource(rule.logsource) : record.logsource;
    const { placeholders } = this.#deps.logSources;
    const written = buildException({ ...record, logsource }, placeholders);
    const cut =
      record.endedAt === null ? written : buildException({ ...record, logsource, until: endOf(record) }, placeholders);
    if ("problems" in written) return { record, filter: undefined, text: record.body, problems: written.problems };
    return { record, filter: "filter" in cut ? cut.filter : undefined, text: written.text, problems };
  }

  async #readBuiltin() {
    const { rulesDir, logSources } = this.#deps;
    const report = await loadRules(rulesDir, { logSourceMap: logSources });
    const documents = [...report.rules, ...report.correlations, ...report.filters].map(
      (rule): Document => ({ rule, text: report.texts.get(rule.file) ?? "", origin: BUILTIN }),
    );
    return { documents, problems: report.rejected };
  }
}

/** Rows of earlier versions state no kind: only detections were kept then. */
function withKind(rule: RuleDocument): RuleDocument {
  return rule.kind === undefined ? { ...(rule as RuleDocument & { kind: "detection" }), kind: "detection" } : rule;
}

/** From when on it hides nothing more. */
function endOf({ until, endedAt }: ExceptionRecord): Instant | null {
  if (endedAt === null) return until;
  return until === null ? endedAt : Math.min(until, endedAt);
}
