/** Checks on a detection as a whole: selections, conditions, log source, and whether it must read every event. */
import { entryOf } from "../core/sigma/parse/document.ts";
import {
  type Condition,
  isFed,
  type MapEntry,
  type MapNode,
  type Rule,
  type SigmaFilter,
} from "../core/sigma/index.ts";
import { requiredLiteral } from "../core/sigma/match/regex-literal.ts";
import type { DetectionItem, SelectionNode, ValueTest } from "../core/sigma/rule.ts";
import { itemsOf, selectionsOf, type WrittenItem } from "./items.ts";
import { asksForSomething, judgeCondition, namesIn } from "./logic.ts";
import { mapOf, maybeFix, replaceIn, scalarText, text } from "./nodes.ts";
import type { Subject } from "./remark.ts";
import { checkItem } from "./values.ts";

export function checkDetection(subject: Subject): void {
  const { root, rule } = subject;
  const detection = mapOf(root, "detection");
  if (detection !== undefined) {
    const items = selectionsOf(detection).flatMap(itemsOf);
    for (const item of items) checkItem(item, subject);
    checkFieldNames(items, subject);
    checkConditionTexts(detection, subject);
    checkLogSource(subject, items);
  }
  if (rule?.kind === "detection" && detection !== undefined) {
    checkConditions(rule, detection, subject);
    checkReach(rule, subject);
  }
}

function checkLogSource({ root, rule, report, context, lines }: Subject, items: readonly WrittenItem[]): void {
  const source = mapOf(root, "logsource");
  if (source === undefined) return;
  for (const key of ["product", "category", "service"]) {
    const written = text(source, key);
    if (written === undefined || written === written.toLowerCase()) continue;
    const line = entryOf(source, key)?.line ?? source.line;
    const fix = replaceIn(lines, line, {
      from: written,
      to: written.toLowerCase(),
      description: "write it in small letters",
    });
    report.add(
      "source.case",
      line,
      `log sources are written in small letters: ${written.toLowerCase()}`,
      maybeFix(fix),
    );
  }
  if (rule?.kind === "detection" && !isFed(rule.logsource, context.map)) {
    const hint = "see khien rules coverage; a map in content/log-sources can feed it";
    report.add("source.not-fed", source.line, "nothing this program reads feeds this log source", { hint });
  }
  const keyword = items.find(({ field, modifiers }) => field === undefined && modifiers.length === 0);
  if (keyword !== undefined && text(source, "service") === undefined && text(source, "category") === undefined) {
    const hint = "name the service, or the field";
    report.add("detection.keyword-no-service", keyword.line, "keywords read every event of the product", { hint });
  }
}

function checkFieldNames(items: readonly WrittenItem[], { report }: Subject): void {
  const spellings = new Map<string, WrittenItem>();
  for (const item of items) {
    if (item.field === undefined) continue;
    const key = item.field.replaceAll(" ", "").toLowerCase();
    const known = spellings.get(key);
    if (known === undefined) spellings.set(key, item);
    else if (known.field !== item.field)
      report.add(
        "detection.field-twin",
        item.line,
        `"${item.field}" is written "${known.field}" in line ${known.line}`,
      );
  }
}

