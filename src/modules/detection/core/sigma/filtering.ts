/**
 * Rules together with the filters that narrow them. A filter is asked after its rule has matched: its selections are
 * compiled as a rule of their own, with the log source of the rule it serves, so that routes, renamed fields and all
 * modifiers work as in the rule, an event without a match costs nothing more, and what a filter hides can be shown.
 */
import type { ContentProblem, LogSource } from "../../../../kernel/index.ts";
import type { CompileOptions } from "./match/compile-rule.ts";
import type { Explanation } from "./explain.ts";
import type { LazyEvent } from "./match/fields.ts";
import type { SigmaFilter } from "./filter.ts";
import type { Rule, SigmaEvent } from "./rule.ts";
import type { Ruleset, RulesetSize } from "./match/ruleset.ts";
import { compileRules } from "./match/ruleset.ts";
import { instantOf } from "./match/time.ts";

export interface DetectionOptions extends CompileOptions {
  readonly rules: readonly Rule[];
  readonly filters: readonly SigmaFilter[];
}

export interface HiddenMatch {
  readonly rule: Rule;
  readonly filter: SigmaFilter;
}

export interface Matched {
  /** In rule order. */
  readonly rules: readonly Rule[];
  /** Matches that filters took away; a rule hidden by two filters stands here twice. */
  readonly hidden: readonly HiddenMatch[];
}

export interface Detector {
  readonly rules: readonly Rule[];
  /** Rules and filters that could not be compiled, and filters that do not fit a rule they name. */
  readonly rejected: readonly ContentProblem[];
  readonly noSource: readonly Rule[];
  /** `at` is when the event arrived, ms: filters with a period count only inside it, and never when it is unknown. */
  match(event: SigmaEvent, at?: number): Matched;
  /** What the rules alone find in an event that is only read: nothing settles it without a full look at it. */
  matchLine(event: LazyEvent): readonly Rule[];
  /** What filters leave of the matches of an event; `match` is both. */
  narrow(matched: readonly Rule[], event: SigmaEvent, at?: number): Matched;
  /** Of the rule alone, filters left out. */
  explain(rule: Rule, event: SigmaEvent): Explanation;
  readonly size: RulesetSize;
}

/** A filter somebody answers for: a tuning decision with an owner, a reason and usually an end. */
export interface Exception {
  readonly owner: string;
  readonly reason: string;
  /** ms; counts while `from <= at < until`. */
  readonly from?: number;
  readonly until?: number;
}

export function compileDetection(options: DetectionOptions): Detector {
  return new FilteredRuleset(options);
}

/** The block `x-khien: {owner, reason, from, until}` of a filter; undefined when it has none. */
export function exceptionOf(filter: SigmaFilter): Exception | undefined {
  const own = filter.extras["x-khien"] as Readonly<Record<string, unknown>> | null | undefined;
  if (typeof own !== "object" || own === null) return undefined;
  const text = (key: string): string => (typeof own[key] === "string" ? own[key] : "");
  const from = instantOf(text("from"));
  const until = instantOf(text("until"));
  return {
    owner: text("owner"),
    reason: text("reason"),
    ...(from === undefined ? {} : { from }),
    ...(until === undefined ? {} : { until }),
  };
}

/** The selections of a filter as a rule, so that they can be checked and compiled like one. */
export function filterAsRule(filter: SigmaFilter): Rule {
  const { rules: _, ...rest } = filter;
  return { ...rest, kind: "detection" };
}

/** What keeps a filter from serving the rules it names; `any` takes the rules that fit and has no complaint. */
export function filterProblems(filter: SigmaFilter, rules: readonly Rule[]): ContentProblem[] {
  if (filter.rules === "any") return [];
  const { file } = filter;
  return filter.rules.flatMap(({ text, line }): ContentProblem[] => {
    const named = rules.filter((rule) => isNamed(rule, text));
    if (named.length === 0) {
      const hint = "a filter names detection rules by id or name; for a correlation, name the rules under it";
      return [{ file, line, code: "sigma.filter.unknown-rule", message: `there is no rule "${text}"`, hint }];
    }
    if (named.some((rule) => agrees(filter.logsource, rule.logsource))) return [];
    const message = `the rule "${text}" looks at another log source than the filter`;
    return [{ file, line, code: "sigma.filter.logsource", message, hint: "give the filter the rule's log source" }];
  });
}

/** Where the filter says product, category or service, the rule must say the same (specification 2.1, "Log source"). */
function agrees(filter: LogSource, rule: LogSource): boolean {
  return (["product", "category", "service"] as const).every(
    (part) => filter[part] === undefined || filter[part] === rule[part],
  );
}

