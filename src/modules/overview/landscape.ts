/** Published figures of the threat landscape: content/landscape/*.yml. */
import type { ContentProblem } from "../../kernel/index.ts";
import { type ContentFile, loadContent } from "../../platform/content/index.ts";
import { z } from "../../platform/schema/index.ts";
import { parseYaml, plainValue } from "../../platform/yaml/index.ts";

const Day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/u);
const Figure = z.strictObject({
  id: z.string().regex(/^[a-z][a-z0-9-]*$/u),
  title: z.string().min(1),
  titleVi: z.string().min(1),
  of: z.string().min(1),
  ofVi: z.string().min(1),
  share: z.number().min(0).max(1),
  techniques: z.array(z.string().regex(/^T\d{4}$/u)).min(1),
  within: z
    .string()
    .regex(/^[a-z][a-z-]*$/u)
    .optional(),
});
const LandscapeFile = z.strictObject({
  id: z.string().regex(/^[a-z][a-z0-9-]*$/u),
  publisher: z.string().min(1),
  title: z.string().min(1),
  period: z.strictObject({ from: Day, to: Day }),
  incidents: z.int().min(1),
  read: z.enum(["primary", "secondary"]),
  figures: z.array(Figure).min(1).max(50),
});
export type Landscape = z.infer<typeof LandscapeFile>;

/** Newest period first. */
export async function loadLandscapes(
  dir: string,
): Promise<{ landscapes: readonly Landscape[]; problems: readonly ContentProblem[] }> {
  const { items, problems } = await loadContent({ dir, extension: ".yml", parse: parseLandscape });
  return { landscapes: items.toSorted((a, b) => b.period.to.localeCompare(a.period.to)), problems };
}

function parseLandscape({ path, text }: ContentFile): { items: Landscape[]; problems: ContentProblem[] } {
  const [document] = parseYaml(text);
  const problems = (document?.problems ?? []).map((problem) => ({ file: path, ...problem }));
  if (document?.root === undefined || problems.length > 0) return { items: [], problems };
  const parsed = LandscapeFile.safeParse(plainValue(document.root));
  if (parsed.success) return { items: [parsed.data], problems: [] };
  const [issue] = parsed.error.issues;
  const message = `${issue?.path.join(".") ?? ""}: ${issue?.message ?? "no threat landscape"}`;
  return { items: [], problems: [{ file: path, line: 1, code: "landscape.file.invalid", message }] };
}
