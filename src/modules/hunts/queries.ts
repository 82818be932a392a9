/** Query trees that programs build. */
import type { Query } from "../lake/index.ts";

export function is(field: string, value: string): Query {
  return { kind: "field", field, test: { kind: "match", pattern: [{ literal: value }] } };
}

export function has(field: string): Query {
  return { kind: "field", field, test: { kind: "exists" } };
}

export function and(items: readonly Query[]): Query {
  return { kind: "and", items };
}

export function or(items: readonly Query[]): Query {
  return { kind: "or", items };
}
