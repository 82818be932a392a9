/**
 * Atoms: one test of one value on one field (or, for keywords, on the whole event), ready to run. Equal atoms of
 * different rules are one object, so an event asks each question once.
 */
import type { FieldScalar, FieldValue } from "../../../../../kernel/index.ts";
import type { EventSlots } from "./fields.ts";
import { elementsOf, textOfScalar } from "./fields.ts";
import { inNetwork, parseNetwork } from "./ip.ts";
import type { Network } from "./ip.ts";
import { ANY, fold, foldPattern, patternTest } from "../pattern.ts";
import type { Pattern } from "../pattern.ts";
import { hasRequired, rarestLiteral, requiredOf } from "./regex-literal.ts";
import type { CompiledRegex } from "../regex.ts";
import type { CompareOperator, TimeOperator, ValueTest } from "../rule.ts";
import { timePart } from "./time.ts";

/** Number of the pseudo field "whole event". */
export const WHOLE_EVENT = -1;

/** A text that must occur in the field for the atom to hold; `present` says only that the field must be there. */
export interface Requirement {
  readonly field: number;
  readonly where: "equals" | "start" | "end" | "inside" | "present";
  /** Case folded; empty for `present`. */
  readonly text: string;
}

export interface Atom {
  readonly id: number;
  readonly field: number;
  /** Relative price of running it; cheap ones go first. */
  readonly price: number;
  readonly holds: (slots: EventSlots) => boolean;
  /** Alternatives: the atom can hold only if one of them is met. Empty = it can hold without any. */
  readonly requirements: readonly Requirement[];
  /** The whole text when the atom is a plain equality, folded: routing decides it beforehand. */
  readonly equals?: string;
  /** The only requirement when meeting it is all the atom asks. */
  readonly exact?: Requirement;
  /** A second field that it reads. */
  readonly other?: number;
  /** For `exists` and `null`: the result when the field is there with a scalar that is not null. */
  readonly whenPresent?: boolean;
}

export type TextTest = (text: string) => boolean;

/** Runs on folded text unless the atom is cased. */
export function textTestOf(pattern: Pattern): TextTest {
  const [first, second, third] = pattern;
  if (pattern.length === 0) return (text) => text === "";
  if (pattern.length === 1 && typeof first === "string") return (text) => text === first;
  if (pattern.length === 1 && first === ANY) return () => true;
  if (pattern.length === 2 && typeof first === "string" && second === ANY) return startTest(first);
  if (pattern.length === 2 && first === ANY && typeof second === "string") return endTest(second);
  if (pattern.length === 3 && first === ANY && typeof second === "string" && third === ANY)
    return (text) => text.includes(second);
  return patternTest(pattern);
}

/** Paths begin alike and end differently: the last character of a beginning tells most of them apart. */
function startTest(start: string): TextTest {
  const last = start.length - 1;
  const unit = start.charCodeAt(last);
  return (text) => text.charCodeAt(last) === unit && text.startsWith(start);
}

function endTest(end: string): TextTest {
  const { length } = end;
  const unit = end.charCodeAt(0);
  return (text) => text.charCodeAt(text.length - length) === unit && text.endsWith(end);
}

type Body = Omit<Atom, "id" | "field">;

export interface AtomSource {
  readonly field: number;
  /** Resolves the field a `fieldref` names. */
  readonly fieldId: (name: string) => number;
  readonly regex: (test: ValueTest & { kind: "regex" }) => CompiledRegex;
}

