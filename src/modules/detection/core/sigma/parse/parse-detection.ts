/** The `detection` part of a rule: selections (maps, lists of maps, keyword lists) and conditions. */
import type { Complaints } from "./attributes.ts";
import { isConditionProblem, parseCondition } from "./condition.ts";
import type { DocumentNode, MapEntry, MapNode, ScalarNode } from "./document.ts";
import { MAX_SELECTION_DEPTH, MAX_SELECTIONS, MAX_VALUE_LENGTH, MAX_VALUES_PER_ITEM } from "../limits.ts";
import { applyModifiers, isKnownModifier, ModifierError } from "./modifiers.ts";
import { openEnd, openStart } from "../pattern.ts";
import type { Detection, DetectionItem, RuleCondition, Selection, SelectionNode, ValueTest } from "../rule.ts";

const affixes = ["contains", "startswith", "endswith"];

export function parseDetection(node: MapNode, complaints: Complaints): Detection {
  const selections: Selection[] = [];
  for (const entry of node.entries) {
    if (entry.key === "condition" || entry.key === "timeframe") continue;
    selections.push({
      name: entry.key,
      line: entry.line,
      body: parseNode(entry.value, entry, { complaints, depth: 0 }),
    });
  }
  if (selections.length === 0)
    complaints.add({ line: node.line, code: "sigma.detection.empty", message: "the detection has no selection" });
  if (selections.length > MAX_SELECTIONS) {
    complaints.add({
      line: node.line,
      code: "sigma.detection.too-many",
      message: `more than ${MAX_SELECTIONS} selections`,
    });
  }
  return { selections, conditions: parseConditions(node, selections, complaints) };
}

function parseConditions(node: MapNode, selections: readonly Selection[], complaints: Complaints): RuleCondition[] {
  const entry = node.entries.find(({ key }) => key === "condition");
  const values = entry?.value.kind === "list" ? entry.value.items : entry === undefined ? [] : [entry.value];
  if (values.length === 0)
    complaints.add({
      line: entry?.line ?? node.line,
      code: "sigma.condition.missing",
      message: "the detection has no condition",
    });
  const names = selections.map(({ name }) => name);
  const conditions: RuleCondition[] = [];
  for (const value of values) {
    const text = value.kind === "scalar" && value.value !== null ? String(value.value) : "";
    const expression = parseCondition(text, names);
    if (isConditionProblem(expression)) complaints.add({ ...expression, line: value.line });
    else conditions.push({ text, line: value.line, expression });
  }
  return conditions;
}

interface NodeContext {
  readonly complaints: Complaints;
  readonly depth: number;
}

function parseNode(node: DocumentNode, owner: MapEntry, context: NodeContext): SelectionNode {
  const { complaints, depth } = context;
  if (depth > MAX_SELECTION_DEPTH) {
    complaints.add({
      line: node.line,
      code: "sigma.detection.too-deep",
      message: `selections nested more than ${MAX_SELECTION_DEPTH} deep`,
    });
    return { kind: "any", nodes: [] };
  }
  if (node.kind === "scalar") return { kind: "item", item: keywordItem([node], owner, complaints) };
  const members = node.kind === "map" ? node.entries : node.items;
  if (members.length === 0)
    complaints.add({ line: owner.line, code: "sigma.selection.empty", message: `"${owner.key}" is empty` });
  if (node.kind === "map") {
    return { kind: "all", nodes: node.entries.map((entry) => ({ kind: "item", item: fieldItem(entry, complaints) })) };
  }
  const keywords = node.items.filter((item) => item.kind === "scalar");
  if (keywords.length === node.items.length) return { kind: "item", item: keywordItem(keywords, owner, complaints) };
  return { kind: "any", nodes: node.items.map((item) => parseNode(item, owner, { complaints, depth: depth + 1 })) };
}

function keywordItem(values: readonly ScalarNode[], owner: MapEntry, complaints: Complaints): DetectionItem {
  const line = values[0]?.line ?? owner.line;
  const tests = parseValues(values, { field: undefined, modifiers: [], complaints });
  return { line, key: "", link: "any", negated: false, tests };
}

