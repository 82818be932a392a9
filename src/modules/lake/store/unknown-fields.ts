import { COLUMNS } from "../core/query/columns.ts";
import { nearest } from "../core/query/nearest.ts";
import { nativeFields } from "../core/query/pipe-fields.ts";
import type { Pipeline } from "../core/query/pipes.ts";
import type { Spellings } from "./predicate.ts";

/** Programs ask for hundreds of fields at once and make no slips. */
const MAX_CHECKED_FIELDS = 30;

export interface KnownFields {
  readonly spellings: Spellings;
  readonly fieldNames: () => Iterable<string>;
}

/** Fields no stored event has ever had: a slip of the pen finds nothing and should say why. */
export function unknownFields(known: KnownFields, pipeline: Pipeline): { name: string; suggestion: string | null }[] {
  const fields = nativeFields(pipeline);
  if (fields.length > MAX_CHECKED_FIELDS) return [];
  const unknown = fields.filter((name) => known.spellings(name).length === 0);
  if (unknown.length === 0) return [];
  const names = [...COLUMNS.map(({ name }) => name), ...known.fieldNames()];
  return unknown.map((name) => ({ name, suggestion: nearest(name, names) ?? null }));
}
