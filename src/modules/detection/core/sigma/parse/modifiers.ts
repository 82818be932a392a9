/**
 * Value modifiers, applied from left to right (specification 2.1, appendix "Modifiers"). `all` and `neq` concern the
 * whole item and are handled by the caller; `cased` holds wherever it stands in the chain.
 *
 * Where the specification and pySigma differ, docs/sigma.md says what is done here and why.
 */
import { base64, base64Offsets, toUtf8Bytes, toUtf16Bytes } from "./encode.ts";
import type { Utf16Form } from "./encode.ts";
import { parseNetwork } from "../match/ip.ts";
import { MAX_EXPANSIONS, MAX_REGEX_LENGTH, MAX_WILDCARDS_PER_VALUE } from "../limits.ts";
import { DASH, DASHES, hasWildcard, joinParts, openEnd, openStart, parsePattern } from "../pattern.ts";
import type { Pattern } from "../pattern.ts";
import type { RegexFlags } from "../regex.ts";
import type { CompareOperator, TimeOperator, TimeUnit, ValueTest } from "../rule.ts";

export type RawValue = string | number | boolean | null;

export interface ValueInput {
  readonly value: RawValue;
  /** Text as written when it differs from the value (`0x17`). */
  readonly written?: string;
  readonly line: number;
  readonly hasField: boolean;
}

export class ModifierError extends Error {
  readonly code: string;
  readonly hint: string | undefined;
  /** Line in the rule, where the thrower knows it. */
  line: number | undefined;

  constructor(code: string, message: string, hint?: string) {
    super(message);
    this.code = `sigma.modifier.${code}`;
    this.hint = hint;
  }
}

type FieldrefMode = "equals" | "contains" | "startswith" | "endswith";

/** A value on its way through the chain. `bytes` marks text already turned into bytes by `wide` and its kin. */
type Draft =
  | { kind: "text"; pattern: Pattern; original: string; bytes: boolean }
  | { kind: "number"; value: number; text: string }
  | { kind: "boolean"; value: boolean }
  | { kind: "null" }
  | { kind: "exists"; present: boolean }
  | { kind: "regex"; source: string; flags: RegexFlags }
  | { kind: "cidr"; network: string }
  | { kind: "compare"; operator: CompareOperator; value: number }
  | { kind: "time"; unit: TimeUnit; operator: TimeOperator; value: number }
  | { kind: "fieldref"; field: string; mode: FieldrefMode }
  | { kind: "any"; drafts: Draft[] };

type Step = (draft: Draft, done: readonly string[], input: ValueInput) => Draft;

const steps: ReadonlyMap<string, Step> = new Map<string, Step>([
  ["contains", affix("contains")],
  ["startswith", affix("startswith")],
  ["endswith", affix("endswith")],
  ["re", toRegex],
  ...flagSteps("ignoreCase", ["i", "ignorecase"]),
  ...flagSteps("multiline", ["m", "multiline"]),
  ...flagSteps("dotAll", ["s", "dotall"]),
  ["base64", (draft) => encodeText(draft, "base64", (bytes) => [base64(bytes)])],
  ["base64offset", (draft) => encodeText(draft, "base64offset", base64Offsets)],
  ["wide", widen("utf16le")],
  ["utf16le", widen("utf16le")],
  ["utf16be", widen("utf16be")],
  ["utf16", widen("utf16")],
  ["windash", windash],
  ["cidr", toCidr],
  ["fieldref", toFieldref],
  ["exists", toExists],
  ...(["gt", "gte", "lt", "lte"] as const).map((operator): [string, Step] => [operator, compare(operator)]),
  ...(["minute", "hour", "day", "week", "month", "year"] as const).map((unit): [string, Step] => [
    unit,
    timePart(unit),
  ]),
  ["cased", (draft) => draft],
]);

/** Modifiers that concern the item, not each value. */
export const ITEM_MODIFIERS: ReadonlySet<string> = new Set(["all", "neq"]);

export function isKnownModifier(name: string): boolean {
  return steps.has(name) || ITEM_MODIFIERS.has(name) || name === "expand";
}