/** `any` and `placeholder` tests are no atoms: they are resolved before. */
export function atomBody(test: ValueTest, source: AtomSource): Body {
  const { field } = source;
  switch (test.kind) {
    case "pattern":
      return patternBody(test, field);
    case "boolean":
      return equalsBody(String(test.value), field);
    case "number":
      return numberBody(test, field);
    case "null":
      return {
        price: 1,
        requirements: [],
        whenPresent: false,
        holds: (slots) => !slots.has(field) || elementsOf(slots.value(field)).every((element) => element === null),
      };
    case "exists":
      return {
        price: 1,
        requirements: test.present ? [present(field)] : [],
        whenPresent: test.present,
        holds: (slots) => slots.has(field) === test.present,
      };
    case "regex":
      return regexBody(source.regex(test), test, field);
    case "cidr": {
      const network = parseNetwork(test.network) as Network;
      return scalarBody(field, 4, (value) => typeof value === "string" && inNetwork(value, network));
    }
    case "compare":
      return scalarBody(field, 2, (value) => comparesTo(value, test.operator, test.value));
    case "time":
      return scalarBody(field, 4, (value) => {
        const part = timePart(value, test.unit);
        return part !== undefined && compareNumbers(part, test.operator, test.value);
      });
    case "fieldref":
      return fieldrefBody(test, field, source.fieldId(test.field));
    case "any":
    case "placeholder":
      throw new Error(`a ${test.kind} test is not an atom`);
  }
}

function present(field: number): Requirement {
  return { field, where: "present", text: "" };
}

function scalarBody(field: number, price: number, test: (value: FieldScalar) => boolean): Body {
  return {
    price,
    requirements: [present(field)],
    holds: (slots) => {
      if (!slots.has(field)) return false;
      const value = slots.value(field);
      return typeof value === "object" && value !== null ? elementsOf(value).some(test) : test(value);
    },
  };
}

function equalsBody(text: string, field: number): Body {
  return patternBody({ pattern: text === "" ? [] : [text], cased: false }, field);
}

/** Numbers compare by their text, so `4688` meets 4688 and "4688"; `0x17` as written meets "0x17" and 23. */
function numberBody(test: { readonly value: number; readonly text: string }, field: number): Body {
  const plain = String(test.value);
  if (test.text === plain) return equalsBody(plain, field);
  const bodies = [equalsBody(plain, field), equalsBody(test.text, field)];
  return {
    price: 2,
    requirements: bodies.flatMap(({ requirements }) => requirements),
    holds: (slots) => bodies.some((body) => body.holds(slots)),
  };
}

function patternBody(test: { readonly pattern: Pattern; readonly cased: boolean }, field: number): Body {
  const folded = foldPattern(test.pattern);
  const pattern = test.cased ? test.pattern : folded;
  const accepts = textTestOf(pattern);
  const holds = field === WHOLE_EVENT ? wholeEventHolds(accepts, test.cased) : fieldHolds(field, accepts, test.cased);
  const only =
    pattern.length === 0 ? "" : pattern.length === 1 && typeof pattern[0] === "string" ? pattern[0] : undefined;
  const price = only === undefined ? (pattern.length > 3 ? 4 : 2) : 1;
  const requirement = bestRequirement(folded, field);
  return {
    price: field === WHOLE_EVENT ? 20 : price,
    requirements: requirement === undefined ? [] : [requirement],
    holds,
    ...(only !== undefined && !test.cased ? { equals: only } : {}),
    ...(requirement !== undefined && !test.cased && isOneText(pattern) && field !== WHOLE_EVENT
      ? { exact: requirement }
      : {}),
  };
}

/** A text with nothing but "any characters" before or behind it. */
function isOneText(pattern: Pattern): boolean {
  const texts = pattern.filter((part) => part !== ANY);
  return texts.length === 1 && typeof texts[0] === "string";
}

function fieldHolds(field: number, accepts: TextTest, cased: boolean): Body["holds"] {
  return (slots) => {
    if (!slots.has(field)) return false;
    const value = slots.value(field);
    if (value === null) return false;
    if (typeof value === "object") return anyElement(elementsOf(value), accepts, cased);
    return accepts(cased ? String(value) : slots.foldedText(field));
  };
}

function anyElement(elements: readonly FieldScalar[], accepts: TextTest, cased: boolean): boolean {
  return elements.some((element) => {
    const text = textOfScalar(element);
    return text !== undefined && accepts(cased ? text : fold(text));
  });
}

function wholeEventHolds(accepts: TextTest, cased: boolean): Body["holds"] {
  return (slots) => slots.someText((text, folded) => accepts(cased ? text : folded));
}

