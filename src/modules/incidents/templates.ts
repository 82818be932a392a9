/** Templates of cases by kind: content/cases/<kind>.yml. */
import type { ContentProblem } from "../../kernel/index.ts";
import { type ContentFile, type Judged, loadContent } from "../../platform/content/index.ts";
import { z } from "../../platform/schema/index.ts";
import { parseYaml, plainValue, type YamlNode } from "../../platform/yaml/index.ts";
import { MAX_TEMPLATE_TASKS, MAX_TEXT, MAX_TITLE } from "./limits.ts";
import { Severity } from "./schemas.ts";

const Both = (max: number) =>
  z.strictObject({ vi: z.string().trim().min(1).max(max), en: z.string().trim().min(1).max(max) });
const TemplateShape = z.strictObject({
  kind: z.string().regex(/^[a-z][a-z0-9_]{0,39}$/u, "lower-case letters, digits and _"),
  order: z.int().min(0).default(100),
  title: Both(MAX_TITLE),
  severity: Severity,
  guidance: Both(MAX_TEXT),
  tasks: z
    .array(Both(MAX_TITLE).extend({ due_hours: z.number().positive().max(8_760).optional() }))
    .min(1)
    .max(MAX_TEMPLATE_TASKS),
});

export type CaseTemplate = z.infer<typeof TemplateShape>;

export async function loadCaseTemplates(
  dir: string,
): Promise<{ templates: readonly CaseTemplate[]; problems: readonly ContentProblem[] }> {
  const { items, problems } = await loadContent({ dir, extension: ".yml", parse: parseTemplate });
  const known = new Map<string, CaseTemplate>();
  const twice: ContentProblem[] = [];
  for (const { file, template } of items) {
    if (known.has(template.kind))
      twice.push({ file, line: 1, code: "incidents.template.twice", message: `${template.kind} is there twice` });
    else known.set(template.kind, template);
  }
  const templates = [...known.values()].sort((a, b) => a.order - b.order || (a.kind < b.kind ? -1 : 1));
  return { templates, problems: [...problems, ...twice] };
}

export function parseTemplate({ path, text }: ContentFile): Judged<{ file: string; template: CaseTemplate }> {
  const [document, another] = parseYaml(text);
  const broken = (document?.problems ?? []).map((problem) => ({ file: path, ...problem }));
  if (broken.length > 0) return { items: [], problems: broken };
  if (document?.root === undefined || another !== undefined) {
    const problem = {
      file: path,
      line: 1,
      code: "incidents.template.document",
      message: "a template is one YAML document",
    };
    return { items: [], problems: [problem] };
  }
  const { root } = document;
  const parsed = TemplateShape.safeParse(plainValue(root));
  if (parsed.success) return { items: [{ file: path, template: parsed.data }], problems: [] };
  const problems = parsed.error.issues.map((issue) => ({
    file: path,
    line: lineOf(root, issue.path),
    code: "incidents.template.invalid",
    message: `${issue.path.join(".")}: ${issue.message}`,
  }));
  return { items: [], problems };
}

function lineOf(root: YamlNode, path: readonly PropertyKey[]): number {
  let node = root;
  let line = root.line;
  for (const key of path) {
    const next =
      node.kind === "map"
        ? node.entries.find((entry) => entry.key === key)
        : node.kind === "list" && typeof key === "number"
          ? node.items[key]
          : undefined;
    if (next === undefined) break;
    line = next.line;
    node = "value" in next && typeof next.value === "object" && next.value !== null ? next.value : (next as YamlNode);
  }
  return line;
}
