/**
 * Values of an event under the names a rule gives its fields: group-by fields of correlations and fields of
 * suppressions go the way of the rule's own fields, over the same route, with the same renames and aliases.
 */
import type { Fields, FieldScalar, FieldValue, LogSource } from "../../../../kernel/index.ts";
import { eventNamesOf, NO_ALIASES } from "./sources/aliases.ts";
import { leadsTo, type LogSourceMap, type Route, routesFor, sourceOf } from "./sources/logsource.ts";
import type { Rule, SigmaEvent } from "./rule.ts";

/** Log sources remembered per reader; their names come from outside. */
const MAX_SOURCES = 1_000;

/** One rule's fields, resolved once for each log source its events come from. */
export class RuleValues {
  readonly #rule: Rule;
  readonly #fields: readonly string[];
  readonly #map: LogSourceMap;
  readonly #routes: readonly Route[];
  readonly #bySource = new Map<string, readonly Reading[]>();

  constructor(rule: Rule, fields: readonly string[], map: LogSourceMap) {
    this.#rule = rule;
    this.#fields = fields;
    this.#map = map;
    this.#routes = routesFor(rule.logsource, map);
  }

  /** One value per field, in the order of the fields; null where the event has none. */
  of(event: SigmaEvent): FieldValue[] {
    const readings = this.#readingsOf(sourceOf(event.logsource, event.fields, this.#map));
    const taken = readings.find(({ route }) => holds(route, event.fields)) ?? readings[0];
    return this.#fields.map((field, index) => {
      for (const name of taken?.names[index] ?? [field]) {
        const value = valueOf(event.fields, name);
        if (value !== undefined && value !== null) return value;
      }
      return null;
    });
  }

  #readingsOf(source: LogSource): readonly Reading[] {
    const key = JSON.stringify([source.product, source.category, source.service]);
    const known = this.#bySource.get(key);
    if (known !== undefined) return known;
    const aliases = this.#map.aliases ?? NO_ALIASES;
    const readings = this.#routes
      .filter((route) => leadsTo(route, source))
      .map((route) => ({
        route,
        names: this.#fields.map((field) => eventNamesOf(field, { rule: this.#rule, route, aliases })),
      }))
      // The most particular route first: one with conditions says more about the event than the bare log source.
      .toSorted((one, two) => two.route.when.length - one.route.when.length);
    if (this.#bySource.size >= MAX_SOURCES) this.#bySource.clear();
    this.#bySource.set(key, readings);
    return readings;
  }
}

interface Reading {
  readonly route: Route;
  readonly names: readonly (readonly string[])[];
}

function holds({ when }: Route, fields: Fields): boolean {
  return when.every(({ field, values }) => {
    const value = valueOf(fields, field);
    const texts = (Array.isArray(value) ? value : [value]).map((one: unknown) => String(one ?? "").toLowerCase());
    return values.some((wanted) => texts.includes(wanted.toLowerCase()));
  });
}

/** By the exact name first, else without regard to blanks and case, as rules read it. */
function valueOf(fields: Fields, name: string): FieldValue | undefined {
  if (Object.hasOwn(fields, name)) return fields[name];
  const loose = looseName(name);
  for (const key in fields) if (looseName(key) === loose) return fields[key];
  return undefined;
}

function looseName(name: string): string {
  return name.replaceAll(" ", "").toLowerCase();
}

/** The value as one piece: a list as its elements side by side, truth values as their words. */
export function scalarOf(value: FieldValue): string | number | null {
  if (typeof value !== "object" || value === null) return plain(value);
  const elements = (value as readonly FieldScalar[]).slice(0, MAX_ELEMENTS).filter((one) => one !== null);
  return elements.length === 0 ? null : elements.length === 1 ? plain(elements[0] ?? null) : elements.join(", ");
}

/** Elements of a list that count for its text; as many as rules look at. */
const MAX_ELEMENTS = 1_000;

function plain(value: FieldScalar): string | number | null {
  return typeof value === "boolean" ? String(value) : value;
}