/** The longest literal of a pattern, with the place it must have. */
function bestRequirement(folded: Pattern, field: number): Requirement | undefined {
  if (folded.length === 0) return present(field);
  let best: Requirement | undefined;
  for (const [index, part] of folded.entries()) {
    if (typeof part !== "string" || (best !== undefined && best.text.length >= part.length)) continue;
    const where =
      folded.length === 1 ? "equals" : index === 0 ? "start" : index === folded.length - 1 ? "end" : "inside";
    best = { field, where: field === WHOLE_EVENT ? "inside" : where, text: part };
  }
  return best ?? (field === WHOLE_EVENT ? undefined : present(field));
}

function regexBody(compiled: CompiledRegex, test: ValueTest & { kind: "regex" }, field: number): Body {
  const required = requiredOf(test.source, test.flags.ignoreCase);
  // Plain search is many times faster than any engine of expressions, and nearly always says no.
  const accepts = (text: string, folded: string): boolean => hasRequired(folded, required) && compiled.test(text);
  const literal = rarestLiteral(required.literals);
  if (field === WHOLE_EVENT) {
    // A keyword of one character would be looked for in every value by itself.
    const isWorth = literal !== undefined && literal.length > 1;
    const requirements = isWorth ? [{ field, where: "inside" as const, text: literal }] : [];
    return { price: 60, requirements, holds: (slots) => slots.someText(accepts) };
  }
  return {
    price: 30,
    requirements: [literal === undefined ? present(field) : { field, where: "inside", text: literal }],
    holds: (slots) => {
      if (!slots.has(field)) return false;
      const value = slots.value(field);
      if (value === null) return false;
      if (typeof value !== "object") return accepts(String(value), slots.foldedText(field));
      return elementsOf(value).some((element) => element !== null && accepts(String(element), fold(String(element))));
    },
  };
}

function fieldrefBody(test: ValueTest & { kind: "fieldref" }, field: number, other: number): Body {
  const related = relationOf(test.mode);
  return {
    price: 5,
    requirements: [present(field)],
    other,
    holds: (slots) => {
      if (!slots.has(field) || !slots.has(other)) return false;
      if (!test.cased && isText(slots.value(field)) && isText(slots.value(other)))
        return related(slots.foldedText(field), slots.foldedText(other)) !== test.differs;
      const left = textsOf(slots, field, test.cased);
      const right = textsOf(slots, other, test.cased);
      if (left.length === 0 || right.length === 0) return false;
      return left.some((one) => right.some((two) => related(one, two))) !== test.differs;
    },
  };
}

function isText(value: FieldValue): value is string {
  return typeof value === "string";
}

function textsOf(slots: EventSlots, field: number, cased: boolean): string[] {
  return elementsOf(slots.value(field)).flatMap((element) => {
    const text = textOfScalar(element);
    return text === undefined ? [] : cased ? text : fold(text);
  });
}

export function relationOf(
  mode: "equals" | "contains" | "startswith" | "endswith",
): (one: string, two: string) => boolean {
  switch (mode) {
    case "equals":
      return (one, two) => one === two;
    case "contains":
      return (one, two) => one.includes(two);
    case "startswith":
      return (one, two) => one.startsWith(two);
    case "endswith":
      return (one, two) => one.endsWith(two);
  }
}

const decimal = /^\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?\s*$/i;

/** Numbers and decimal texts; anything else does not compare. */
export function comparesTo(value: FieldScalar, operator: CompareOperator, limit: number): boolean {
  if (typeof value === "string" && value.length < 400 && decimal.test(value))
    return compareNumbers(Number(value), operator, limit);
  return typeof value === "number" && compareNumbers(value, operator, limit);
}

export function compareNumbers(left: number, operator: TimeOperator, right: number): boolean {
  switch (operator) {
    case "gt":
      return left > right;
    case "gte":
      return left >= right;
    case "lt":
      return left < right;
    case "lte":
      return left <= right;
    case "eq":
      return left === right;
  }
}
