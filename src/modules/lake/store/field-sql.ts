/** Fields of events as SQL expressions: the first value, all values, keys. The rules of core/query/evaluate-pipes.ts. */
import { resolveField } from "../core/query/columns.ts";
import { eventFieldType } from "../core/query/pipe-shape.ts";
import type { CellType } from "../core/query/pipes.ts";
import { compareText } from "../core/query/sequence.ts";
import { NUMBER_PATTERN } from "../core/query/value.ts";
import { columnText, FIELDS_TEXT, jsonPointer, type Parameters, type Spellings } from "./predicate.ts";

export interface FieldSql {
  readonly type: CellType;
  /** The first value, or NULL. */
  readonly first: string;
  /** All values without NULLs, present only where there can be more than one. */
  readonly list: string | undefined;
  /** Of a source field spelled in one way: its text, and whether that is a list written as JSON. */
  readonly written?: { readonly value: string; readonly isList: string };
}

/**
 * What one statement reads of events. A native value is taken out of the JSON once, in a layer of its own below the
 * expressions that use it: the engine would parse the record anew for each of them.
 */
export class FieldReads {
  readonly #parameters: Parameters;
  readonly #spellings: Spellings;
  readonly #layer: string[] = [];
  readonly #prefix: string;

  /** `prefix` makes the layer's column names different from those of layers further down. */
  constructor(context: { readonly parameters: Parameters; readonly spellings: Spellings }, prefix: string) {
    this.#parameters = context.parameters;
    this.#spellings = context.spellings;
    this.#prefix = prefix;
  }

  read(field: string): FieldSql {
    const type = eventFieldType(field);
    const target = resolveField(field);
    if (target.kind === "native") return this.#native(target.name);
    const [only, ...others] = target.columns;
    if (only !== undefined && others.length === 0) {
      return { type, first: type === "text" ? columnText(only) : `"${only.name}"`, list: undefined };
    }
    const texts = target.columns.map(columnText);
    return { type, first: `coalesce(${texts.join(", ")})`, list: withoutNull(`[${texts.join(", ")}]`) };
  }

  /** The events with what was read beside them. */
  over(events: string): string {
    return this.#layer.length === 0 ? events : `SELECT *, ${this.#layer.join(", ")} FROM (${events}) AS e`;
  }

  #native(name: string): FieldSql {
    const spellings = this.#spellings(name).toSorted(compareText);
    if (spellings.length === 0) return { type: "text", first: "NULL::VARCHAR", list: undefined };
    const each = spellings.map((spelling) => this.#spelling(spelling));
    return {
      type: "text",
      first: each.length === 1 ? (each[0]?.first ?? "") : `coalesce(${each.map(({ first }) => first).join(", ")})`,
      list: each.map(({ list }) => list).reduce((all, list) => `list_concat(${all}, ${list})`),
      ...(each.length === 1 && each[0] !== undefined ? { written: each[0].written } : {}),
    };
  }

  #spelling(name: string): Required<Omit<FieldSql, "type" | "list">> & { readonly list: string } {
    const path = this.#parameters.add(jsonPointer(name));
    const guard = this.#parameters.add(`${JSON.stringify(name)}:`);
    const value = `"${this.#prefix}n${this.#layer.length}"`;
    this.#layer.push(
      `CASE WHEN contains(${FIELDS_TEXT}, ${guard}) THEN json_extract_string(${FIELDS_TEXT}, ${path}) END AS ${value}`,
    );
    // CASE, because AND between two expressions reads both.
    const isList = `CASE WHEN starts_with(${value}, '[') THEN json_type(${FIELDS_TEXT}, ${path}) = 'ARRAY' ELSE false END`;
    const items = withoutNull(`json_extract_string(json_extract(${FIELDS_TEXT}, ${path}), '$[*]')`);
    return {
      first: `CASE WHEN ${isList} THEN (${items})[1] ELSE ${value} END`,
      list: `CASE WHEN ${value} IS NULL THEN []::VARCHAR[] WHEN ${isList} THEN ${items} ELSE [${value}] END`,
      written: { value, isList },
    };
  }
}

/** Different items of a list written as JSON. */
export function itemsOf(json: string): string {
  return `list_distinct(${withoutNull(`json_extract_string(${json}, '$[*]')`)})`;
}

function withoutNull(list: string): string {
  return `list_filter(${list}, lambda x: x IS NOT NULL)`;
}

/** NULL where the value is no number. */
export function numberOf({ first, type }: Pick<FieldSql, "first" | "type">): string {
  if (type !== "text") return `${first}::DOUBLE`;
  return `CASE WHEN regexp_full_match(${first}, '${NUMBER_PATTERN}') THEN TRY_CAST(${first} AS DOUBLE) END`;
}
