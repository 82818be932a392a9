/** Fills `%name%` of the modifier `expand` when rules are compiled; a name without values rejects the rule. */
import { MAX_EXPANSIONS } from "../limits.ts";
import { ModifierError } from "./modifiers.ts";
import { finishValue } from "./parse-detection.ts";
import type { DetectionItem, Placeholders, PlaceholderValue, Rule, SelectionNode, ValueTest } from "../rule.ts";

/** The code of the problem that a name has no values. */
export const NO_VALUES = "sigma.modifier.placeholder";

export function usesPlaceholders({ detection }: Pick<Rule, "detection">): boolean {
  return detection.selections.some(({ body }) => mentionsPlaceholder(body));
}

export function fillPlaceholders(rule: Rule, values: Placeholders): Rule {
  if (!usesPlaceholders(rule)) return rule;
  const selections = rule.detection.selections.map((selection) => ({
    ...selection,
    body: fillNode(selection.body, values),
  }));
  return { ...rule, detection: { ...rule.detection, selections } };
}

function mentionsPlaceholder(node: SelectionNode): boolean {
  return node.kind === "item"
    ? node.item.tests.some((test) => test.kind === "placeholder")
    : node.nodes.some(mentionsPlaceholder);
}

function fillNode(node: SelectionNode, values: Placeholders): SelectionNode {
  if (node.kind === "item") return { kind: "item", item: fillItem(node.item, values) };
  return { kind: node.kind, nodes: node.nodes.map((inner) => fillNode(inner, values)) };
}

function fillItem(item: DetectionItem, values: Placeholders): DetectionItem {
  const tests = item.tests.map((test): ValueTest => {
    if (test.kind !== "placeholder") return test;
    const { modifiers } = test.value;
    return atLine(test.line, () => {
      const inputs = fillText(test.value, values).map((value) => ({
        value,
        line: test.line,
        hasField: item.field !== undefined,
      }));
      return { kind: "any", tests: inputs.map((input) => finishValue(input, modifiers)), line: test.line };
    });
  });
  return { ...item, tests };
}

function atLine<Result>(line: number, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (error instanceof ModifierError) error.line = line;
    throw error;
  }
}

/**
 * Every combination of values; `\%` becomes a plain percent sign. The text is cut at its placeholders first, so that
 * nothing inside a value is taken for one. The same name has the same value wherever it stands.
 */
function fillText(value: PlaceholderValue, values: Placeholders): string[] {
  let choices: Readonly<Record<string, string>>[] = [Object.create(null) as Record<string, string>];
  for (const name of value.names) {
    const known = Object.hasOwn(values, name) ? values[name] : undefined;
    if (known === undefined || known.length === 0) {
      throw new ModifierError(
        "placeholder",
        `no values for the placeholder %${name}%`,
        "add it to the placeholder file",
      );
    }
    choices = choices.flatMap((chosen) =>
      known.map((one) => Object.assign(Object.create(null) as Record<string, string>, chosen, { [name]: String(one) })),
    );
    if (choices.length > MAX_EXPANSIONS)
      throw new ModifierError("too-many", `more than ${MAX_EXPANSIONS} variants of one value`);
  }
  // Splitting at a group leaves the names at the odd places.
  const pieces = value.text.split(hole);
  return choices.map((chosen) =>
    pieces.map((piece, at) => (at % 2 === 1 ? chosen[piece] : piece.replaceAll("\\%", "%"))).join(""),
  );
}

const hole = /(?<!\\)%(\w{1,64})(?<!\\)%/;
