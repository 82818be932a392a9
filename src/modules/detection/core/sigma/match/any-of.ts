/**
 * Long lists of alternatives, whole values, `Image|endswith` with forty programs or `CommandLine|contains` with sixty
 * words, asked as one question instead of one after the other. Beginnings and other ends are told apart by a character
 * each (atom.ts), which is faster than any table.
 */
import type { Requirement, TextTest } from "./atom.ts";
import type { Expression } from "./expression.ts";
import { InsideSearch } from "./field-index.ts";
import type { EventSlots } from "./fields.ts";
import { elementsOf, textOfScalar } from "./fields.ts";
import { fold } from "../pattern.ts";

/** Ways of asking for one of many texts, with the number from which on that is faster than one by one. */
const WAYS = { whole: 8, lastPart: 8, inside: 24 } as const;
type Way = keyof typeof WAYS;

/** Alternatives that are asked as one question. */
export interface Alternatives {
  readonly way: Way;
  readonly of: readonly Requirement[];
}

/** What of some alternatives can be asked together, and what is left. */
export function togetherBy(parts: readonly Expression[]): {
  readonly lists: readonly Alternatives[];
  readonly others: readonly Expression[];
} {
  const groups = Map.groupBy(parts, keyOf);
  const long = [...groups].filter(([key, list]) => key !== undefined && list.length >= WAYS[wayIn(key)]);
  const lists = long.map(([key, list]) => ({ way: wayIn(key as string), of: list.flatMap(exactOf) }));
  const taken = new Set(long.flatMap(([, list]) => list));
  return { lists, others: parts.filter((part) => !taken.has(part)) };
}

function wayIn(key: string): Way {
  return key.slice(0, key.indexOf(" ")) as Way;
}

/** Of what can be asked together: the way and the field. */
function keyOf(part: Expression): string | undefined {
  const [exact] = exactOf(part);
  const way = exact && wayOf(exact);
  return way === undefined ? undefined : `${way} ${exact?.field}`;
}

function exactOf(part: Expression): Requirement[] {
  return part.op === "atom" && part.atom.exact !== undefined ? [part.atom.exact] : [];
}

function wayOf({ where, text }: Requirement): Way | undefined {
  if (where === "equals") return "whole";
  if (where === "inside") return "inside";
  return where === "end" && text.startsWith("\\") && text.lastIndexOf("\\") === 0 ? "lastPart" : undefined;
}

/** Whether a field holds any of the texts. What that takes is prepared when it is first asked. */
export function anyOf({ way, of }: Alternatives): (slots: EventSlots) => boolean {
  const field = (of[0] as Requirement).field;
  let test: TextTest | undefined;
  return (slots) => {
    if (!slots.has(field)) return false;
    const value = slots.value(field);
    if (value === null) return false;
    const accepts = (test ??= testOf(
      way,
      of.map(({ text }) => text),
    ));
    if (typeof value !== "object") return accepts(slots.foldedText(field));
    return elementsOf(value).some((element) => {
      const text = textOfScalar(element);
      return text !== undefined && accepts(fold(text));
    });
  };
}

/** Takes folded text. */
function testOf(way: Way, texts: readonly string[]): TextTest {
  const all = new Set(texts);
  switch (way) {
    case "whole":
      return (text) => all.has(text);
    case "lastPart":
      return (text) => {
        const at = text.lastIndexOf("\\");
        return at !== -1 && all.has(text.slice(at));
      };
    case "inside":
      return insideTest(texts);
  }
}

function insideTest(texts: readonly string[]): TextTest {
  const search = new InsideSearch(new Map(texts.map((text) => [text, []])));
  let found = false;
  const note = (): void => {
    found = true;
  };
  return (text) => {
    found = false;
    search.search(text, note);
    return found;
  };
}
