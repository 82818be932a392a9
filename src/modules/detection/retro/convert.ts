/**
 * A Sigma rule as a query of the lake, in two forms.
 *
 * `preselection` is sound: it selects every event the rule matches, and usually a few more, which the engine then
 * looks at. A part the search language cannot say becomes "all of this part". So a negated field test never narrows:
 * the two differ on events that spell a field name in two ways, on letters that fold differently (İ, letters outside
 * the basic plane) and on lists of more than a thousand elements, and missing one match is worse than reading many.
 *
 * `huntQuery` is for reading: it says what the rule says wherever the language can, and lists what it cannot.
 */
import type { LogSource } from "../../../kernel/index.ts";
import { parseQuery, printQuery, type Query } from "../../lake/index.ts";
import type { Condition } from "../core/sigma/parse/condition.ts";
import { eventNamesOf, type LogSourceMap, NO_ALIASES, type Route, routesFor, type Rule } from "../core/sigma/index.ts";
import { ModifierError } from "../core/sigma/parse/modifiers.ts";
import { fillPlaceholders } from "../core/sigma/parse/placeholders.ts";
import type { DetectionItem, SelectionNode } from "../core/sigma/rule.ts";
import {
  ALL,
  allOf,
  and,
  anyOf,
  type Bounds,
  column,
  isPresent,
  leavesOf,
  nativeField,
  negated,
  not,
  NOTHING,
  or,
  UNKNOWN,
} from "./query-algebra.ts";
import { MAX_QUERY_LEAVES } from "./limits.ts";
import { contentItem, type LeftOutReason, readingOf, soundItem } from "./item-query.ts";

export type { LeftOutReason };

/** A part of a rule the hunt query cannot say exactly. */
export interface LeftOut {
  readonly line: number;
  readonly key: string;
  readonly why: LeftOutReason;
}

export interface HuntQuery {
  /** Null when it is longer or deeper than the search language takes. */
  readonly text: string | null;
  readonly query: Query;
  /** Nothing is left out; see above for what differs all the same. */
  readonly exact: boolean;
  readonly leftOut: readonly LeftOut[];
}

/** Every event the rule matches is selected. A placeholder without values selects everything. */
export function preselection(given: Rule, map: LogSourceMap): Query {
  const rule = withPlaceholders(given, map);
  const routes = routesFor(rule.logsource, map);
  const read = (route: Route, item: ItemReader): Query => new RuleReader(rule, { route, map, item }).condition().upper;
  const [any] = routes;
  const texts = any === undefined ? NOTHING : read(any, contentItem);
  const fields = or(routes.map((route) => and([soundRoute(route, map), read(route, soundItem)])));
  if (leavesOf(fields) <= MAX_QUERY_LEAVES) return and([texts, fields]);
  return and([texts, or(routes.map((route) => soundRoute(route, map)))]);
}

/** A search longer than this is not read by anybody: then fields are asked by the names the rule gives them only. */
const READABLE_LENGTH = 1_500;

export function huntQuery(given: Rule, map: LogSourceMap): HuntQuery {
  const rule = withPlaceholders(given, map);
  const whole = readAs(rule, map, false);
  if (whole.text !== null && whole.text.length <= READABLE_LENGTH) return whole;
  const short = readAs(rule, map, true);
  return short.text === null || short.leftOut.length === whole.leftOut.length ? whole : short;
}

function withPlaceholders(rule: Rule, map: LogSourceMap): Rule {
  try {
    return fillPlaceholders(rule, map.placeholders ?? {});
  } catch (error) {
    if (error instanceof ModifierError) return rule;
    throw error;
  }
}

