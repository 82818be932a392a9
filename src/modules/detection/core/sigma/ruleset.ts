/**
 * Many rules, compiled to run on a stream of events. The cost of an event hardly depends on the number of rules:
 * log source → view → literals found in the event's fields → the few rules that can match → evaluation.
 *
 * Not re-entrant: one rule set serves one thread. Views are built when their first event arrives.
 */
import type { ContentProblem, Fields, FieldValue, LogSource } from "../../../../kernel/index.ts";
import { AtomTable, compileRule } from "./compile-rule.ts";
import type { CompileOptions, Variant } from "./compile-rule.ts";
import { Answers } from "./expression.ts";
import type { Explanation } from "./explain.ts";
import { explainRule } from "./explain.ts";
import { FieldTable } from "./field-table.ts";
import { EventSlots } from "./fields.ts";
import type { LazyEvent } from "./fields.ts";
import { Shares } from "./guard.ts";
import type { Layout } from "./layout.ts";
import { MAX_VIEWS } from "./limits.ts";
import { EMPTY_LOG_SOURCE_MAP, isFed, leadsTo, sourceOf } from "./logsource.ts";
import type { LogSourceMap, Route } from "./logsource.ts";
import { fold } from "./pattern.ts";
import type { Rule, SigmaEvent } from "./rule.ts";
import { buildView } from "./view.ts";
import type { View, ViewEntry } from "./view.ts";

export interface Ruleset {
  /** The rules that run, in the order given. */
  readonly rules: readonly Rule[];
  /** Rules that could not be compiled, with the reason. */
  readonly rejected: readonly ContentProblem[];
  /** Rules that run but that no known data source feeds. */
  readonly noSource: readonly Rule[];
  /** Rules whose condition the event fulfils, in rule order. */
  match(event: SigmaEvent): readonly Rule[];
  /** Whether any rule matches an event, which is read only as far as the answer needs. */
  matchesAny(event: LazyEvent): boolean;
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
  /** The same by the value as it came. */
  readonly viewsByValue: Map<FieldValue | undefined, View>;
}

class CompiledRuleset implements Ruleset {
  readonly rules: readonly Rule[];
  readonly rejected: readonly ContentProblem[];
  readonly noSource: readonly Rule[];
  private readonly map: LogSourceMap;
  private readonly options: CompileOptions;
  private readonly fields = new FieldTable();
  private readonly shares: Shares;
  private readonly atomCount: number;
  private readonly groups: readonly RouteGroup[];
  private readonly sources = new Map<string, Source>();
  /** The same by identity: parsers share one log-source object among their events, nearly always of one channel. */
  private readonly known = new WeakMap<LogSource, { channel: FieldValue | undefined; source: Source }>();
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
      placeholders: options.placeholders ?? this.map.placeholders ?? {},
      routes: new Map<string, readonly Route[]>(),
      resolved: new Map<string, Map<string, number>>(),
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
    this.shares = new Shares(atoms.uses);
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
    const { logsource, fields, raw } = event;
    const source = this.sourceFor(logsource, fields["Channel"]);
    const view = this.viewFor(source, source.discriminator && fields[source.discriminator.name]);
    if (view.entries.length === 0) return NO_RULES;
    view.layout = this.slots.bind(fields, raw, view.layout);
    const matched: number[] = [];
    for (const candidate of this.candidatesOf(view, view.layout)) {
      const { rule, expression } = view.entries[candidate] as ViewEntry;
      if (this.answers.holds(expression, this.slots) && !matched.includes(rule)) matched.push(rule);
    }
    if (matched.length === 0) return NO_RULES;
    return matched.sort((one, two) => one - two).map((rule) => this.rules[rule] as Rule);
  }

  matchesAny(event: LazyEvent): boolean {
    const source = this.sourceFor(event.logsource, event.named("Channel"));
    const view = this.viewFor(source, source.discriminator && event.named(source.discriminator.name));
    if (view.entries.length === 0) return false;
    const candidates = this.candidatesOf(view, this.slots.bindLazily(event));
    return candidates.some((candidate) =>
      this.answers.holds((view.entries[candidate] as ViewEntry).expression, this.slots),
    );
  }

  private candidatesOf(view: View, layout: Layout): readonly number[] {
    const candidates = view.candidates(this.slots, layout);
    if (candidates.length > 0) this.answers.nextEvent();
    return candidates;
  }

  explain(rule: Rule, event: SigmaEvent): Explanation {
    return explainRule(rule, event, { ...this.options, logSourceMap: this.map });
  }

  private viewFor(source: Source, value: FieldValue | undefined): View {
    const { viewsByValue } = source;
    const known = viewsByValue.get(value);
    if (known !== undefined) return known;
    const view = this.viewNamed(source, value);
    // Values come from outside: forget rather than grow without end. A list equals no other list.
    if (viewsByValue.size >= MAX_VIEWS) viewsByValue.clear();
    if (typeof value !== "object") viewsByValue.set(value, view);
    return view;
  }

  private viewNamed(source: Source, value: FieldValue | undefined): View {
    const { discriminator, views } = source;
    const scalar = typeof value === "string" || typeof value === "number";
    const text = scalar ? fold(String(value)) : undefined;
    const key = text === undefined ? "?" : discriminator?.mentioned.has(text) === true ? `=${text}` : "other";
    const known = views.get(key);
    if (known !== undefined) return known;
    // An unmentioned value equals no rule's text, so any one of them stands for all.
    const view = buildView(
      source.variants,
      text === undefined || discriminator === undefined ? undefined : { field: discriminator.field, text },
      this.shares,
    );
    views.set(key, view);
    this.viewCount++;
    return view;
  }

  private sourceFor(logsource: LogSource, channel: FieldValue | undefined): Source {
    const seen = this.known.get(logsource);
    if (seen !== undefined && seen.channel === channel) return seen.source;
    const fields: Fields = channel === undefined ? {} : { Channel: channel };
    const source = this.sourceNamed(sourceOf(logsource, fields, this.map));
    this.known.set(logsource, { channel, source });
    return source;
  }

  private sourceNamed(logsource: LogSource): Source {
    const { product, category, service } = logsource;
    const key = `${product ?? ""}\n${category ?? ""}\n${service ?? ""}`;
    const known = this.sources.get(key);
    if (known !== undefined) return known;
    const variants = this.groups.filter((group) => leadsTo(group.route, logsource)).flatMap((group) => group.variants);
    const source: Source = {
      variants,
      discriminator: this.discriminatorOf(product, variants),
      views: new Map(),
      viewsByValue: new Map(),
    };
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
