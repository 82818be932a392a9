/** One item of a rule (`field|modifiers: values`) as a query: soundly, or as one would read it. */
import type { FieldTest, Pattern as QueryPattern, PatternPiece, Query } from "../../lake/index.ts";
import { ANY, DASH, DASHES, ONE, type Pattern } from "../core/sigma/pattern.ts";
import { requiredLiteral } from "../core/sigma/match/regex-literal.ts";
import type { CompareOperator, DetectionItem, ValueTest } from "../core/sigma/rule.ts";
import { ALL, allOf, and, anyOf, atMost, type Bounds, both, nativeField, not, or, UNKNOWN } from "./query-algebra.ts";

/** Why the hunt query cannot say a part of a rule. */
export type LeftOutReason =
  | "regex"
  | "fieldref"
  | "time"
  | "exists"
  | "cased"
  | "wildcard"
  | "keyword"
  | "network"
  | "too-many"
  | "other-names";

type Names = readonly string[] | undefined;

function onAny(names: readonly string[], test: FieldTest): Query {
  return or(names.map((name) => nativeField(name, test)));
}

function present(names: readonly string[]): Query {
  return onAny(names, { kind: "exists" });
}

// ── sound ───────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Values of one item that are tested one by one; more are looked for together, as texts anywhere in the event. */
const MAX_SEPARATE_VALUES = 4;
/** Shorter texts stand in most events. */
const MIN_TELLING_TEXT = 3;

/**
 * Texts that must stand somewhere in the event, for what a few tests of fields cannot say: keywords, which may stand
 * anywhere, and long lists, which one look at the whole record answers. The same for every route and name of a field.
 */
export function contentItem(item: DetectionItem): Bounds {
  const fieldsOnly = item.field !== undefined;
  const tests = item.tests.flatMap(variantsOf);
  if (fieldsOnly && (item.link === "all" || tests.length <= MAX_SEPARATE_VALUES)) return UNKNOWN;
  if (item.link !== "all") return atMost(contentOf(tests, fieldsOnly));
  return atMost(and(item.tests.map((test) => contentOf(variantsOf(test), fieldsOnly))));
}

/** The rest: fields and their values. */
export function soundItem(item: DetectionItem, names: Names): Bounds {
  const tests = item.tests.flatMap(variantsOf);
  if (names === undefined) return UNKNOWN;
  const few = tests.length <= MAX_SEPARATE_VALUES;
  if (item.link === "all") {
    return atMost(
      and(
        item.tests
          .slice(0, MAX_SEPARATE_VALUES)
          .map((test) => or(variantsOf(test).map((one) => soundTest(one, names)))),
      ),
    );
  }
  if (few) return atMost(or(tests.map((test) => soundTest(test, names))));
  const nullable = tests.some(({ kind }) => kind === "null" || kind === "exists" || kind === "placeholder");
  return nullable ? UNKNOWN : atMost(present(names));
}

function variantsOf(test: ValueTest): readonly ValueTest[] {
  return test.kind === "any" ? test.tests.flatMap(variantsOf) : [test];
}

/** Some text each of the tests needs; all events when one needs none. */
function contentOf(tests: readonly ValueTest[], fieldsOnly: boolean): Query {
  const texts = new Set(tests.map(tellingTextOf));
  if (texts.size === 0 || texts.has(undefined)) return ALL;
  return { kind: "content", anyOf: [...texts].filter((text) => text !== undefined), fieldsOnly };
}

/** The longest text without which the test cannot hold. */
function tellingTextOf(test: ValueTest): string | undefined {
  const text =
    test.kind === "pattern"
      ? longest(test.pattern.filter((part) => typeof part === "string"))
      : test.kind === "regex"
        ? (requiredLiteral(test.source, test.flags.ignoreCase) ?? "")
        : "";
  return text.length >= MIN_TELLING_TEXT && isStorable(text) ? text : undefined;
}

function longest(texts: readonly string[]): string {
  return texts.reduce((best, text) => (text.length > best.length ? text : best), "");
}

/** Texts the store cannot hold as they are: half of a surrogate pair, and NUL, which ends texts in some engines. */
function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes("\0");
}

function soundTest(test: ValueTest, names: readonly string[]): Query {
  switch (test.kind) {
    case "pattern":
      return patternTest(test.pattern, names);
    case "number":
      return Math.abs(test.value) >= 1e21
        ? present(names)
        : or([String(test.value), test.text].map((text) => equals(names, text)));
    case "boolean":
      return equals(names, String(test.value));
    case "regex": {
      const text = tellingTextOf(test);
      return text === undefined
        ? present(names)
        : onAny(names, { kind: "match", pattern: ["many", { literal: text }, "many"] });
    }
    // Sigma and the store read addresses and numbers differently at the edges (010.1.2.3, +5); the engine decides.
    case "cidr":
    case "compare":
    case "time":
    case "fieldref":
      return present(names);
    case "null":
    case "exists":
    case "placeholder":
    case "any":
      return ALL;
  }
}

function equals(names: readonly string[], text: string): Query {
  return onAny(names, { kind: "match", pattern: [{ literal: text }] });
}

function patternTest(pattern: Pattern, names: readonly string[]): Query {
  const pieces = storePattern(pattern);
  return pieces === undefined || isMany(pieces) ? present(names) : onAny(names, { kind: "match", pattern: pieces });
}

