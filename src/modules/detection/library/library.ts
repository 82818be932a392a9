import { type ContentProblem, Fault, type Instant, type KhienEvent } from "../../../kernel/index.ts";
import type { Audit } from "../../../platform/audit/index.ts";
import type { LiveChannel } from "../../../platform/live/index.ts";
import type { ActiveDetection } from "../active.ts";
import { type DataSourceState, dataSourceOf, type SeenSource, worstOf } from "../core/data-source.ts";
import type { ExceptionState } from "../core/exception.ts";
import type { RuleDocument, Standing } from "../core/references.ts";
import { type Explanation, isFed, type LogSourceMap } from "../core/sigma/index.ts";
import { compileEngine } from "../engine.ts";
import type { ExceptionRecord } from "../exceptions/store.ts";
import { historyOf, type RuleDeed, versionOf } from "../history/store.ts";
import { MAX_WALKED } from "../limits.ts";
import { type ImportRecord, sourcesSince } from "../store.ts";
import { noteBuiltin } from "./builtin.ts";
import { Catalogue, type CatalogueDeps, type LibraryException, type LibraryRule } from "./catalogue.ts";
import { type ImportOutcome, RuleImports } from "./imports.ts";
import { type Asker, type Effect, Ledger, type LedgerEntry } from "./ledger.ts";
import { OwnRules } from "./own.ts";
import { type RuleChange, tuneRule } from "./tune.ts";

/** How far back an arriving log source counts as live. */
const LIVE_WINDOW_MS = 7 * 86_400_000;

interface Deps extends CatalogueDeps {
  readonly audit: Audit;
  readonly live: LiveChannel;
}

export interface SourceState {
  readonly state: DataSourceState;
  readonly events: number;
  readonly lastAt: Instant | null;
}

/** Every rule this installation knows: ours from content/, imported ones, and those written here. */
export class RuleLibrary {
  readonly #deps: Deps;
  readonly #catalogue: Catalogue;
  readonly #ledger: Ledger;
  readonly #imports: RuleImports;
  readonly #own: OwnRules;
  readonly logSources: LogSourceMap;