function isNamed(rule: Rule, reference: string): boolean {
  return rule.id === reference || rule.name === reference;
}

/** A filter as it stands beside one rule: `probe` is the id of its compiled form for the rule's log source. */
interface Attached {
  readonly filter: SigmaFilter;
  readonly probe: string;
  readonly period: Exception | undefined;
}

const NOTHING: Matched = Object.freeze({ rules: Object.freeze([]), hidden: Object.freeze([]) });
const NONE_HIDDEN: readonly HiddenMatch[] = NOTHING.hidden;

class FilteredRuleset implements Detector {
  readonly rejected: readonly ContentProblem[];
  private readonly ruleset: Ruleset;
  private readonly probes: Ruleset;
  private readonly attached = new Map<string, Attached[]>();

  constructor({ rules, filters, ...options }: DetectionOptions) {
    this.ruleset = compileRules(rules, options);
    // Once as they stand, so that a filter that cannot run is told about once and not for each log source.
    const alone = compileRules(
      filters.map((filter, index) => ({ ...filterAsRule(filter), id: String(index) })),
      options,
    );
    const usable = alone.rules.map(({ id }) => filters[Number(id)] as SigmaFilter);
    this.probes = compileRules(this.attach(usable), options);
    this.rejected = [
      ...this.ruleset.rejected,
      ...alone.rejected,
      ...filters.flatMap((filter) => filterProblems(filter, this.ruleset.rules)),
    ];
  }

  get rules(): readonly Rule[] {
    return this.ruleset.rules;
  }

  get noSource(): readonly Rule[] {
    return this.ruleset.noSource;
  }

  get size(): RulesetSize {
    return this.ruleset.size;
  }

  match(event: SigmaEvent, at?: number): Matched {
    return this.narrow(this.ruleset.match(event), event, at);
  }

  narrow(matched: readonly Rule[], event: SigmaEvent, at?: number): Matched {
    if (matched.length === 0) return NOTHING;
    if (!matched.some(({ id }) => this.attached.has(id))) return { rules: matched, hidden: NONE_HIDDEN };
    const holding = new Set(this.probes.match(event).map(({ id }) => id));
    const hidden: HiddenMatch[] = [];
    const rules = matched.filter((rule) => {
      const failing = (this.attached.get(rule.id) ?? []).filter(
        ({ period, probe }) => isInside(period, at) && !holding.has(probe),
      );
      for (const { filter } of failing) hidden.push({ rule, filter });
      return failing.length === 0;
    });
    return { rules, hidden };
  }

  matchLine(event: LazyEvent): readonly Rule[] {
    return this.ruleset.matchLine(event);
  }

  explain(rule: Rule, event: SigmaEvent): Explanation {
    return this.ruleset.explain(rule, event);
  }

  /** Fills `attached` and returns the probes: one for each filter and log source it is needed for. */
  private attach(filters: readonly SigmaFilter[]): Rule[] {
    const byName = namesOf(this.ruleset.rules);
    const probes = new Map<string, Rule>();
    for (const [index, filter] of filters.entries()) {
      const period = exceptionOf(filter);
      const named =
        filter.rules === "any" ? this.ruleset.rules : filter.rules.flatMap(({ text }) => byName.get(text) ?? []);
      for (const rule of new Set(named)) {
        if (!agrees(filter.logsource, rule.logsource)) continue;
        const { product, category, service } = rule.logsource;
        const probe = JSON.stringify([index, product, category, service]);
        probes.set(probe, { ...filterAsRule(filter), id: probe, logsource: rule.logsource });
        const known = this.attached.get(rule.id);
        if (known === undefined) this.attached.set(rule.id, [{ filter, probe, period }]);
        else known.push({ filter, probe, period });
      }
    }
    return [...probes.values()];
  }
}

function namesOf(rules: readonly Rule[]): ReadonlyMap<string, readonly Rule[]> {
  const names = new Map<string, Rule[]>();
  for (const rule of rules) {
    for (const name of new Set([rule.id, ...(rule.name === undefined ? [] : [rule.name])])) {
      const known = names.get(name);
      if (known === undefined) names.set(name, [rule]);
      else known.push(rule);
    }
  }
  return names;
}

function isInside(period: Exception | undefined, at: number | undefined): boolean {
  if (period?.from === undefined && period?.until === undefined) return true;
  if (at === undefined) return false;
  return (period.from ?? Number.NEGATIVE_INFINITY) <= at && at < (period.until ?? Number.POSITIVE_INFINITY);
}
