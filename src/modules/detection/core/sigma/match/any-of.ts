/**
 * Long lists of alternatives, whole values, `Image|endswith` with forty programs or `CommandLine|contains` with sixty
 * words, asked as one question instead of one after the other. Beginnings and other ends are told apart by a character
 * each (atom.ts), which is faster than any table.
 */
import type { Requirement, TextTest } from "./atom.ts";
import type { Expression } from "./expression.ts";
import { or } from "./expression.ts";
import { InsideSearch } from "./field-index.ts";
import type { EventSlots } from "./fields.ts";
import { elementsOf, textOfScalar } from "./fields.ts";
import { fold } from "../pattern.ts";

type Or = Extract<Expression, { readonly op: "or" }>;

/** Ways of asking for one of many texts, with the number from which on that is faster than one by one. */
const WAYS = { whole: 8, lastPart: 8, inside: 24 } as const;
type Way = keyof typeof WAYS;

const quickened = new WeakMap<Expression, Expression>();

/** An expression with the same answers. */
export function quicken(expression: Expression): Expression {
  if (expression.op === "atom" || expression.op === "constant") return expression;
  const known = quickened.get(expression);
  if (known !== undefined) return known;
  const quick = quickenParts(expression);
  quickened.set(expression, quick);
  return quick;
}

function quickenParts(expression: Exclude<Expression, { readonly op: "atom" | "constant" }>): Expression {
  if (expression.op === "not") {
    const part = quicken(expression.part);
    return part === expression.part ? expression : { op: "not", part };
  }
  if (expression.op === "or") return quickenAlternatives(expression);
  const parts = expression.parts.map(quicken);
  return parts.every((part, index) => part === expression.parts[index]) ? expression : { op: "and", parts };
}

function quickenAlternatives(expression: Or): Expression {
  const lists = new Map<string, Expression[]>();
  const others: Expression[] = [];
  for (const part of expression.parts) {
    const key = keyOf(part);
    const list = key === undefined ? others : (lists.get(key) ?? []);
    if (key !== undefined) lists.set(key, list);
    list.push(key === undefined ? quicken(part) : part);
  }
  const parts = [...lists].flatMap(([key, list]) => {
    const way = key.slice(0, key.indexOf(" ")) as Way;
    return list.length < WAYS[way]
      ? list
      : [{ op: "or" as const, parts: list, quick: anyOf(way, list.flatMap(exactOf)) }];
  });
  return parts.length + others.length === 1 ? ((parts[0] ?? others[0]) as Expression) : or([...parts, ...others]);
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
function anyOf(way: Way, alternatives: readonly Requirement[]): (slots: EventSlots) => boolean {
  const field = (alternatives[0] as Requirement).field;
  let test: TextTest | undefined;
  return (slots) => {
    if (!slots.has(field)) return false;
    const value = slots.value(field);
    if (value === null) return false;
    const accepts = (test ??= testOf(
      way,
      alternatives.map(({ text }) => text),
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
