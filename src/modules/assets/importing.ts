/** Import of the register from a file: read, planned against what is there, shown, and applied whole or not at all. */
import { randomUUID } from "node:crypto";
import { ContentFault, Fault, foldText } from "../../kernel/index.ts";
import { actorOf } from "../../platform/audit/index.ts";
import { readCsv } from "../../platform/csv/index.ts";
import type { NoTables, Query, Tx } from "../../platform/db/index.ts";
import { z } from "../../platform/schema/index.ts";
import { type ImportPlan, type KnownSystems, type PlannedSystem, planImport } from "./core/import-plan.ts";
import { draftsOf, type ImportProblem, type ImportRecord, recordsOfTable } from "./core/import-rows.ts";
import { lineOfError, linesOfItems } from "./core/json-lines.ts";
import {
  MAX_IMPORT_BYTES,
  MAX_IMPORT_CELL,
  MAX_IMPORT_COLUMNS,
  MAX_IMPORT_EXAMPLES,
  MAX_IMPORT_PROBLEMS,
  MAX_IMPORT_ROWS,
} from "./limits.ts";
import type { Asker, SystemRecord } from "./records.ts";
import { checkRoom, fresh, tidy } from "./register.ts";
import { ImportedSystem } from "./schemas.ts";
import { activeNames, findSystems, insertSystems, setParent, updateSystem } from "./store/systems.ts";
import { beginHistory } from "./store/history.ts";
import { type RegisterDeps, told, write, type Writing, writingOf } from "./written.ts";

export type ImportFormat = "csv" | "json";

export interface ImportPreview {
  readonly created: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly identifiers: number;
  readonly examples: readonly {
    readonly line: number;
    readonly name: string;
    readonly isNew: boolean;
    readonly fields: readonly string[];
    readonly identifiersAdded: number;
  }[];
  readonly problems: readonly ImportProblem[];
  readonly problemCount: number;
}

/** The bytes of an upload as text, bounded before they are held. */
export async function textOf(raw: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of raw) {
    bytes += part.length;
    if (bytes > MAX_IMPORT_BYTES) {
      throw new Fault("too_large", "assets.import.too_large", "the file is too large", { limit: MAX_IMPORT_BYTES });
    }
    parts.push(part);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(parts));
  } catch {
    throw new Fault("invalid", "assets.import.not_utf8", "the file is not UTF-8 text");
  }
}

export async function previewImport(deps: RegisterDeps, text: string, format: ImportFormat): Promise<ImportPreview> {
  return previewOf(await planOf(deps.records.query, text, format));
}

/** Refused whole when one line is wrong. The same file again changes nothing. */
export async function applyImport(
  deps: RegisterDeps,
  file: { readonly text: string; readonly format: ImportFormat; readonly name: string },
  by: Asker,
): Promise<ImportPreview> {
  const writing = await writingOf(deps, by, file.name);
  const plan = await deps.records.transaction(async (tx) => {
    const planned = await planOf(tx, file.text, file.format);
    if (planned.problems.length > 0) throw refused(file.name, planned.problems);
    const changed = planned.systems.filter(({ changes }) => changes.length > 0);
    if (changed.length === 0) return planned;
    const added = changed.flatMap(({ changes }) => changes.flatMap((each) => ("added" in each ? each.added : [])));
    await checkRoom(tx, added.length, changed.filter(({ isNew }) => isNew).length);
    await putNew(
      tx,
      changed.filter(({ isNew }) => isNew),
      writing,
    );
    const known = changed.filter(({ isNew }) => !isNew);
    const before = await recordsOf(tx, known);
    for (const system of known) await putChanged(tx, system, { before: before.get(system.id), at: writing.at });
    for (const { id, content, changes } of known) {
      const system = { id, name: content.name };
      await write(deps, tx, { system, what: "imported", changes, writing, isAudited: false });
    }
    await deps.audit.record(
      {
        actor: actorOf(by.who),
        peer: by.peer,
        verb: "assets.register.imported",
        details: { file: file.name, ...countsOf(planned) },
      },
      tx,
    );
    return planned;
  });
  told(
    deps,
    plan.systems.filter(({ changes }) => changes.length > 0).map(({ id }) => id),
  );
  return previewOf(plan);
}

/** Without what stands above them first: that may be further down in the file. */
async function putNew(tx: Tx, planned: readonly PlannedSystem[], { at, person: by, reason }: Writing): Promise<void> {
  await insertSystems(
    tx,
    planned.map(({ id, content }) => ({ ...fresh({ ...tidy(content), parentId: null }, at), id })),
  );
  for (const { id, content } of planned) {
    if (content.parentId !== null) await setParent(tx, [id], content.parentId);
  }
  const firsts = planned.map(({ id, changes }) => ({ systemId: id, changes }));
  await beginHistory(tx, firsts, { at, by, what: "imported", reason });
}

async function recordsOf(tx: Tx, planned: readonly PlannedSystem[]): Promise<ReadonlyMap<string, SystemRecord>> {
  const systems = await findSystems(
    tx,
    planned.map(({ id }) => id),
  );
  return new Map(systems.map((system) => [system.id, system]));
}

async function putChanged(
  tx: Tx,
  { content, changes }: PlannedSystem,
  { before, at }: { readonly before: SystemRecord | undefined; readonly at: number },
): Promise<void> {
  if (before === undefined) throw new Error("a planned system is not in the register any more");
  const after: SystemRecord = { ...before, ...tidy(content), version: before.version + 1, updatedAt: at };
  const partsToo = changes.some(({ field }) => field === "identifiers" || field === "services");
  await updateSystem(tx, after, { partsToo });
}