/** Runs the chain over one value. Throws ModifierError when the chain does not fit the value. */
export function applyModifiers(input: ValueInput, modifiers: readonly string[]): ValueTest {
  let draft = firstDraft(input);
  const done: string[] = [];
  for (const name of modifiers) {
    const step = steps.get(name);
    if (step === undefined || name === "cased") continue;
    draft =
      draft.kind === "any" ? overVariants(draft, (single) => step(single, done, input)) : step(draft, done, input);
    done.push(name);
  }
  return finish(draft, { cased: modifiers.includes("cased"), differs: modifiers.includes("neq"), line: input.line });
}

function firstDraft(input: ValueInput): Draft {
  const { value, written } = input;
  if (value === null) return { kind: "null" };
  if (typeof value === "boolean") return { kind: "boolean", value };
  if (typeof value === "number") return { kind: "number", value, text: written ?? String(value) };
  return textDraft(value);
}

function textDraft(text: string): Draft {
  const pattern = parsePattern(text);
  // Of a shorter pattern no count is needed.
  if (
    pattern.length > MAX_WILDCARDS_PER_VALUE &&
    pattern.filter((part) => typeof part === "number").length > MAX_WILDCARDS_PER_VALUE
  )
    throw new ModifierError("wildcards", `more than ${MAX_WILDCARDS_PER_VALUE} wildcards in one value`);
  return { kind: "text", pattern, original: text, bytes: false };
}

function overVariants(draft: Draft, step: (single: Draft) => Draft): Draft {
  return draft.kind === "any"
    ? { kind: "any", drafts: draft.drafts.map((inner) => overVariants(inner, step)) }
    : step(draft);
}

function finish(draft: Draft, rest: { cased: boolean; differs: boolean; line: number }): ValueTest {
  const { line, cased } = rest;
  switch (draft.kind) {
    case "any":
      return { kind: "any", tests: draft.drafts.map((inner) => finish(inner, rest)), line };
    case "text":
      return { kind: "pattern", pattern: draft.pattern, cased, line };
    case "fieldref":
      return { ...draft, cased, differs: rest.differs, line };
    default:
      return { ...draft, line };
  }
}

function wrongType(modifier: string, wants: string): never {
  throw new ModifierError("type", `the modifier "${modifier}" needs ${wants}`);
}

/** Numbers and booleans may carry text modifiers: `EventID|startswith: 46`. */
function asText(draft: Draft): Draft {
  if (draft.kind === "number")
    return { kind: "text", pattern: joinParts([draft.text]), original: draft.text, bytes: false };
  if (draft.kind === "boolean")
    return { kind: "text", pattern: [String(draft.value)], original: String(draft.value), bytes: false };
  return draft;
}

function affix(mode: "contains" | "startswith" | "endswith"): Step {
  return (given) => {
    const draft = asText(given);
    if (draft.kind === "fieldref") return { ...draft, mode };
    if (draft.kind === "regex") return { ...draft, source: anchor(draft.source, mode) };
    if (draft.kind !== "text") return wrongType(mode, "text, a regular expression or a field name");
    let { pattern } = draft;
    if (mode !== "startswith") pattern = openStart(pattern);
    if (mode !== "endswith") pattern = openEnd(pattern);
    return { ...draft, pattern };
  };
}

/** `re` searches anywhere already, so `contains` adds nothing and the other two add their anchor. */
function anchor(source: string, mode: "contains" | "startswith" | "endswith"): string {
  if (mode === "contains") return source;
  return mode === "startswith" ? `\\A(?:${source})` : `(?:${source})\\z`;
}

function toRegex(draft: Draft, done: readonly string[]): Draft {
  if (done.length > 0) throw new ModifierError("order", `"re" must come before "${done.join("|")}"`);
  const text = asText(draft);
  if (text.kind !== "text") return wrongType("re", "a regular expression");
  if (text.original.length > MAX_REGEX_LENGTH)
    throw new ModifierError("too-long", `regular expression longer than ${MAX_REGEX_LENGTH} characters`);
  return { kind: "regex", source: text.original, flags: { ignoreCase: false, multiline: false, dotAll: false } };
}

function flagSteps(flag: keyof RegexFlags, names: readonly string[]): [string, Step][] {
  return names.map((name): [string, Step] => [
    name,
    (draft) => {
      if (draft.kind !== "regex") return wrongType(name, `"re" before it`);
      return { ...draft, flags: { ...draft.flags, [flag]: true } };
    },
  ]);
}

