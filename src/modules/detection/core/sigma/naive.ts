/**
 * The rule language in its plainest form: no index, no interning, no memory between events, every rule on its own.
 * Too slow for a stream; used to explain single matches, and as the oracle the engine is compared with in tests.
 * Only the leaf notions (folding, networks, time parts, the regex engine) are shared with the engine.
 */
import type { FieldScalar, FieldValue, Fields } from "../../../../kernel/index.ts";
import type { FieldAliases } from "./sources/aliases.ts";
import { eventNamesOf, NO_ALIASES } from "./sources/aliases.ts";
import { compareNumbers, comparesTo, relationOf } from "./match/atom.ts";
import type { Condition } from "./parse/condition.ts";
import { looseName } from "./sources/field-table.ts";
import { elementsOf, textOfScalar, wholeEventTexts } from "./match/fields.ts";
import { inNetwork, parseNetwork } from "./match/ip.ts";
import type { LogSourceMap, Route } from "./sources/logsource.ts";
import { leadsTo, routesFor, sourceOf } from "./sources/logsource.ts";
import { ANY, DASH, DASHES, fold } from "./pattern.ts";
import type { Pattern } from "./pattern.ts";
import type { RegexCompiler } from "./regex.ts";
import { isRefusal } from "./regex.ts";
import type { DetectionItem, Rule, SelectionNode, SigmaEvent, ValueTest } from "./rule.ts";
import { timePart } from "./match/time.ts";

export interface NaiveOptions {
  readonly regex: RegexCompiler;
  readonly logSourceMap: LogSourceMap;
}

/** Rules must have their placeholders filled. */
export function matchesNaively(rule: Rule, event: SigmaEvent, options: NaiveOptions): boolean {
  return routesOfEvent(rule, event, options.logSourceMap).some((route) => {
    const aliases = options.logSourceMap.aliases ?? NO_ALIASES;
    const reader = new NaiveReader(rule, { ...event, route, aliases, regex: options.regex });
    return reader.holds();
  });
}

/** The routes by which this rule sees this event. */
export function routesOfEvent(rule: Rule, event: SigmaEvent, map: LogSourceMap): Route[] {
  const source = sourceOf(event.logsource, event.fields, map);
  return routesFor(rule.logsource, map).filter(
    (route) =>
      leadsTo(route, source) && route.when.every(({ field, values }) => isOneOf(lookUp(event.fields, field), values)),
  );
}

function isOneOf(found: FieldValue | undefined, values: readonly string[]): boolean {
  return (
    found !== undefined &&
    elementsOf(found).some((element) => values.some((value) => fold(textOfScalar(element) ?? "\0") === fold(value)))
  );
}

export function lookUp(fields: Fields, name: string): FieldValue | undefined {
  const key = nameIn(fields, name);
  return key === undefined ? undefined : fields[key];
}

/** Exact name first, then the name without blanks and case. */
function nameIn(fields: Fields, name: string): string | undefined {
  if (Object.hasOwn(fields, name)) return name;
  const loose = looseName(name);
  return Object.keys(fields).find((candidate) => looseName(candidate) === loose);
}

export interface NaiveEvent {
  readonly fields: Fields;
  readonly raw: string;
  readonly route: Route;
  readonly aliases: FieldAliases;
  readonly regex: RegexCompiler;
}

export class NaiveReader {
  private readonly rule: Rule;
  private readonly event: NaiveEvent;

  constructor(rule: Rule, event: NaiveEvent) {
    this.rule = rule;
    this.event = event;
  }

  holds(): boolean {
    return this.rule.detection.conditions.some(({ expression }) => this.condition(expression));
  }

  condition(condition: Condition): boolean {
    switch (condition.kind) {
      case "and":
        return condition.parts.every((part) => this.condition(part));
      case "or":
        return condition.parts.some((part) => this.condition(part));
      case "not":
        return !this.condition(condition.part);
      case "selection":
        return this.selection(condition.name);
    }
  }

  selection(name: string): boolean {
    const selection = this.rule.detection.selections.find((one) => one.name === name);
    return selection !== undefined && this.node(selection.body);
  }

