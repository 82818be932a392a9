/** The ATT&CK tables of content/attack: ids, names and which technique serves which tactic. */
import type { ContentProblem } from "../../../kernel/index.ts";
import { type ContentFile, loadContent } from "../../../platform/content/index.ts";
import { z } from "../../../platform/schema/index.ts";
import { parseYaml, plainValue } from "../../../platform/yaml/index.ts";

export type AttackDomainName = "enterprise" | "ics";

export interface AttackTactic {
  readonly id: string;
  readonly name: string;
  /** As tags and Navigator layers call it: `initial-access`. */
  readonly short: string;
}

export interface AttackTechnique {
  readonly id: string;
  readonly name: string;
  /** Short names. */
  readonly tactics: readonly string[];
}

export interface AttackTable {
  readonly domain: AttackDomainName;
  readonly version: string;
  /** In matrix order. */
  readonly tactics: readonly AttackTactic[];
  readonly techniques: ReadonlyMap<string, AttackTechnique>;
  /** Ids no longer in the matrix, with what took their place. */
  readonly retired: ReadonlyMap<string, string | null>;
}

export type AttackTables = Readonly<Record<AttackDomainName, AttackTable>>;

/** The notice MITRE's terms ask for wherever the table goes. */
export const ATTACK_ATTRIBUTION =
  "© 2025 The MITRE Corporation. This work is reproduced and distributed with the permission of The MITRE Corporation.";

const TechniqueId = z.string().regex(/^T\d{4}(?:\.\d{3})?$/u);
const Short = z.string().regex(/^[a-z][a-z-]*$/u);
const TableFile = z.strictObject({
  domain: z.enum(["enterprise", "ics"]),
  version: z.string(),
  tactics: z.array(z.strictObject({ id: z.string().regex(/^TA\d{4}$/u), name: z.string().min(1), short: Short })),
  techniques: z.array(z.strictObject({ id: TechniqueId, name: z.string().min(1), tactics: z.array(Short).min(1) })),
  retired: z.array(z.strictObject({ id: TechniqueId, by: TechniqueId.optional() })),
});

function empty(domain: AttackDomainName): AttackTable {
  return { domain, version: "", tactics: [], techniques: new Map(), retired: new Map() };
}

/** Without its files everything works, only that no technique is known. */
export const NO_ATTACK_TABLES: AttackTables = { enterprise: empty("enterprise"), ics: empty("ics") };

export async function loadAttackTables(
  dir: string,
): Promise<{ tables: AttackTables; problems: readonly ContentProblem[] }> {
  const { items, problems } = await loadContent({ dir, extension: ".yml", parse: parseTable });
  const tables: Record<AttackDomainName, AttackTable> = { ...NO_ATTACK_TABLES };
  for (const table of items) tables[table.domain] = table;
  return { tables, problems };
}

function parseTable({ path, text }: ContentFile): { items: AttackTable[]; problems: ContentProblem[] } {
  const [document] = parseYaml(text);
  const problems = (document?.problems ?? []).map((problem) => ({ file: path, ...problem }));
  if (document?.root === undefined || problems.length > 0) return { items: [], problems };
  const parsed = TableFile.safeParse(plainValue(document.root));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const message = `${issue?.path.join(".") ?? ""}: ${issue?.message ?? "not an ATT&CK table"}`;
    return { items: [], problems: [{ file: path, line: 1, code: "attack.table.invalid", message }] };
  }
  const { techniques, retired, ...rest } = parsed.data;
  const table = {
    ...rest,
    techniques: new Map(techniques.map((technique) => [technique.id, technique])),
    retired: new Map(retired.map(({ id, by }) => [id, by ?? null])),
  };
  return { items: [table], problems: [] };
}

/** `attack.t1059.001` → T1059.001. */
export function techniquesOf(tags: readonly string[]): string[] {
  return tags.flatMap((tag) => {
    const found = /^attack\.(t\d{4}(?:\.\d{3})?)$/iu.exec(tag);
    return found === null ? [] : [(found[1] as string).toUpperCase()];
  });
}

/** ICS techniques are numbered from T0800. */
export function domainOfTechnique(id: string): AttackDomainName {
  return id.startsWith("T0") ? "ics" : "enterprise";
}

export function parentOf(id: string): string | undefined {
  const dot = id.indexOf(".");
  return dot === -1 ? undefined : id.slice(0, dot);
}

/** What a technique id means today: itself, what replaced it, or nothing. */
export function currentTechnique(id: string, tables: AttackTables): AttackTechnique | undefined {
  const table = tables[domainOfTechnique(id)];
  let wanted = id;
  // Replacements may have been replaced; a chain is short.
  for (let step = 0; step < 5; step++) {
    const known = table.techniques.get(wanted);
    if (known !== undefined) return known;
    const next = table.retired.get(wanted);
    if (next === undefined || next === null) return undefined;
    wanted = next;
  }
  return undefined;
}