  constructor(deps: Deps) {
    this.#deps = deps;
    this.logSources = deps.logSources;
    this.#catalogue = new Catalogue(deps);
    this.#ledger = new Ledger(deps);
    const parts = { ...deps, catalogue: this.#catalogue, ledger: this.#ledger };
    this.#imports = new RuleImports(parts);
    this.#own = new OwnRules(parts);
  }

  /** Reads everything anew. Problems of our own content are returned, the rest loads. */
  async load(): Promise<readonly ContentProblem[]> {
    const problems = await this.#catalogue.load();
    await noteBuiltin(this.#deps, this.#catalogue.all());
    return problems;
  }

  active(): ActiveDetection {
    return this.#catalogue.active();
  }

  onChange(listener: (active: ActiveDetection) => void): void {
    this.#catalogue.onChange(listener);
  }

  all(): readonly LibraryRule[] {
    return this.#catalogue.all();
  }

  find(id: string): LibraryRule | undefined {
    return this.#catalogue.find(id);
  }

  get(id: string): LibraryRule {
    return this.#catalogue.get(id);
  }

  /** Whether it runs, what it names and why that may not do. */
  standingOf(id: string): Standing<LibraryRule> {
    return this.#catalogue.standingOf(id);
  }

  usersOf(id: string): readonly LibraryRule[] {
    return this.#catalogue.usersOf(id);
  }

  /** Correlations that look at a rule, directly or through others. */
  correlationsAbove(id: string): string[] {
    const found = new Set<string>();
    const waiting = [id];
    for (let below = waiting.pop(); below !== undefined && found.size < MAX_WALKED; below = waiting.pop()) {
      for (const { rule } of this.usersOf(below)) {
        if (rule.kind !== "correlation" || found.has(rule.id)) continue;
        found.add(rule.id);
        waiting.push(rule.id);
      }
    }
    return [...found];
  }

  async change(id: string, change: RuleChange, by: Asker): Promise<LibraryRule> {
    return this.#told(tuneRule({ catalogue: this.#catalogue, ledger: this.#ledger }, { ...change, id }, by));
  }

  // ── imports ───────────────────────────────────────────────────────────────────────────────────────────────────────

  async import(source: { path: string; name: string }, by: Asker): Promise<ImportOutcome> {
    return this.#told(this.#imports.take(source, by));
  }

  async imports(): Promise<readonly ImportRecord[]> {
    return this.#imports.list();
  }

  async importOutcome(id: string): Promise<ImportOutcome> {
    return this.#imports.outcome(id);
  }

  async removeImport(id: string, by: Asker): Promise<void> {
    return this.#told(this.#imports.remove(id, by));
  }

  // ── rules written here ────────────────────────────────────────────────────────────────────────────────────────────

  async createOwn(text: string, by: Asker): Promise<LibraryRule> {
    return this.#told(this.#own.create(text, by));
  }

  async editOwn(id: string, change: { text: string; version: string }, by: Asker): Promise<LibraryRule> {
    return this.#told(this.#own.edit(id, change, by));
  }

  async removeOwn(id: string, by: Asker): Promise<void> {
    return this.#told(this.#own.remove(id, by));
  }

  // ── exceptions; made and judged in exceptions/, kept with everything else that decides what is found ─────────────

  exceptions(ruleId?: string): readonly LibraryException[] {
    return this.#catalogue.exceptions(ruleId);
  }

  exception(id: string): LibraryException {
    return this.#catalogue.exception(id);
  }

  exceptionState(record: ExceptionRecord): ExceptionState {
    return this.#catalogue.stateOf(record);
  }

  /** One change of an exception: `check` runs when no other change can come between, then effect and history are written. */
  async writeException(by: Asker, check: () => LedgerEntry | undefined, effect: Effect): Promise<void> {
    await this.#told(
      this.#catalogue.exclusive(async () => {
        const entry = check();
        if (entry === undefined) return;
        await this.#ledger.write(by, entry, effect);
        await this.#catalogue.decide();
      }),
    );
  }

  // ── what was ──────────────────────────────────────────────────────────────────────────────────────────────────────

  async history(
    id: string,
    page: { before: number | undefined; limit: number },
  ): Promise<{ items: readonly RuleDeed[]; next: number | undefined }> {
    const rows = await historyOf(this.#deps.records.query, id, { ...page, limit: page.limit + 1 });
    // The history of a rule that is gone stays readable; an id nobody ever heard of is a mistake.
    if (rows.length === 0 && page.before === undefined) this.get(id);
    const items = rows.slice(0, page.limit);
    return { items, next: rows.length > page.limit ? items.at(-1)?.seq : undefined };
  }

  async version(id: string, version: string): Promise<{ text: string; at: Instant; by: string }> {
    const kept = await versionOf(this.#deps.records.query, id, version);
    if (kept !== undefined) return kept;
    throw new Fault("missing", "detection.version.missing", "this text of the rule is not kept", { id, version });
  }

  // ── data sources ──────────────────────────────────────────────────────────────────────────────────────────────────

  /** Log sources that sent something lately. */
  async seenSources(): Promise<SeenSource[]> {
    const { records, clock } = this.#deps;
    return sourcesSince(records.query, clock.now() - LIVE_WINDOW_MS);
  }

  /** Of a correlation: the worst of what it looks at. */
  dataSource(rule: RuleDocument, seen: readonly SeenSource[]): SourceState {
    if (rule.kind !== "correlation") return dataSourceOf(rule.logsource, { map: this.logSources, seen });
    const bases = this.#basesOf(rule).map((base) => dataSourceOf(base.logsource, { map: this.logSources, seen }));
    const isWhole = this.standingOf(rule.id).names.every(({ entry }) => entry !== undefined);
    return {
      state: isWhole ? worstOf(bases.map(({ state }) => state)) : "none",
      events: bases.reduce((sum, { events }) => sum + events, 0),
      lastAt: bases.reduce<Instant | null>((last, { lastAt }) => later(last, lastAt), null),
    };
  }

  async readiness(): Promise<{ enabled: number; withoutData: number }> {
    const { rules, correlations } = this.active();
    const isDry = (rule: RuleDocument): boolean =>
      rule.kind === "correlation" ? this.#basesOf(rule).some(isDry) : !isFed(rule.logsource, this.logSources);
    const running = [...rules, ...correlations];
    return { enabled: running.length, withoutData: running.filter(isDry).length };
  }

  /** Detection rules under a correlation, through the correlations between. */
  #basesOf(rule: RuleDocument): Exclude<RuleDocument, { kind: "correlation" }>[] {
    const found: Exclude<RuleDocument, { kind: "correlation" }>[] = [];
    const walked = new Set([rule.id]);
    const waiting = [rule];
    for (let one = waiting.pop(); one !== undefined && walked.size < MAX_WALKED; one = waiting.pop()) {
      if (one.kind !== "correlation") {
        found.push(one);
        continue;
      }
      for (const { entry } of this.standingOf(one.id).names) {
        if (entry === undefined || walked.has(entry.rule.id)) continue;
        walked.add(entry.rule.id);
        waiting.push(entry.rule);
      }
    }
    return found;
  }

  /** Why the rule matches the event, or how near it comes. Compiles the one rule: called when somebody looks. */
  explain(
    ruleId: string,
    event: Pick<KhienEvent, "logsource" | "fields" | "raw">,
  ): { text: string; explanation: Explanation } {
    const { rule, text } = this.get(ruleId);
    if (rule.kind !== "detection")
      throw new Fault("invalid", "detection.explain.kind", `a ${rule.kind} matches no single event`, { id: ruleId });
    return { text, explanation: compileEngine([rule], this.logSources).explain(rule, event) };
  }

  async #told<Result>(done: Promise<Result>): Promise<Result> {
    const result = await done;
    this.#deps.live.publish({ event: "rules", data: {} });
    return result;
  }
}

function later(a: Instant | null, b: Instant | null): Instant | null {
  if (a === null || b === null) return a ?? b;
  return Math.max(a, b);
}
