/** The tables people may edit: content/urgency, content/triage. Wrong content is told with file and line; what was built in serves. */
import { type ContentProblem, type DocumentNode, SEVERITIES } from "../../kernel/index.ts";
import { type ContentFile, loadContent } from "../../platform/content/index.ts";
import { z, type ZodType } from "../../platform/schema/index.ts";
import { parseYaml, plainValue } from "../../platform/yaml/index.ts";
import { PLAIN_POLICY, type TriagePolicy } from "./core/policy.ts";
import type { Rulebook } from "./settle.ts";
import { IMPORTANCES, PLAIN_TABLE, type UrgencyTable } from "./core/urgency.ts";

export interface LoadedTable<Table> {
  readonly value: Table;
  readonly problems: readonly ContentProblem[];
}

const Weight = z.number().min(0).max(100);
const Factor = z.number().min(0).max(10);
const Severity = z.enum(SEVERITIES);
const UrgencyFile = z
  .strictObject({
    severity: z.record(Severity, Weight),
    importance: z.record(z.enum(IMPORTANCES), Factor),
    track_record: z.strictObject({
      expected: z.number().gt(0).max(1),
      weight: z.number().gt(0).max(1_000),
      least: Factor,
      most: Factor,
    }),
    bounds: z
      .array(
        z.strictObject({
          severity: z.array(Severity).optional(),
          importance: z.array(z.enum(IMPORTANCES)).optional(),
          at_least: Weight.optional(),
          at_most: Weight.optional(),
        }),
      )
      .max(50),
    bands: z.strictObject({ critical: Weight, high: Weight, medium: Weight, low: Weight }),
  })
  .transform(
    ({ severity, importance, track_record, bounds, bands }): UrgencyTable => ({
      severity,
      importance,
      trackRecord: track_record,
      bounds: bounds.map(({ at_least, at_most, ...when }) => ({ ...when, atLeast: at_least, atMost: at_most })),
      bands,
    }),
  );

export function loadUrgencyTable(dir: string): Promise<LoadedTable<UrgencyTable>> {
  return loadTable(dir, { schema: UrgencyFile, code: "alerts.urgency.invalid", otherwise: PLAIN_TABLE });
}

const Minutes = z.number().int().min(1).max(527_040);
const Promises = z.strictObject({ take: Minutes, verdict: Minutes });
const Length = z.number().int().min(0).max(1_000);
const PolicyFile = z
  .strictObject({
    closing: z.strictObject({
      minimum_text: z.strictObject({
        true_positive: Length,
        false_positive: Length,
        benign: Length,
        duplicate: Length,
      }),
    }),
    false_positives: z.strictObject({ confirm_from: z.enum([...SEVERITIES, "none"]) }),
    clocks: z.strictObject({ pause_while_snoozed: z.boolean(), minutes: z.record(Severity, Promises) }),
    figures: z.strictObject({ by_person: z.boolean() }),
    shifts: z.array(z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/u)).max(12),
  })
  .transform(
    ({ closing, false_positives, clocks, figures, shifts }): TriagePolicy => ({
      minimumText: closing.minimum_text,
      confirmFrom: false_positives.confirm_from,
      pauseWhileSnoozed: clocks.pause_while_snoozed,
      minutes: clocks.minutes,
      shifts,
      figuresByPerson: figures.by_person,
    }),
  );

export function loadTriagePolicy(dir: string): Promise<LoadedTable<TriagePolicy>> {
  return loadTable(dir, { schema: PolicyFile, code: "alerts.policy.invalid", otherwise: PLAIN_POLICY });
}

/** The one file of a folder, checked by a schema. */
export async function loadTable<Table>(
  dir: string,
  wanted: { readonly schema: ZodType<Table>; readonly code: string; readonly otherwise: Table },
): Promise<LoadedTable<Table>> {
  const { items, problems } = await loadContent({
    dir,
    extension: ".yml",
    parse: (file) => judge(file, wanted),
  });
  return { value: items[0] ?? wanted.otherwise, problems };
}

function judge<Table>(
  { path, text }: ContentFile,
  { schema, code }: { readonly schema: ZodType<Table>; readonly code: string },
): { items: Table[]; problems: ContentProblem[] } {
  const [document] = parseYaml(text);
  const problems = (document?.problems ?? []).map((problem) => ({ file: path, ...problem }));
  if (document?.root === undefined || problems.length > 0) return { items: [], problems };
  const parsed = schema.safeParse(plainValue(document.root));
  if (parsed.success) return { items: [parsed.data], problems: [] };
  const { root } = document;
  return {
    items: [],
    problems: parsed.error.issues.slice(0, 20).map((issue) => ({
      file: path,
      line: lineOf(root, issue.path),
      code,
      message: `${issue.path.join(".")}: ${issue.message}`,
    })),
  };
}

/** The line of the deepest part of the path that is there. */
function lineOf(root: DocumentNode, path: readonly PropertyKey[]): number {
  let node: DocumentNode = root;
  let line = root.line;
  for (const step of path) {
    if (node.kind === "map") {
      const entry = node.entries.find(({ key }) => key === String(step));
      if (entry === undefined) return line;
      line = entry.line;
      node = entry.value;
      continue;
    }
    const item = node.kind === "list" ? node.items[Number(step)] : undefined;
    if (item === undefined) return line;
    line = item.line;
    node = item;
  }
  return line;
}

export const PLAIN_BOOK: Rulebook = { policy: PLAIN_POLICY, table: PLAIN_TABLE };

/** Everything decisions about alerts are made by. */
export async function loadRulebook(dirs: {
  readonly urgency: string;
  readonly policy: string;
}): Promise<{ book: Rulebook; problems: readonly ContentProblem[] }> {
  const table = await loadUrgencyTable(dirs.urgency);
  const policy = await loadTriagePolicy(dirs.policy);
  return { book: { table: table.value, policy: policy.value }, problems: [...table.problems, ...policy.problems] };
}