function fieldItem(entry: MapEntry, complaints: Complaints): DetectionItem {
  const [name = "", ...modifiers] = entry.key.split("|");
  const field = name === "" ? undefined : name;
  const unknown = modifiers.filter((modifier) => !isKnownModifier(modifier));
  for (const modifier of unknown) {
    complaints.add({ line: entry.line, code: "sigma.modifier.unknown", message: `unknown modifier "${modifier}"` });
  }
  const values = scalarsOf(entry, complaints);
  const tests = unknown.length > 0 ? [] : parseValues(values, { field, modifiers, complaints });
  const all = modifiers.includes("all");
  const neq = modifiers.includes("neq");
  // `fieldref|neq` needs both fields, so each test carries the difference itself and the list logic turns over.
  const differs = neq && tests.length > 0 && tests.every((test) => test.kind === "fieldref");
  const link = all !== differs ? "all" : "any";
  return {
    ...(field === undefined ? {} : { field }),
    line: entry.line,
    key: entry.key,
    link,
    negated: neq && !differs,
    tests,
  };
}

function scalarsOf(entry: MapEntry, complaints: Complaints): ScalarNode[] {
  const { value } = entry;
  const nodes = value.kind === "list" ? value.items : [value];
  if (nodes.length === 0)
    complaints.add({ line: entry.line, code: "sigma.value.empty-list", message: `"${entry.key}" has an empty list` });
  if (nodes.length > MAX_VALUES_PER_ITEM) {
    complaints.add({
      line: entry.line,
      code: "sigma.value.too-many",
      message: `more than ${MAX_VALUES_PER_ITEM} values in one list`,
    });
    return [];
  }
  const scalars: ScalarNode[] = [];
  for (const node of nodes) {
    if (node.kind === "scalar") scalars.push(node);
    else
      complaints.add({
        line: node.line,
        code: "sigma.value.nested",
        message: `"${entry.key}" holds a ${node.kind} where a value is expected`,
      });
  }
  return scalars;
}

interface ValueContext {
  readonly field: string | undefined;
  readonly modifiers: readonly string[];
  readonly complaints: Complaints;
}

function parseValues(values: readonly ScalarNode[], context: ValueContext): ValueTest[] {
  const tests: ValueTest[] = [];
  for (const value of values) {
    const test = parseValue(value, context);
    if (test !== undefined) tests.push(test);
  }
  return tests;
}

function parseValue(node: ScalarNode, context: ValueContext): ValueTest | undefined {
  const { field, modifiers, complaints } = context;
  const { line, value, written } = node;
  if (typeof value === "string" && value.length > MAX_VALUE_LENGTH) {
    complaints.add({ line, code: "sigma.value.too-long", message: `value longer than ${MAX_VALUE_LENGTH} characters` });
    return undefined;
  }
  if (field === undefined && value === null) {
    complaints.add({ line, code: "sigma.keyword.null", message: "a keyword cannot be null" });
    return undefined;
  }
  if (modifiers.includes("expand") && typeof value === "string") {
    const names = placeholderNames(value);
    if (names.length > 0) return { kind: "placeholder", value: { text: value, names, modifiers }, line };
  }
  const given = modifiers.includes("expand") && typeof value === "string" ? value.replaceAll("\\%", "%") : value;
  try {
    return finishValue(
      { value: given, line, hasField: field !== undefined, ...(written === undefined ? {} : { written }) },
      modifiers,
    );
  } catch (error) {
    if (!(error instanceof ModifierError)) throw error;
    complaints.add({
      line,
      code: error.code,
      message: error.message,
      ...(error.hint === undefined ? {} : { hint: error.hint }),
    });
    return undefined;
  }
}

/** Modifiers, then the rule for keywords: text without a field is looked for anywhere in the event. */
export function finishValue(input: Parameters<typeof applyModifiers>[0], modifiers: readonly string[]): ValueTest {
  const test = applyModifiers(input, modifiers);
  return input.hasField || modifiers.some((modifier) => affixes.includes(modifier)) ? test : anywhere(test);
}

function anywhere(test: ValueTest): ValueTest {
  if (test.kind === "any") return { ...test, tests: test.tests.map(anywhere) };
  if (test.kind === "pattern") return { ...test, pattern: openStart(openEnd(test.pattern)) };
  if (test.kind === "number") {
    return { kind: "pattern", pattern: openStart(openEnd([test.text])), cased: false, line: test.line };
  }
  if (test.kind === "boolean") {
    return { kind: "pattern", pattern: openStart(openEnd([String(test.value)])), cased: false, line: test.line };
  }
  if (test.kind === "regex") return test;
  throw new ModifierError("keyword", `a keyword cannot be a ${test.kind} test`, "name a field");
}

const placeholder = /(?<!\\)%(\w{1,64})(?<!\\)%/g;

function placeholderNames(text: string): string[] {
  return [...new Set([...text.matchAll(placeholder)].map((found) => found[1] as string))];
}
