/** Search queries as an algebra: constants fold away, so that what is printed and asked is as small as what is meant. */
import { ALL, type FieldTest, type Query, resolveField } from "../../lake/index.ts";

export { ALL };

/** Selects no event. Every event has an id, so this has a text too. */
export const NOTHING: Query = { kind: "not", item: { kind: "field", field: "id", test: { kind: "exists" } } };

export function and(parts: readonly Query[]): Query {
  return join("and", parts, { neutral: ALL, absorbing: NOTHING });
}

export function or(parts: readonly Query[]): Query {
  return join("or", parts, { neutral: NOTHING, absorbing: ALL });
}

export function not(query: Query): Query {
  if (query === ALL) return NOTHING;
  if (query === NOTHING) return ALL;
  return query.kind === "not" ? query.item : { kind: "not", item: query };
}

function join(
  kind: "and" | "or",
  parts: readonly Query[],
  constants: { readonly neutral: Query; readonly absorbing: Query },
): Query {
  const items: Query[] = [];
  const seen = new Set<string>();
  for (const part of parts.flatMap((one) => (one.kind === kind ? one.items : [one]))) {
    if (part === constants.absorbing) return constants.absorbing;
    if (part === constants.neutral) continue;
    if (part.kind === "field" || part.kind === "content") {
      const key = JSON.stringify(part);
      if (seen.has(key)) continue;
      seen.add(key);
    }
    items.push(part);
  }
  const [only] = items;
  if (only === undefined) return constants.neutral;
  return items.length === 1 ? only : { kind, items };
}

/** A test of one of the source's own fields, whatever columns are called. */
export function nativeField(name: string, test: FieldTest): Query {
  const target = resolveField(name);
  const plain = target.kind === "native" && target.name === name;
  return { kind: "field", field: plain ? name : `fields.${name}`, test };
}

export function column(field: "product" | "category" | "service", text: string): Query {
  return { kind: "field", field, test: { kind: "match", pattern: [{ literal: text }] } };
}

export function isPresent(field: "product" | "service"): Query {
  return { kind: "field", field, test: { kind: "exists" } };
}

export function leavesOf(query: Query): number {
  if (query.kind === "and" || query.kind === "or") return query.items.reduce((sum, item) => sum + leavesOf(item), 0);
  return query.kind === "not" ? leavesOf(query.item) : 1;
}

/**
 * What is known of a part of a rule: every event it holds for is in `upper`, and it holds for every event of `lower`.
 * Negation swaps them, so a sound upper bound comes out of any condition.
 */
export interface Bounds {
  readonly upper: Query;
  readonly lower: Query;
}

export const UNKNOWN: Bounds = { upper: ALL, lower: NOTHING };

export function both(query: Query): Bounds {
  return { upper: query, lower: query };
}

export function atMost(query: Query): Bounds {
  return { upper: query, lower: NOTHING };
}

export function allOf(parts: readonly Bounds[]): Bounds {
  return { upper: and(parts.map(({ upper }) => upper)), lower: and(parts.map(({ lower }) => lower)) };
}

export function anyOf(parts: readonly Bounds[]): Bounds {
  return { upper: or(parts.map(({ upper }) => upper)), lower: or(parts.map(({ lower }) => lower)) };
}

export function negated({ upper, lower }: Bounds): Bounds {
  return { upper: not(lower), lower: not(upper) };
}
