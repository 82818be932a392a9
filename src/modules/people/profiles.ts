/** Role profiles people may have: content/workforce/*.yml. */
import type { ContentProblem } from "../../kernel/index.ts";
import { type ContentFile, loadContent } from "../../platform/content/index.ts";
import { z } from "../../platform/schema/index.ts";
import { parseYaml, plainValue } from "../../platform/yaml/index.ts";
import { Profile as ProfileShape } from "./schemas.ts";

export type Profile = z.infer<typeof ProfileShape>;

const ProfileFile = z.strictObject({
  instrument: z.string().min(1),
  verification: z.enum(["primary", "digest", "secondary", "memory"]),
  as_of: z.string(),
  profiles: z.array(ProfileShape.omit({ instrument: true }).strict()).max(200),
});

export async function loadProfiles(
  dir: string,
): Promise<{ profiles: readonly Profile[]; problems: readonly ContentProblem[] }> {
  const { items, problems } = await loadContent({ dir, extension: ".yml", parse: parseProfiles });
  return { profiles: items, problems };
}

function parseProfiles({ path, text }: ContentFile): { items: Profile[]; problems: ContentProblem[] } {
  const [document] = parseYaml(text);
  const problems = (document?.problems ?? []).map((problem) => ({ file: path, ...problem }));
  if (document?.root === undefined || problems.length > 0) return { items: [], problems };
  const parsed = ProfileFile.safeParse(plainValue(document.root));
  if (parsed.success) {
    const { instrument, profiles } = parsed.data;
    return { items: profiles.map((profile) => ({ ...profile, instrument })), problems: [] };
  }
  const [issue] = parsed.error.issues;
  const message = `${issue?.path.join(".") ?? ""}: ${issue?.message ?? "no profiles"}`;
  return { items: [], problems: [{ file: path, line: 1, code: "people.profile.invalid", message }] };
}
