/** Where parsing stands in a text, and how it says that something is wrong: both halves of the language read from it. */

/** Position as character offsets into the query text, `to` excluded. */
export interface QueryError {
  readonly code: QueryErrorCode;
  readonly from: number;
  readonly to: number;
  /** What was probably meant, when one word was wrong. */
  readonly suggestion?: string;
}

export type QueryErrorCode =
  | "query.too_long"
  | "query.too_many_terms"
  | "query.too_deep"
  | "query.quote_open"
  | "query.group_open"
  | "query.group_unexpected_close"
  | "query.group_empty"
  | "query.term_missing"
  | "query.value_missing"
  | "query.range_malformed"
  | "query.wildcard_in_bound"
  | "query.field_nested"
  | "query.time_malformed"
  | "query.pipe_unexpected"
  | "query.pipe_unknown"
  | "query.pipe_too_many"
  | "query.pipe_argument_missing"
  | "query.pipe_argument_unexpected"
  | "query.pipe_function_unknown"
  | "query.pipe_function_field"
  | "query.pipe_field_unknown"
  | "query.pipe_name_taken"
  | "query.pipe_number"
  | "query.pipe_span"
  | "query.pipe_needs_events"
  | "query.pipe_subquery"
  | "query.pipe_text_in_table";

export class Wrong extends Error {
  readonly problem: QueryError;
  constructor(problem: QueryError) {
    super(problem.code);
    this.problem = problem;
  }
}

export interface Place {
  readonly from: number;
  readonly to: number;
}

const SPACE = /\s/;

export class Scanner {
  readonly text: string;
  at = 0;
  /** Terms counted over the whole text, sub-queries included. */
  terms = 0;

  constructor(text: string) {
    this.text = text;
  }

  /** The next character, or undefined at the end. */
  get next(): string | undefined {
    return this.text[this.at];
  }

  skipSpace(): void {
    while (this.at < this.text.length && isSpace(this.text[this.at] ?? "")) this.at += 1;
  }

  /** Takes what the sticky expression finds here. */
  match(sticky: RegExp): RegExpExecArray | undefined {
    sticky.lastIndex = this.at;
    const match = sticky.exec(this.text);
    if (match === null) return undefined;
    this.at = sticky.lastIndex;
    return match;
  }

  fail(code: QueryErrorCode, place: Place, suggestion?: string): never {
    const { from } = place;
    const to = Math.max(from, Math.min(place.to, this.text.length));
    throw new Wrong({ code, from, to, ...(suggestion === undefined ? {} : { suggestion }) });
  }
}

export function isSpace(character: string): boolean {
  return SPACE.test(character);
}
