/** Minimum terms by law: content/retention/*.yml. */
import type { ContentProblem } from "../../../kernel/index.ts";
import { type ContentFile, loadContent } from "../../../platform/content/index.ts";
import { z } from "../../../platform/schema/index.ts";
import { parseYaml, plainValue } from "../../../platform/yaml/index.ts";
import { RetentionRule } from "./schemas.ts";

const RuleFile = z.strictObject({ rules: z.array(RetentionRule).max(500) });

export async function loadRetentionRules(
  dir: string,
): Promise<{ rules: ReadonlyMap<string, RetentionRule>; problems: readonly ContentProblem[] }> {
  const { items, problems } = await loadContent({ dir, extension: ".yml", parse: parseRules });
  const rules = new Map<string, RetentionRule>();
  const twice: ContentProblem[] = [];
  for (const { file, rule } of items) {
    if (rules.has(rule.id))
      twice.push({ file, line: 0, code: "retention.rule.twice", message: `${rule.id} is there twice` });
    else rules.set(rule.id, rule);
  }
  return { rules, problems: [...problems, ...twice] };
}

function parseRules({ path, text }: ContentFile): {
  items: { file: string; rule: RetentionRule }[];
  problems: ContentProblem[];
} {
  const [document] = parseYaml(text);
  const problems = (document?.problems ?? []).map((problem) => ({ file: path, ...problem }));
  if (document?.root === undefined || problems.length > 0) return { items: [], problems };
  const parsed = RuleFile.safeParse(plainValue(document.root));
  if (parsed.success) return { items: parsed.data.rules.map((rule) => ({ file: path, rule })), problems: [] };
  const [issue] = parsed.error.issues;
  const message = `${issue?.path.join(".") ?? ""}: ${issue?.message ?? "no retention rules"}`;
  return { items: [], problems: [{ file: path, line: 1, code: "retention.rule.invalid", message }] };
}