function isMany(pieces: QueryPattern): boolean {
  return pieces.length === 1 && pieces[0] === "many";
}

/**
 * Sigma's `?` is one UTF-16 unit, the store's one character: k of them are at least k/2 characters. Wider, never
 * narrower. A literal the store cannot hold makes the whole pattern unknown.
 */
function storePattern(pattern: Pattern): QueryPattern | undefined {
  const pieces: PatternPiece[] = [];
  let units = 0;
  const closeRun = (): void => {
    for (let count = 0; count < Math.ceil(units / 2); count++) pieces.push("one");
    if (units > 1) pieces.push("many");
    units = 0;
  };
  for (const part of pattern) {
    if (part === ONE) {
      units++;
      continue;
    }
    closeRun();
    if (typeof part === "string") {
      if (!isStorable(part)) return undefined;
      pieces.push({ literal: part });
    } else pieces.push(part === DASH ? "one" : "many");
  }
  closeRun();
  const joined = pieces.filter((piece, index) => piece !== "many" || pieces[index - 1] !== "many");
  return joined.length === 0 ? [{ literal: "" }] : joined;
}

// ── for reading ─────────────────────────────────────────────────────────────────────────────────────────────────────

type Complain = (item: DetectionItem, why: LeftOutReason) => void;

/** More values than this do not make a text anybody reads. */
const MAX_READ_VALUES = 150;

export function readingOf(item: DetectionItem, names: Names, complain: Complain): Bounds {
  if (item.tests.length > MAX_READ_VALUES) {
    complain(item, "too-many");
    return UNKNOWN;
  }
  const parts = item.tests.map((test) =>
    anyOf(variantsOf(test).map((one) => readTest(one, { item, names, complain }))),
  );
  return item.link === "all" ? allOf(parts) : anyOf(parts);
}

interface Reading {
  readonly item: DetectionItem;
  readonly names: Names;
  readonly complain: Complain;
}

const OPERATORS: Readonly<Record<CompareOperator, ">" | ">=" | "<" | "<=">> = {
  gt: ">",
  gte: ">=",
  lt: "<",
  lte: "<=",
};

function readTest(test: ValueTest, { item, names, complain }: Reading): Bounds {
  const cannot = (why: LeftOutReason, upper: Query = ALL): Bounds => {
    complain(item, why);
    return atMost(upper);
  };
  if (names === undefined) return readKeyword(test, cannot);
  const there = present(names);
  switch (test.kind) {
    case "pattern": {
      if (test.cased) complain(item, "cased");
      if (test.pattern.includes(ONE)) complain(item, "wildcard");
      return readPattern(test.pattern, names, cannot);
    }
    case "number":
      return both(or([...new Set([String(test.value), test.text])].map((text) => equals(names, text))));
    case "boolean":
      return both(equals(names, String(test.value)));
    case "null":
      return both(not(there));
    case "exists":
      complain(item, "exists");
      return both(test.present ? there : not(there));
    case "cidr":
      return test.network.includes("/")
        ? both(onAny(names, { kind: "cidr", text: test.network }))
        : cannot("network", equals(names, test.network));
    case "compare":
      return both(onAny(names, { kind: "compare", op: OPERATORS[test.operator], value: String(test.value) }));
    case "regex": {
      const text = tellingTextOf(test);
      return cannot(
        "regex",
        text === undefined ? there : onAny(names, { kind: "match", pattern: ["many", { literal: text }, "many"] }),
      );
    }
    case "time":
      return cannot("time", there);
    case "fieldref":
      return cannot("fieldref", there);
    case "placeholder":
    case "any":
      return cannot("keyword");
  }
}

function readKeyword(test: ValueTest, cannot: (why: LeftOutReason, upper?: Query) => Bounds): Bounds {
  if (test.kind !== "pattern") return cannot("keyword");
  const pieces = storePattern(test.pattern)?.filter(
    (piece, index, all) => piece !== "many" || (index > 0 && index < all.length - 1),
  );
  if (pieces === undefined || pieces.length === 0) return cannot("keyword");
  // Free text is looked for in the record, keywords in the fields: nearly the same, not always.
  return cannot("keyword", { kind: "text", pattern: pieces });
}

/** A dash of `windash` is five characters: one of them is written out, several become `?`. */
function readPattern(pattern: Pattern, names: readonly string[], cannot: (why: LeftOutReason) => Bounds): Bounds {
  const dashes = pattern.filter((part) => part === DASH).length;
  if (dashes !== 1) {
    if (dashes > 1) cannot("wildcard");
    const pieces = storePattern(pattern);
    if (pieces === undefined) return cannot("wildcard");
    return both(isMany(pieces) ? present(names) : onAny(names, { kind: "match", pattern: pieces }));
  }
  const written = [...DASHES].map((dash) => storePattern(withDash(pattern, dash)) ?? []);
  return both(or(written.map((pieces) => onAny(names, { kind: "match", pattern: pieces }))));
}

function withDash(pattern: Pattern, dash: string): Pattern {
  const parts: (string | typeof ANY | typeof ONE | typeof DASH)[] = [];
  for (const part of pattern) {
    const text = part === DASH ? dash : part;
    const last = parts.at(-1);
    if (typeof text === "string" && typeof last === "string") parts[parts.length - 1] = last + text;
    else parts.push(text);
  }
  return parts;
}