function readAs(rule: Rule, map: LogSourceMap, ownNames: boolean): HuntQuery {
  const leftOut: LeftOut[] = [];
  const complain = (item: DetectionItem, why: LeftOutReason): void => {
    if (!leftOut.some((one) => one.line === item.line && one.why === why))
      leftOut.push({ line: item.line, key: item.key, why });
  };
  const routes = routesFor(rule.logsource, map).map((route) => {
    const reader = new RuleReader(rule, {
      route,
      map,
      item: (item, names) => {
        if (!ownNames || names === undefined || names.length < 2) return readingOf(item, names, complain);
        complain(item, "other-names");
        return readingOf(item, names.slice(0, 1), complain);
      },
    });
    return { source: plainRoute(route), condition: reader.condition().upper };
  });
  // Routes that ask for the same, as most do, are named once before it.
  const byCondition = Map.groupBy(routes, ({ condition }) => JSON.stringify(condition));
  const query = or(
    [...byCondition.values()].map((same) => and([or(same.map(({ source }) => source)), same[0]?.condition ?? ALL])),
  );
  const text = printQuery(query);
  if (leavesOf(query) > MAX_QUERY_LEAVES || !parseQuery(text).ok) return { text: null, query, exact: false, leftOut };
  return { text, query, exact: leftOut.length === 0, leftOut };
}

/** Turns one item into bounds, given the event fields it may be about (none: the whole event). */
export type ItemReader = (item: DetectionItem, names: readonly string[] | undefined) => Bounds;

class RuleReader {
  readonly #rule: Rule;
  readonly #route: Route;
  readonly #map: LogSourceMap;
  readonly #item: ItemReader;

  constructor(rule: Rule, how: { route: Route; map: LogSourceMap; item: ItemReader }) {
    this.#rule = rule;
    this.#route = how.route;
    this.#map = how.map;
    this.#item = how.item;
  }

  condition(): Bounds {
    return anyOf(this.#rule.detection.conditions.map(({ expression }) => this.#condition(expression)));
  }

  #condition(condition: Condition): Bounds {
    switch (condition.kind) {
      case "and":
        return allOf(condition.parts.map((part) => this.#condition(part)));
      case "or":
        return anyOf(condition.parts.map((part) => this.#condition(part)));
      case "not":
        return negated(this.#condition(condition.part));
      case "selection": {
        const selection = this.#rule.detection.selections.find(({ name }) => name === condition.name);
        return selection === undefined ? { upper: NOTHING, lower: NOTHING } : this.#node(selection.body);
      }
    }
  }

  #node(node: SelectionNode): Bounds {
    if (node.kind === "item") return this.#one(node.item);
    const parts = node.nodes.map((inner) => this.#node(inner));
    return node.kind === "all" ? allOf(parts) : anyOf(parts);
  }

  #one(item: DetectionItem): Bounds {
    const asking = { rule: this.#rule, route: this.#route, aliases: this.#map.aliases ?? NO_ALIASES };
    const names = item.field === undefined ? undefined : eventNamesOf(item.field, asking);
    const bounds = item.tests.length === 0 ? UNKNOWN : this.#item(item, names);
    return item.negated ? negated(bounds) : bounds;
  }
}

// ── log sources ─────────────────────────────────────────────────────────────────────────────────────────────────────

/** The stored columns say what the parser said; routing also lets a known Windows channel decide (logsource.ts). */
function soundRoute({ event, withoutService, when }: Route, map: LogSourceMap): Query {
  const { product, category, service } = event;
  const channel = (names: readonly string[]): Query =>
    or(names.map((name) => nativeField("Channel", { kind: "match", pattern: [{ literal: name }] })));
  const bare = and([not(isPresent("product")), nativeField("Channel", { kind: "exists" })]);
  const channels = [...map.channels].flatMap(([name, of]) => (of === service ? [name] : []));
  return and([
    product === undefined
      ? ALL
      : product === "windows" && map.channels.size > 0
        ? or([column("product", product), bare])
        : column("product", product),
    category === undefined ? ALL : column("category", category),
    service === undefined ? ALL : or([column("service", service), channel(channels)]),
    withoutService === true ? not(isPresent("service")) : ALL,
    ...whenOf(when),
  ]);
}

function plainRoute({ event, withoutService, when }: Route): Query {
  const parts: Query[] = [];
  for (const key of ["product", "category", "service"] as const satisfies readonly (keyof LogSource)[]) {
    const text = event[key];
    if (text !== undefined) parts.push(column(key, text));
  }
  if (withoutService === true) parts.push(not(isPresent("service")));
  return and([...parts, ...whenOf(when)]);
}

function whenOf(when: Route["when"]): Query[] {
  return when.map(({ field, values }) =>
    or(values.map((value) => nativeField(field, { kind: "match", pattern: [{ literal: value }] }))),
  );
}