/** Literal texts of a draft; the dashes of `windash` are written out because their encodings differ. */
function literals(draft: Draft, modifier: string): { texts: string[]; bytes: boolean } {
  const text = asText(draft);
  if (text.kind !== "text") return wrongType(modifier, "text");
  if (hasWildcard(text.pattern)) {
    throw new ModifierError(
      "wildcard",
      `"${modifier}" cannot encode a value with wildcards`,
      "escape * and ? with a backslash",
    );
  }
  let texts = [""];
  for (const part of text.pattern) {
    const choices = part === DASH ? [...DASHES] : [part as string];
    texts = texts.flatMap((start) => choices.map((choice) => start + choice));
    if (texts.length > MAX_EXPANSIONS)
      throw new ModifierError("too-many", `more than ${MAX_EXPANSIONS} variants of one value`);
  }
  return { texts, bytes: text.bytes };
}

function encodeText(draft: Draft, modifier: string, encode: (bytes: string) => string[]): Draft {
  const { texts, bytes } = literals(draft, modifier);
  const variants = texts.flatMap((text) => encode(bytes ? text : toUtf8Bytes(text)));
  const drafts = variants.map(
    (variant): Draft => ({ kind: "text", pattern: joinParts([variant]), original: variant, bytes: false }),
  );
  return drafts.length === 1 ? (drafts[0] as Draft) : { kind: "any", drafts };
}

function widen(form: Utf16Form): Step {
  return (draft) => {
    const text = asText(draft);
    if (text.kind !== "text" || text.bytes) return wrongType(form, "text");
    const pattern = text.pattern.map((part, index) =>
      typeof part === "string" ? toUtf16Bytes(part, form === "utf16" && index > 0 ? "utf16le" : form) : part,
    );
    return { ...text, pattern: joinParts(pattern), bytes: true };
  };
}

/** A dash counts where a parameter begins: nothing or a non-word character before it, a word character after it. */
const parameterDash = /(?<![\p{L}\p{N}_])[-/\u2013\u2014\u2015](?=[\p{L}\p{N}_])/u;

function windash(draft: Draft): Draft {
  const text = asText(draft);
  if (text.kind !== "text") return wrongType("windash", "text");
  const pattern = text.pattern.flatMap((part): Pattern => {
    if (typeof part !== "string") return [part];
    return part.split(parameterDash).flatMap((piece, index): Pattern => (index === 0 ? [piece] : [DASH, piece]));
  });
  return { ...text, pattern: joinParts(pattern) };
}

function toCidr(draft: Draft, done: readonly string[]): Draft {
  if (done.length > 0) throw new ModifierError("order", `"cidr" must come before "${done.join("|")}"`);
  if (draft.kind !== "text") return wrongType("cidr", "a network such as 10.0.0.0/8");
  if (parseNetwork(draft.original) === undefined)
    throw new ModifierError("cidr", `"${draft.original}" is not an IP network`);
  return { kind: "cidr", network: draft.original };
}

function toFieldref(draft: Draft): Draft {
  if (draft.kind !== "text" || hasWildcard(draft.pattern))
    return wrongType("fieldref", "a field name without wildcards");
  return { kind: "fieldref", field: draft.original, mode: "equals" };
}

function toExists(draft: Draft, done: readonly string[], input: ValueInput): Draft {
  if (!input.hasField) throw new ModifierError("exists", `"exists" needs a field name before it`);
  if (draft.kind !== "boolean" || done.length > 0) return wrongType("exists", "true or false");
  return { kind: "exists", present: draft.value };
}

function numberOf(draft: Draft, modifier: string): number {
  if (draft.kind === "number") return draft.value;
  const parsed = draft.kind === "text" && draft.original.trim() !== "" ? Number(draft.original) : Number.NaN;
  return Number.isFinite(parsed) ? parsed : wrongType(modifier, "a number");
}

function compare(operator: CompareOperator): Step {
  return (draft) => {
    if (draft.kind === "time") return { ...draft, operator };
    return { kind: "compare", operator, value: numberOf(draft, operator) };
  };
}

function timePart(unit: TimeUnit): Step {
  return (draft) => {
    if (draft.kind === "compare") return { kind: "time", unit, operator: draft.operator, value: draft.value };
    return { kind: "time", unit, operator: "eq", value: numberOf(draft, unit) };
  };
}
