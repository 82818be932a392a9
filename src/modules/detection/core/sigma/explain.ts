/**
 * Why a rule matches an event, or how near it comes: which selections hold, and for each line of the rule the field,
 * the value and the part of the value that met it. Computed for one rule and one event when somebody looks.
 */
import type { FieldValue, Fields } from "../../../../kernel/index.ts";
import type { FieldAliases } from "./sources/aliases.ts";
import { eventNamesOf, NO_ALIASES } from "./sources/aliases.ts";
import type { CompileOptions } from "./match/compile-rule.ts";
import { elementsOf, textOfScalar, wholeEventTexts } from "./match/fields.ts";
import { EMPTY_LOG_SOURCE_MAP } from "./sources/logsource.ts";
import type { Route } from "./sources/logsource.ts";
import { ModifierError } from "./parse/modifiers.ts";
import { NaiveReader, routesOfEvent } from "./naive.ts";
import { fold, foldPattern, matchPattern } from "./pattern.ts";
import type { Span } from "./pattern.ts";
import { fillPlaceholders } from "./parse/placeholders.ts";
import { isRefusal } from "./regex.ts";
import type { DetectionItem, Rule, SelectionNode, SigmaEvent, ValueTest } from "./rule.ts";

export interface Explanation {
  readonly matched: boolean;
  /** False when the event is of a log source the rule does not look at; then nothing else is told. */
  readonly routed: boolean;
  readonly conditions: readonly { readonly text: string; readonly line: number; readonly holds: boolean }[];
  readonly selections: readonly SelectionExplanation[];
}

export interface SelectionExplanation {
  readonly name: string;
  readonly line: number;
  readonly holds: boolean;
  readonly items: readonly ItemExplanation[];
}

export interface ItemExplanation {
  /** Line of the item in the rule text. */
  readonly line: number;
  readonly key: string;
  readonly holds: boolean;
  /** The rule looks at this event field; absent for keywords. */
  readonly field?: string;
  /** What the event holds there, shortened lists included; absent when the field is missing. */
  readonly value?: FieldValue;
  readonly hits: readonly Hit[];
}

/** One value of the rule that was met. */
export interface Hit {
  /** Line of the value in the rule text. */
  readonly line: number;
  /** Event field; absent when a keyword was found in the record itself. */
  readonly field?: string;
  readonly value: string;
  /** Parts of `value` that met the test; empty when the test is not about text. */
  readonly spans: readonly Span[];
}

const NOT_ROUTED: Explanation = { matched: false, routed: false, conditions: [], selections: [] };

export function explainRule(given: Rule, event: SigmaEvent, options: CompileOptions): Explanation {
  const rule = withPlaceholders(given, options);
  const routes = routesOfEvent(rule, event, options.logSourceMap ?? EMPTY_LOG_SOURCE_MAP);
  const aliases = options.logSourceMap?.aliases ?? NO_ALIASES;
  const explanations = routes.map((route) =>
    new Explainer(rule, event, { route, aliases, regex: options.regex }).explain(),
  );
  return explanations.find(({ matched }) => matched) ?? explanations[0] ?? NOT_ROUTED;
}

function withPlaceholders(rule: Rule, options: CompileOptions): Rule {
  try {
    return fillPlaceholders(rule, options.placeholders ?? options.logSourceMap?.placeholders ?? {});
  } catch (error) {
    if (error instanceof ModifierError) return rule;
    throw error;
  }
}

class Explainer {
  private readonly rule: Rule;
  private readonly event: SigmaEvent;
  private readonly reader: NaiveReader;
  private readonly route: Route;
  private readonly aliases: FieldAliases;
  private readonly regex: CompileOptions["regex"];

  constructor(
    rule: Rule,
    event: SigmaEvent,
    options: { route: Route; aliases: FieldAliases; regex: CompileOptions["regex"] },
  ) {
    this.rule = rule;
    this.event = event;
    this.route = options.route;
    this.aliases = options.aliases;
    this.regex = options.regex;
    this.reader = new NaiveReader(rule, { fields: event.fields, raw: event.raw, ...options });
  }

  explain(): Explanation {
    const { conditions, selections } = this.rule.detection;
    return {
      matched: this.reader.holds(),
      routed: true,
      conditions: conditions.map(({ text, line, expression }) => ({
        text,
        line,
        holds: this.reader.condition(expression),
      })),
      selections: selections.map(({ name, line, body }) => ({
        name,
        line,
        holds: this.reader.node(body),
        items: itemsOf(body).map((item) => this.item(item)),
      })),
    };
  }

  private item(item: DetectionItem): ItemExplanation {
    const { line, key } = item;
    const holds = this.reader.item(item);
    const hits = item.tests.flatMap((test) => this.hitsOf(test, item.field));
    if (item.field === undefined) return { line, key, holds, hits };
    const field = this.eventField(item.field);
    const value = this.reader.value(item.field);
    return { line, key, holds, field, ...(value === undefined ? {} : { value }), hits };
  }

  /** The name the event has it under; the first one looked for when it has none. */
  private eventField(field: string): string {
    const { rule, route, aliases } = this;
    return this.reader.nameOf(field) ?? (eventNamesOf(field, { rule, route, aliases })[0] as string);
  }

  private hitsOf(test: ValueTest, field: string | undefined): Hit[] {
    if (test.kind === "any") return test.tests.flatMap((inner) => this.hitsOf(inner, field));
    if (field === undefined) return this.keywordHits(test);
    const value = this.reader.value(field);
    if (value === undefined || test.kind === "null" || test.kind === "exists") return [];
    const name = this.eventField(field);
    if (test.kind === "fieldref") {
      const whole = elementsOf(value).map((element) => textOfScalar(element) ?? "");
      return this.reader.test(test, field)
        ? whole.map((text) => ({ line: test.line, field: name, value: text, spans: [] }))
        : [];
    }
    return elementsOf(value).flatMap((element) => {
      if (!this.reader.scalarHolds(test, element)) return [];
      const text = textOfScalar(element) ?? "";
      return [{ line: test.line, field: name, value: text, spans: this.spansOf(test, text) }];
    });
  }

  private keywordHits(test: ValueTest): Hit[] {
    const { fields, raw } = this.event;
    const hits: Hit[] = [];
    for (const text of wholeEventTexts(fields, raw)) {
      if (!this.reader.scalarHolds(test, text)) continue;
      const field = fieldHolding(fields, text);
      hits.push({
        line: test.line,
        ...(field === undefined ? {} : { field }),
        value: text,
        spans: this.spansOf(test, text),
      });
    }
    return hits;
  }

  private spansOf(test: ValueTest, text: string): Span[] {
    if (test.kind === "pattern") {
      return (
        (test.cased ? matchPattern(test.pattern, text) : matchPattern(foldPattern(test.pattern), fold(text))) ?? []
      );
    }
    if (test.kind === "regex") {
      const compiled = this.regex.compile(test.source, test.flags);
      const found = isRefusal(compiled) ? undefined : compiled.find(text);
      return found === undefined ? [] : [found];
    }
    return [{ start: 0, end: text.length }];
  }
}

function fieldHolding(fields: Fields, text: string): string | undefined {
  return Object.keys(fields).find((name) =>
    elementsOf(fields[name] as FieldValue).some((element) => textOfScalar(element) === text),
  );
}

function itemsOf(node: SelectionNode): DetectionItem[] {
  return node.kind === "item" ? [node.item] : node.nodes.flatMap(itemsOf);
}
