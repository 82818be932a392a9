/**
 * What may stand at a place of a query that is still being written: a field, a value of a field, a command, a function.
 * Works on text that does not parse yet, so it reads backwards from the cursor and guesses less than the parser knows.
 */
import { tableOf } from "../../../../kernel/index.ts";
import { parsePipeline } from "./parse-pipes.ts";
import { shapeOf } from "./pipe-shape.ts";
import { COMMANDS, PLAIN_FUNCTIONS, type Shape, USAGE } from "./pipes.ts";

export type Wanted =
  | { readonly kind: "field"; readonly functions: boolean; readonly words: readonly string[] }
  | { readonly kind: "value"; readonly field: string }
  | { readonly kind: "command" }
  | { readonly kind: "nothing" };

export interface Completion {
  /** The part a suggestion replaces. */
  readonly from: number;
  readonly to: number;
  /** What is written of it so far, without an opening quote. */
  readonly prefix: string;
  readonly wanted: Wanted;
  /** What the command reads: a suggestion after a table is one of its columns. */
  readonly shape: Shape;
  /** The search before the place, when it parses: values are taken from its events. */
  readonly before: string;
}

const FIELD_VALUE = /(?:^|[\s(|[!-])([A-Za-z_@][A-Za-z0-9_.@/-]*|"(?:[^"]|"")+"):(?:[<>]=?)?\(?("?[^\s()|\]"]*)$/;
const BARE = /[A-Za-z_@"][^\s()|,[\]:"]*$/;
const WORDS = tableOf<readonly string[]>({
  stats: ["by", "span", "as"],
  top: ["by"],
  rare: ["by"],
  timeline: ["by"],
  join: ["on", "within"],
  sequence: ["by", "within"],
});
/** Places in these take a search, with fields and values as before the first command. */
const HOLDS_SEARCH: ReadonlySet<string> = new Set(["where", "join", "sequence"]);

export function completionAt(text: string, cursor: number): Completion {
  const head = text.slice(0, cursor);
  const bar = lastBar(head);
  const before = bar < 0 ? "" : head.slice(0, bar);
  const part = head.slice(bar + 1);
  const shape = bar < 0 ? "events" : shapeBefore(before);
  const value = FIELD_VALUE.exec(part);
  const command = bar < 0 ? undefined : /^\s*([A-Za-z]+)\s/.exec(part)?.[1]?.toLowerCase();
  const isSearch = bar < 0 || HOLDS_SEARCH.has(command ?? "");
  if (value !== null && isSearch) {
    const written = value[2] ?? "";
    const field = unquoted(value[1] ?? "");
    const prefix = written.replace(/^"/, "");
    return { from: cursor - written.length, to: cursor, prefix, wanted: { kind: "value", field }, shape, before };
  }
  const prefix = BARE.exec(part)?.[0] ?? "";
  const place = { from: cursor - prefix.length, to: cursor, prefix: prefix.replace(/^"/, ""), shape, before };
  if (insideQuotes(part)) return { ...place, wanted: { kind: "nothing" } };
  if (bar >= 0 && command === undefined) return { ...place, wanted: { kind: "command" } };
  const words = bar < 0 ? ["and", "or", "not", "last"] : (WORDS[command ?? ""] ?? []);
  return { ...place, wanted: { kind: "field", functions: command === "stats" && !/\bby\b/i.test(part), words } };
}

/** The last bar outside quotes and outside sub-queries. */
function lastBar(text: string): number {
  let quoted = false;
  let last = -1;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '"') quoted = !quoted;
    else if (text[at] === "|" && !quoted) last = at;
  }
  return last;
}

function insideQuotes(text: string): boolean {
  return (text.match(/"/g)?.length ?? 0) % 2 === 1;
}

function unquoted(name: string): string {
  return name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name;
}

function shapeBefore(text: string): Shape {
  const parsed = parsePipeline(text);
  return parsed.ok ? shapeOf(parsed.pipeline) : "events";
}

export const COMMAND_ITEMS = COMMANDS.map((text) => ({ text, usage: USAGE[text] }));
export const FUNCTION_ITEMS: readonly string[] = [...PLAIN_FUNCTIONS, "p50", "p90", "p95", "p99"];
