/**
 * Many rules, compiled to run on a stream of events. The cost of an event hardly depends on the number of rules:
 * log source → view → literals found in the event's fields → the few rules that can match → evaluation.
 *
 * Not re-entrant: one rule set serves one thread. Views are built when their first event arrives.
 */
import type { ContentProblem, LogSource } from "../../../../kernel/index.ts";
import { AtomTable, compileRule } from "./compile-rule.ts";
import type { CompileOptions, Variant } from "./compile-rule.ts";
import { Answers } from "./expression.ts";
import type { Explanation } from "./explain.ts";
import { explainRule } from "./explain.ts";
import { EventSlots, FieldTable } from "./fields.ts";
import { MAX_VIEWS } from "./limits.ts";
import { EMPTY_LOG_SOURCE_MAP, isFed, leadsTo, sourceOf } from "./logsource.ts";
import type { LogSourceMap, Route } from "./logsource.ts";
import { fold } from "./pattern.ts";
import type { Rule, SigmaEvent } from "./rule.ts";
import { buildView } from "./view.ts";
import type { View } from "./view.ts";

export interface Ruleset {
  /** The rules that run, in the order given. */
  readonly rules: readonly Rule[];
  /** Rules that could not be compiled, with the reason. */
  readonly rejected: readonly ContentProblem[];
  /** Rules that run but that no known data source feeds. */
  readonly noSource: readonly Rule[];
  /** Rules whose condition the event fulfils, in rule order. */
  match(event: SigmaEvent): readonly Rule[];
  /** Why a rule matches an event or how near it comes; asked for only when somebody looks. */
  explain(rule: Rule, event: SigmaEvent): Explanation;
  readonly size: RulesetSize;
}

export interface RulesetSize {
  readonly rules: number;
  readonly atoms: number;
  readonly fields: number;
  readonly views: number;
}

const NO_RULES: readonly Rule[] = Object.freeze([]);

export function compileRules(rules: readonly Rule[], options: CompileOptions): Ruleset {
  return new CompiledRuleset(rules, options);
}

/** Variants that see the same events. */
interface RouteGroup {
  readonly route: Route;
  readonly variants: Variant[];
}

/** Everything for one log source: its rules, and a view per discriminator value. */
interface Source {
  readonly variants: readonly Variant[];
  readonly discriminator:
    | { readonly name: string; readonly field: number; readonly mentioned: ReadonlySet<string> }
    | undefined;
  readonly views: Map<string, View>;
}

class CompiledRuleset implements Ruleset {
  readonly rules: readonly Rule[];
  readonly rejected: readonly ContentProblem[];
  readonly noSource: readonly Rule[];
  private readonly map: LogSourceMap;
  private readonly options: CompileOptions;
  private readonly fields = new FieldTable();
  /** How many rules ask for a text; see guard.ts. */
  private readonly uses: ReadonlyMap<string, number>;
  private readonly atomCount: number;
  private readonly groups: readonly RouteGroup[];
  private readonly sources = new Map<string, Source>();
  /** The same by identity: parsers share one log-source object among their events. */
  private readonly known = new WeakMap<LogSource, Source>();
  private readonly slots: EventSlots;
  private readonly answers: Answers;
  private viewCount = 0;

  constructor(given: readonly Rule[], options: CompileOptions) {
    this.options = options;
    this.map = options.logSourceMap ?? EMPTY_LOG_SOURCE_MAP;
    const atoms = new AtomTable(this.fields, options.regex);
    const rules: Rule[] = [];
    const rejected: ContentProblem[] = [];
    const groups = new Map<string, RouteGroup>();
    const compilation = {
      fields: this.fields,
      atoms,
      map: this.map,
      placeholders: options.placeholders ?? {},
      routes: new Map<string, readonly Route[]>(),
    };
    for (const rule of given) {
      const variants = compileRule(rule, rules.length, compilation);
      if (!Array.isArray(variants)) {
        rejected.push(variants as ContentProblem);
        continue;
      }
      rules.push(rule);
      for (const variant of variants as Variant[]) addToGroup(groups, variant);
    }
    this.rules = rules;
    this.rejected = rejected;
    this.groups = [...groups.values()];
    this.noSource = rules.filter((rule) => !isFed(rule.logsource, this.map));
    this.uses = atoms.uses;
    this.atomCount = atoms.size;
    this.slots = new EventSlots(this.fields);
    this.answers = new Answers(atoms.size);
  }