function checkConditionTexts(detection: MapNode, { report }: Subject): void {
  const node = entryOf(detection, "condition");
  if (node === undefined) return;
  if (node.value.kind === "list" && node.value.items.length > 1)
    report.add("condition.list", node.line, "several conditions count as alternatives", { hint: "join them with or" });
  const conditions = node.value.kind === "list" ? node.value.items : [node.value];
  const names = selectionsOf(detection).map(({ key }) => key);
  for (const condition of conditions) {
    const written = scalarText(condition) ?? "";
    if (/\bnot\s+not\b|\bnot\s*\(\s*not\b/u.test(written))
      report.add("condition.double-negation", condition.line, "a negation of a negation", { hint: "leave out both" });
    if (written.includes("|"))
      report.add("condition.aggregation", condition.line, "aggregation after | is Sigma 1", {
        hint: "write a correlation: khien rules convert shows it",
      });
    for (const [, quantifier, pattern = ""] of written.matchAll(/\b(1|any|all) of ([^\s()]+)/gu)) {
      const fitting = names.filter((name) => !name.startsWith("_") && (pattern === "them" || fits(pattern, name)));
      if (fitting.length === 1 && pattern !== "them")
        report.add("condition.one-of-one", condition.line, `only ${fitting[0]} fits "${quantifier} of ${pattern}"`, {
          hint: `write ${fitting[0]}`,
        });
      const filters = fitting.filter((name) => /^(?:filter|exclu|exception|legit)/iu.test(name));
      if (pattern === "them" && filters.length > 0)
        report.add(
          "condition.them-with-filter",
          condition.line,
          `"${quantifier} of them" includes ${filters.join(", ")}`,
          { hint: "name the selections by a pattern" },
        );
    }
  }
  const quantified = conditions.some((condition) => /\bof\b/u.test(scalarText(condition) ?? ""));
  for (const { key, line } of selectionsOf(detection)) {
    if (quantified && key.startsWith("_"))
      report.add("detection.hidden-selection", line, `"${key}" is never part of "of" patterns`, {
        hint: "names starting with _ are left out",
      });
  }
}

function fits(pattern: string, name: string): boolean {
  const source = pattern.split("*").map((part) => part.replace(/[\\^$.+?()[\]{}|]/gu, "\\$&"));
  return new RegExp(`^${source.join("[^]*")}$`, "u").test(name);
}

function checkConditions(rule: Rule, detection: MapNode, { report }: Subject): void {
  const used = new Set(rule.detection.conditions.flatMap(({ expression }) => [...namesIn(expression)]));
  for (const { key, line } of selectionsOf(detection) as readonly MapEntry[]) {
    if (!used.has(key)) report.add("detection.unused-selection", line, `no condition asks for "${key}"`);
  }
  for (const { expression, line } of rule.detection.conditions) {
    const judged = judgeCondition(expression);
    if (judged?.always === true) report.add("condition.always-true", line, "the condition holds for every event");
    else if (judged?.never === true) report.add("condition.never-true", line, "the condition can never hold");
    else
      for (const name of judged?.withoutEffect ?? [])
        report.add("condition.no-effect", line, `"${name}" makes no difference to the condition`);
    if (judged?.always !== true && !asksForSomething(expression))
      report.add("detection.only-negation", line, "the rule only says what must not be", {
        hint: "every other event of the log source fires it",
      });
  }
}

/** A rule without a text that must occur is evaluated for every event of its log source. */
function checkReach(rule: Rule, { report }: Subject): void {
  const conditions = rule.detection.conditions;
  if (!conditions.every(({ expression }) => asksForSomething(expression))) return;
  if (conditions.every(({ expression }) => needsText(expression, rule))) return;
  report.add(
    "detection.unguarded",
    conditions[0]?.line ?? rule.line,
    "no text must occur: every event of the log source is looked at in full",
    {
      hint: "require a value of three characters or more",
    },
  );
}

export function needsText(condition: Condition, rule: Rule | SigmaFilter): boolean {
  switch (condition.kind) {
    case "and":
      return condition.parts.some((part) => needsText(part, rule));
    case "or":
      return condition.parts.every((part) => needsText(part, rule));
    case "not":
      return false;
    case "selection": {
      const selection = rule.detection.selections.find(({ name }) => name === condition.name);
      return selection !== undefined && nodeNeedsText(selection.body);
    }
  }
}

function nodeNeedsText(node: SelectionNode): boolean {
  if (node.kind === "item") return itemNeedsText(node.item);
  return node.kind === "all"
    ? node.nodes.some(nodeNeedsText)
    : node.nodes.length > 0 && node.nodes.every(nodeNeedsText);
}

function itemNeedsText({ tests, link, negated }: DetectionItem): boolean {
  if (negated || tests.length === 0) return false;
  return link === "all" ? tests.some(testNeedsText) : tests.every(testNeedsText);
}

const MIN_GUARD = 3;

function testNeedsText(test: ValueTest): boolean {
  switch (test.kind) {
    case "pattern": {
      const isWhole = test.pattern.every((part) => typeof part === "string") && test.pattern.length > 0;
      return isWhole || test.pattern.some((part) => typeof part === "string" && part.length >= MIN_GUARD);
    }
    case "number":
    case "boolean":
    case "placeholder":
      return true;
    case "regex":
      return requiredLiteral(test.source, test.flags.ignoreCase) !== undefined;
    case "any":
      return test.tests.every(testNeedsText);
    default:
      return false;
  }
}
