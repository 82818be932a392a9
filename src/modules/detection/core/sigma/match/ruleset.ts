/**
 * Many rules, compiled to run on a stream of events. The cost of an event hardly depends on the number of rules:
 * log source → view → literals found in the event's fields → the few rules that can match → evaluation.
 *
 * Not re-entrant: one rule set serves one thread. Rules are compiled and views built when the first event that needs
 * them arrives; which rules cannot be compiled is known before.
 */
import type { ContentProblem, Fields, FieldValue, LogSource } from "../../../../../kernel/index.ts";
import { Answers } from "./answers.ts";
import type { CompileOptions, Variant } from "./compile-rule.ts";
import type { Explanation } from "../explain.ts";
import { explainRule } from "../explain.ts";
import { EventSlots } from "./fields.ts";
import type { LazyEvent } from "./fields.ts";
import { Shares } from "./guard.ts";
import type { Layout } from "./layout.ts";
import { MAX_VIEWS } from "../limits.ts";
import { EMPTY_LOG_SOURCE_MAP, isFed, sourceOf } from "../sources/logsource.ts";
import type { LogSourceMap } from "../sources/logsource.ts";
import { fold } from "../pattern.ts";
import type { Rule, SigmaEvent } from "../rule.ts";
import { Questions } from "./question.ts";
import { RuleGroups } from "./rule-groups.ts";
import { ValueMemory } from "./value-memory.ts";
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
  /** The same for an event that is read only as far as the answer needs. */
  matchLine(event: LazyEvent): readonly Rule[];
  /** Why a rule matches an event or how near it comes; asked for only when somebody looks. */
  explain(rule: Rule, event: SigmaEvent): Explanation;
  /** Compiles at once the rules that wait for their first event. */
  compileAll(): void;
  /** As far as compiled. */
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
  private readonly map: LogSourceMap;
  private readonly options: CompileOptions;
  private readonly groups: RuleGroups;
  /** For the views. */
  readonly shares: Shares;
  readonly questions = new Questions();
  private valueMemory: ValueMemory | undefined;
  private readonly sources = new Map<string, Source>();
  /** The same by identity: parsers share one log-source object among their events, nearly always of one channel. */
  private readonly known = new WeakMap<LogSource, { channel: FieldValue | undefined; source: Source }>();
  private slots: EventSlots;
  /** The fields that `slots` knows. */
  private slotFields = 0;
  private readonly answers = new Answers(this);
  private viewCount = 0;
  private unfed: readonly Rule[] | undefined;

  constructor(given: readonly Rule[], options: CompileOptions) {
    this.options = options;
    this.map = options.logSourceMap ?? EMPTY_LOG_SOURCE_MAP;
    this.groups = new RuleGroups(given, { ...options, logSourceMap: this.map });
    this.rules = this.groups.rules;
    this.rejected = this.groups.rejected;
    this.shares = new Shares(this.groups.atoms.uses);
    this.slots = new EventSlots(this.groups.fields);
  }

  /** Many rule sets never see an event: those of drafts, filters and explanations. */
  get memory(): ValueMemory {
    return (this.valueMemory ??= new ValueMemory());
  }

  get noSource(): readonly Rule[] {
    return (this.unfed ??= this.rules.filter((rule) => !isFed(rule.logsource, this.map)));
  }

  get size(): RulesetSize {
    const { atoms, fields } = this.groups;
    return { rules: this.rules.length, atoms: atoms.size, fields: fields.names.length, views: this.viewCount };
  }

  compileAll(): void {
    this.groups.compileAll();
    this.makeRoom();
  }

  match(event: SigmaEvent): readonly Rule[] {
    const { logsource, fields } = event;
    const source = this.sourceFor(logsource, fields["Channel"]);
    const view = this.viewFor(source, source.discriminator && fields[source.discriminator.name]);
    if (view.entries.length === 0) return NO_RULES;
    view.layout = this.slots.bind(event, view.layout);
    return this.matchedOf(view, view.layout);
  }

  matchLine(event: LazyEvent): readonly Rule[] {
    const source = this.sourceFor(event.logsource, event.named("Channel"));
    const view = this.viewFor(source, source.discriminator && event.named(source.discriminator.name));
    if (view.entries.length === 0) return NO_RULES;
    view.layout = this.slots.bindLazily(event, view.layout);
    return this.matchedOf(view, view.layout);
  }

  private matchedOf(view: View, layout: Layout): readonly Rule[] {
    const candidates = view.candidates(this.slots, layout);
    if (candidates.length === 0) return NO_RULES;
    this.answers.nextEvent();
    let matched: number[] | undefined;
    for (const candidate of candidates) {
      if (!this.answers.holds(view.questionOf(candidate), this.slots)) continue;
      const { rule } = view.entries[candidate] as ViewEntry;
      if (matched === undefined) matched = [rule];
      else if (!matched.includes(rule)) matched.push(rule);
    }
    if (matched === undefined) return NO_RULES;
    return matched.sort((one, two) => one - two).map((rule) => this.rules[rule] as Rule);
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
      this,
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
    const variants = this.groups.variantsFor(logsource);
    this.makeRoom();
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

  /** Rules just compiled may ask for fields that no event was looked at for. */
  private makeRoom(): void {
    const { atoms, fields } = this.groups;
    this.answers.makeRoom(atoms.size);
    if (fields.names.length === this.slotFields) return;
    this.slotFields = fields.names.length;
    this.slots = new EventSlots(fields);
    for (const { views } of this.sources.values()) for (const view of views.values()) view.layout = undefined;
  }

  private discriminatorOf(product: string | undefined, variants: readonly Variant[]): Source["discriminator"] {
    const name = product === undefined ? undefined : this.map.discriminators.get(product);
    const field = name === undefined ? undefined : this.groups.fields.exactIdOf(name);
    if (name === undefined || field === undefined) return undefined;
    const mentioned = new Set<string>();
    for (const { expression } of variants) collectTexts(expression, field, mentioned);
    return { name, field, mentioned };
  }
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