  get size(): RulesetSize {
    return {
      rules: this.rules.length,
      atoms: this.atomCount,
      fields: this.fields.names.length,
      views: this.viewCount,
    };
  }

  match(event: SigmaEvent): readonly Rule[] {
    const view = this.viewOf(event);
    if (view.entries.length === 0) return NO_RULES;
    this.slots.bind(event.fields, event.raw);
    const candidates = view.candidates(this.slots);
    if (candidates.length === 0) return NO_RULES;
    this.answers.nextEvent();
    const matched: number[] = [];
    for (const candidate of candidates) {
      const { rule, expression } = view.entries[candidate] as View["entries"][number];
      if (this.answers.holds(expression, this.slots) && !matched.includes(rule)) matched.push(rule);
    }
    if (matched.length === 0) return NO_RULES;
    return matched.sort((one, two) => one - two).map((rule) => this.rules[rule] as Rule);
  }

  explain(rule: Rule, event: SigmaEvent): Explanation {
    return explainRule(rule, event, { ...this.options, logSourceMap: this.map });
  }

  private viewOf(event: SigmaEvent): View {
    const source = this.sourceFor(event);
    const { discriminator, views } = source;
    const value = discriminator === undefined ? undefined : event.fields[discriminator.name];
    const scalar = typeof value === "string" || typeof value === "number";
    const text = scalar ? fold(String(value)) : undefined;
    const key = text === undefined ? "?" : discriminator?.mentioned.has(text) === true ? `=${text}` : "other";
    const known = views.get(key);
    if (known !== undefined) return known;
    // An unmentioned value equals no rule's text, so any one of them stands for all.
    const view = buildView(
      source.variants,
      text === undefined || discriminator === undefined ? undefined : { field: discriminator.field, text },
      this.uses,
    );
    views.set(key, view);
    this.viewCount++;
    return view;
  }

  private sourceFor(event: SigmaEvent): Source {
    const logsource = sourceOf(event.logsource, event.fields, this.map);
    const seen = this.known.get(logsource);
    if (seen !== undefined) return seen;
    const source = this.sourceNamed(logsource);
    this.known.set(logsource, source);
    return source;
  }

  private sourceNamed(logsource: LogSource): Source {
    const { product, category, service } = logsource;
    const key = `${product ?? ""}\n${category ?? ""}\n${service ?? ""}`;
    const known = this.sources.get(key);
    if (known !== undefined) return known;
    const variants = this.groups.filter((group) => leadsTo(group.route, logsource)).flatMap((group) => group.variants);
    const source: Source = { variants, discriminator: this.discriminatorOf(product, variants), views: new Map() };
    // Names of log sources come from outside: forget rather than grow without end.
    if (this.sources.size >= MAX_VIEWS) this.sources.clear();
    this.sources.set(key, source);
    return source;
  }

  private discriminatorOf(product: string | undefined, variants: readonly Variant[]): Source["discriminator"] {
    const name = product === undefined ? undefined : this.map.discriminators.get(product);
    const field = name === undefined ? undefined : this.fields.exactIdOf(name);
    if (name === undefined || field === undefined) return undefined;
    const mentioned = new Set<string>();
    for (const { expression } of variants) collectTexts(expression, field, mentioned);
    return { name, field, mentioned };
  }
}

function addToGroup(groups: Map<string, RouteGroup>, variant: Variant): void {
  const { event, withoutService = false } = variant.route;
  const key = `${event.product ?? ""}\n${event.category ?? ""}\n${event.service ?? ""}\n${withoutService}`;
  const group = groups.get(key);
  if (group === undefined) groups.set(key, { route: variant.route, variants: [variant] });
  else group.variants.push(variant);
}

function collectTexts(expression: Variant["expression"], field: number, texts: Set<string>): void {
  switch (expression.op) {
    case "atom":
      if (expression.atom.field === field && expression.atom.equals !== undefined) texts.add(expression.atom.equals);
      return;
    case "not":
      collectTexts(expression.part, field, texts);
      return;
    case "and":
    case "or":
      for (const part of expression.parts) collectTexts(part, field, texts);
      return;
    case "constant":
      return;
  }
}
