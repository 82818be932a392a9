/** Minimum terms by law: content/retention/*.yml. */
import type { ContentProblem } from "../../../kernel/index.ts";
import { type ContentFile, loadContent } from "../../../platform/content/index.ts";
import { z } from "../../../platform/schema/index.ts";
import { parseYaml, plainValue } from "../../../platform/yaml/index.ts";
import { DURATION } from "./core/term.ts";

const Duration = z.string().regex(DURATION);
const Text = z.object({ vi: z.string().min(1).max(1_000), en: z.string().min(1).max(1_000) });

export const RetentionRule = z
  .strictObject({
    id: z.string().regex(/^[a-z0-9-]{3,60}$/u),
    instrument: z.string().min(1).max(200),
    article: z.string().min(1).max(200),
    what: Text,
    applies_to: Text,
    keep: Duration.optional(),
    keep_by_level: z.record(z.string().regex(/^[1-5]$/u), Duration).optional(),
    /** How it was checked: the text read, a digest citing the article, a report, or not at all. */
    verification: z.enum(["primary", "digest", "secondary", "memory"]),
    confidence: z.enum(["high", "medium", "low"]),
    as_of: z.string().regex(/^\d{4}-\d{2}-\d{2}$/u),
    note: z.string().max(1_000).optional(),
  })
  .refine((rule) => (rule.keep === undefined) !== (rule.keep_by_level === undefined), "keep or keep_by_level")
  .meta({ id: "RetentionRule" });
export type RetentionRule = z.infer<typeof RetentionRule>;

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
