/** Which conditions of a search an event meets, and with which values: why it is among the rows. */
import type { EventId, Fields, KhienEvent } from "../../kernel/index.ts";
import { matches, parsePipeline, printQuery, type Query, type StoredEvent, valuesOf } from "../lake/index.ts";
import { MAX_MATCHED_PARTS, MAX_MATCHED_VALUE } from "./limits.ts";

export interface MatchedPart {
  /** The condition as it is written. */
  readonly selection: string;
  readonly line: null;
  /** Null: looked for in the whole record. */
  readonly field: string | null;
  readonly value: string;
  readonly ranges: { from: number; to: number }[];
}

export function matchedParts(query: string, stored: StoredEvent): MatchedPart[] {
  const parsed = parsePipeline(query);
  if (!parsed.ok) return [];
  const event = eventOf(stored);
  const filters = [
    parsed.pipeline.filter,
    ...parsed.pipeline.stages.flatMap((stage) => (stage.kind === "where" ? [stage.query] : [])),
  ];
  return filters
    .flatMap((filter) => [...leaves(filter)])
    .filter((leaf) => matches(leaf, event))
    .flatMap((leaf) => partsOf(leaf, event))
    .slice(0, MAX_MATCHED_PARTS);
}

/** Conditions that could be met; what must not hold shows in no value. */
function* leaves(query: Query): Generator<Query> {
  if (query.kind === "and" || query.kind === "or") for (const item of query.items) yield* leaves(item);
  else if (query.kind === "field" || query.kind === "text") yield query;
}

function partsOf(leaf: Query, event: KhienEvent): MatchedPart[] {
  const selection = printQuery(leaf);
  if (leaf.kind !== "field") {
    return [{ selection, line: null, field: null, value: event.raw.slice(0, MAX_MATCHED_VALUE), ranges: [] }];
  }
  const { field } = leaf;
  const holding = valuesOf(event, field).filter((value) => matches(leaf, withValue(event, { field, value })));
  return holding.map((value) => {
    const shown = value.slice(0, MAX_MATCHED_VALUE);
    return { selection, line: null, field, value: shown, ranges: rangesOf(leaf, shown) };
  });
}

/** Of several values of one field, those that met the condition: asked one at a time where the field is the source's. */
function withValue(event: KhienEvent, { field, value }: { field: string; value: string }): KhienEvent {
  const own = Object.keys(event.fields).find((name) => name.toLowerCase() === field.toLowerCase());
  return own === undefined || !Array.isArray(event.fields[own])
    ? event
    : { ...event, fields: { ...event.fields, [own]: value } };
}

/** The literal texts of a pattern, where they stand. */
function rangesOf(leaf: Query & { readonly kind: "field" }, value: string): { from: number; to: number }[] {
  if (leaf.test.kind !== "match") return [];
  const text = value.toLowerCase();
  // Lower case of another length would mark the wrong letters.
  if (text.length !== value.length) return [];
  let from = 0;
  return leaf.test.pattern.flatMap((piece) => {
    if (typeof piece === "string" || piece.literal === "") return [];
    const at = text.indexOf(piece.literal.toLowerCase(), from);
    if (at < 0) return [];
    from = at + piece.literal.length;
    return [{ from: at, to: from }];
  });
}

function eventOf({ id, time, ingestedAt, exerciseId: _, entities, fields, ...rest }: StoredEvent): KhienEvent {
  return {
    ...rest,
    id: id as EventId,
    time: Date.parse(time),
    ingestedAt: Date.parse(ingestedAt),
    entities: entities as KhienEvent["entities"],
    fields: fields as Fields,
  } as KhienEvent;
}
