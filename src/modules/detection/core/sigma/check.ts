/** What parsing alone cannot know: whether the patterns run on our engine and the placeholders have values. */
import type { ContentProblem } from "../../../../kernel/index.ts";
import { ModifierError } from "./parse/modifiers.ts";
import { fillPlaceholders } from "./parse/placeholders.ts";
import type { RegexCompiler } from "./regex.ts";
import { isRefusal } from "./regex.ts";
import type { Placeholders, Rule, SelectionNode, ValueTest } from "./rule.ts";

export interface CheckOptions {
  readonly regex: RegexCompiler;
  readonly placeholders?: Placeholders;
}

/** Everything that would make `compileRules` reject the rule. */
export function checkRule(given: Rule, { regex, placeholders = {} }: CheckOptions): ContentProblem[] {
  try {
    const { detection } = fillPlaceholders(given, placeholders);
    return detection.selections
      .flatMap(({ body }) => testsOf(body))
      .flatMap((test) => checkPattern(test, given.file, regex));
  } catch (error) {
    if (!(error instanceof ModifierError)) throw error;
    const { code, message, hint, line } = error;
    return [{ file: given.file, line: line ?? given.line, code, message, ...(hint === undefined ? {} : { hint }) }];
  }
}

function checkPattern(test: ValueTest, file: string, regex: RegexCompiler): ContentProblem[] {
  if (test.kind !== "regex") return [];
  const compiled = regex.compile(test.source, test.flags);
  if (!isRefusal(compiled)) return [];
  const message = `regular expression refused: ${compiled.refused}`;
  return [
    {
      file,
      line: test.line,
      code: "sigma.regex.refused",
      message,
      hint: "look-around and back-references cannot run in linear time",
    },
  ];
}

function testsOf(node: SelectionNode): ValueTest[] {
  return node.kind === "item" ? node.item.tests.flatMap(flat) : node.nodes.flatMap(testsOf);
}

function flat(test: ValueTest): ValueTest[] {
  return test.kind === "any" ? test.tests.flatMap(flat) : [test];
}
