/** The query tree: what a search means, independent of how it was written and of what answers it. */

/** A value as written: literal text with wildcards between. `"many"` is `*`, `"one"` is `?`. */
export type PatternPiece = "many" | "one" | { readonly literal: string };
export type Pattern = readonly PatternPiece[];

export type CompareOp = ">" | ">=" | "<" | "<=";

export interface RangeEnd {
  readonly value: string;
  readonly inclusive: boolean;
}

export type FieldTest =
  | { readonly kind: "match"; readonly pattern: Pattern }
  | { readonly kind: "compare"; readonly op: CompareOp; readonly value: string }
  | { readonly kind: "range"; readonly low: RangeEnd | undefined; readonly high: RangeEnd | undefined }
  /** Written `a.b.c.d/n`; also matches a field that holds exactly this text. */
  | { readonly kind: "cidr"; readonly text: string }
  | { readonly kind: "exists" };

export type Query =
  | { readonly kind: "all" }
  | { readonly kind: "and" | "or"; readonly items: readonly Query[] }
  | { readonly kind: "not"; readonly item: Query }
  | { readonly kind: "text"; readonly pattern: Pattern }
  /**
   * Any field value, or the raw record unless `fieldsOnly`, holds one of these texts (case ignored). Made by programs
   * that must not miss anything, such as retro-hunts; one look for many texts, printed as free text.
   */
  | { readonly kind: "content"; readonly anyOf: readonly string[]; readonly fieldsOnly: boolean }
  | { readonly kind: "field"; readonly field: string; readonly test: FieldTest };

export const ALL: Query = { kind: "all" };

/** The literal a pattern stands for, or undefined when it has wildcards. */
export function literalOf(pattern: Pattern): string | undefined {
  let text = "";
  for (const piece of pattern) {
    if (typeof piece === "string") return undefined;
    text += piece.literal;
  }
  return text;
}