async function planOf(query: Query<NoTables>, text: string, format: ImportFormat): Promise<ImportPlan> {
  const read = format === "csv" ? readTable(text) : readJson(text);
  const { drafts, problems } = draftsOf(read.records);
  const known = await knownSystems(
    query,
    drafts.map(({ facts }) => facts),
  );
  const plan = planImport(drafts, known, () => randomUUID());
  const all = [...read.problems, ...problems, ...plan.problems].sort((a, b) => a.line - b.line);
  return { systems: plan.systems, problems: all };
}

function readTable(text: string) {
  const { rows, problem } = readCsv(text, {
    rows: MAX_IMPORT_ROWS + 1,
    columns: MAX_IMPORT_COLUMNS,
    cell: MAX_IMPORT_CELL,
  });
  if (problem !== undefined) {
    return { records: [], problems: [{ line: problem.line, code: problem.what, params: { limit: MAX_IMPORT_ROWS } }] };
  }
  return recordsOfTable(rows);
}

const JsonFile = z.union([z.array(z.unknown()), z.object({ systems: z.array(z.unknown()) })]);

function readJson(text: string): { records: ImportRecord[]; problems: ImportProblem[] } {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    const { message } = error as Error;
    return { records: [], problems: [{ line: lineOfError(text, message), code: "json_broken", params: {} }] };
  }
  const file = JsonFile.safeParse(parsed);
  if (!file.success) return { records: [], problems: [{ line: 1, code: "json_shape", params: {} }] };
  const items = Array.isArray(file.data) ? file.data : file.data.systems;
  if (items.length > MAX_IMPORT_ROWS) {
    return { records: [], problems: [{ line: 1, code: "too_many_rows", params: { limit: MAX_IMPORT_ROWS } }] };
  }
  const lines = linesOfItems(text);
  const records: ImportRecord[] = [];
  const problems: ImportProblem[] = [];
  for (const [at, item] of items.entries()) {
    const line = lines[at] ?? 1;
    const system = ImportedSystem.safeParse(item);
    if (system.success) records.push(recordOf(system.data, line));
    else {
      const [issue] = system.error.issues;
      problems.push({ line, code: "json_field", params: { field: issue?.path.join(".") ?? "" } });
    }
  }
  return { records, problems };
}

function recordOf(system: ImportedSystem, line: number): ImportRecord {
  const { criticality, parent, services, identifiers, ...facts } = system;
  return {
    line,
    facts: Object.fromEntries(
      Object.entries(facts).filter((pair): pair is [string, string] => typeof pair[1] === "string" && pair[1] !== ""),
    ),
    criticality: criticality ?? undefined,
    parent: parent ?? undefined,
    services: services.map(({ name, note }) => ({ name, note: note ?? null })),
    identifiers: identifiers.map(({ kind, value, service }) => ({ line, kind, value, service: service ?? null })),
  };
}

/** Names of the whole register, contents of what the file may mean. */
async function knownSystems(
  query: Query<NoTables>,
  wanted: readonly { readonly code?: string; readonly name?: string }[],
): Promise<KnownSystems> {
  const names = await activeNames(query);
  const byCode = new Map<string, string>();
  const byName = new Map<string, string[]>();
  for (const { id, code_folded, name_folded } of names) {
    if (code_folded !== null) byCode.set(code_folded, id);
    const same = byName.get(name_folded);
    if (same === undefined) byName.set(name_folded, [id]);
    else same.push(id);
  }
  const meant = new Set(
    wanted.flatMap(({ code, name }) => [
      ...(code === undefined ? [] : [byCode.get(foldText(code)) ?? ""]),
      ...(name === undefined ? [] : (byName.get(foldText(name)) ?? [])),
    ]),
  );
  const contents = new Map((await findSystems(query, [...meant])).map((system) => [system.id, system]));
  const parents = new Map(names.map(({ id, parent_id }) => [id, parent_id]));
  return { byCode, byName, get: (id) => contents.get(id), parentOf: (id) => parents.get(id) ?? null };
}

function previewOf(plan: ImportPlan): ImportPreview {
  const touched = plan.systems.filter(({ changes }) => changes.length > 0);
  return {
    ...countsOf(plan),
    examples: touched.slice(0, MAX_IMPORT_EXAMPLES).map(({ line, content, isNew, changes }) => ({
      line,
      name: content.name,
      isNew,
      fields: changes.map(({ field }) => field),
      identifiersAdded: addedTo("identifiers", changes),
    })),
    problems: plan.problems.slice(0, MAX_IMPORT_PROBLEMS),
    problemCount: plan.problems.length,
  };
}

function countsOf({ systems }: ImportPlan) {
  const touched = systems.filter(({ changes }) => changes.length > 0);
  return {
    created: touched.filter(({ isNew }) => isNew).length,
    changed: touched.filter(({ isNew }) => !isNew).length,
    unchanged: systems.length - touched.length,
    identifiers: touched.reduce((sum, { changes }) => sum + addedTo("identifiers", changes), 0),
  };
}

function addedTo(field: "identifiers" | "services", changes: PlannedSystem["changes"]): number {
  return changes.reduce((sum, each) => sum + (each.field === field && "added" in each ? each.added.length : 0), 0);
}

function refused(name: string, problems: readonly ImportProblem[]): ContentFault {
  return new ContentFault(
    "assets.import.refused",
    "nothing was imported: some lines are wrong",
    problems.slice(0, MAX_IMPORT_PROBLEMS).map(({ line, code, params }) => ({
      file: name,
      line,
      code: `assets.import.${code}`,
      message: `${code} ${Object.values(params).join(" ")}`.trim(),
    })),
  );
}