  node(node: SelectionNode): boolean {
    if (node.kind === "item") return this.item(node.item);
    return node.kind === "all"
      ? node.nodes.every((inner) => this.node(inner))
      : node.nodes.some((inner) => this.node(inner));
  }

  item(item: DetectionItem): boolean {
    const one = (test: ValueTest): boolean => this.test(test, item.field);
    return (item.link === "all" ? item.tests.every(one) : item.tests.some(one)) !== item.negated;
  }

  test(test: ValueTest, field: string | undefined): boolean {
    if (test.kind === "any") return test.tests.some((inner) => this.test(inner, field));
    if (field === undefined) return this.texts().some((text) => this.scalarHolds(test, text));
    const value = this.value(field);
    if (test.kind === "exists") return (value !== undefined) === test.present;
    if (test.kind === "null") return value === undefined || elementsOf(value).every((element) => element === null);
    if (value === undefined) return false;
    if (test.kind === "fieldref") return this.fieldref(test, value);
    return elementsOf(value).some((element) => this.scalarHolds(test, element));
  }

  value(field: string): FieldValue | undefined {
    const name = this.nameOf(field);
    return name === undefined ? undefined : this.event.fields[name];
  }

  /** Under which name the event has what the rule calls `field`. */
  nameOf(field: string): string | undefined {
    const { route, aliases, fields } = this.event;
    for (const wanted of eventNamesOf(field, { rule: this.rule, route, aliases })) {
      const name = nameIn(fields, wanted);
      if (name !== undefined) return name;
    }
    return undefined;
  }

  texts(): string[] {
    return wholeEventTexts(this.event.fields, this.event.raw);
  }

  private fieldref(test: ValueTest & { kind: "fieldref" }, value: FieldValue): boolean {
    const other = this.value(test.field);
    const form = (element: FieldScalar): string | undefined => {
      const text = textOfScalar(element);
      return text === undefined || test.cased ? text : fold(text);
    };
    const left = elementsOf(value)
      .map(form)
      .filter((text) => text !== undefined);
    const right =
      other === undefined
        ? []
        : elementsOf(other)
            .map(form)
            .filter((text) => text !== undefined);
    if (left.length === 0 || right.length === 0) return false;
    const related = relationOf(test.mode);
    return left.some((one) => right.some((two) => related(one, two))) !== test.differs;
  }

  scalarHolds(test: ValueTest, value: FieldScalar): boolean {
    const text = textOfScalar(value);
    if (text === undefined) return false;
    switch (test.kind) {
      case "pattern":
        return test.cased
          ? fits(test.pattern, text)
          : fits(
              test.pattern.map((part) => (typeof part === "string" ? fold(part) : part)),
              fold(text),
            );
      case "number":
        return fold(text) === fold(String(test.value)) || fold(text) === fold(test.text);
      case "boolean":
        return fold(text) === String(test.value);
      case "regex": {
        const compiled = this.event.regex.compile(test.source, test.flags);
        return !isRefusal(compiled) && compiled.test(text);
      }
      case "cidr": {
        const network = parseNetwork(test.network);
        return typeof value === "string" && network !== undefined && inNetwork(value, network);
      }
      case "compare":
        return comparesTo(value, test.operator, test.value);
      case "time": {
        const part = timePart(value, test.unit);
        return part !== undefined && compareNumbers(part, test.operator, test.value);
      }
      default:
        return false;
    }
  }
}

/** Wildcards by the book: the set of text positions each part of the pattern can end at. */
function fits(pattern: Pattern, text: string): boolean {
  let ends = new Set([0]);
  for (const part of pattern) {
    const next = new Set<number>();
    for (const end of ends) {
      if (part === ANY) for (let at = end; at <= text.length; at++) next.add(at);
      else if (typeof part === "string") {
        if (text.startsWith(part, end)) next.add(end + part.length);
      } else if (end < text.length && (part !== DASH || DASHES.includes(text[end] as string))) next.add(end + 1);
    }
    ends = next;
  }
  return ends.has(text.length);
}
