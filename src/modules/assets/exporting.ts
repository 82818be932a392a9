/** The register as a file: the same columns and words that an import reads. */
import type { NoTables, Query } from "../../platform/db/index.ts";
import { csvLine } from "../../platform/csv/index.ts";
import { PAGE_LIMIT } from "./limits.ts";
import type { SystemFilter, SystemRecord } from "./records.ts";
import { pageOfSystems, type PlaceInList } from "./store/list.ts";
import { findSystems } from "./store/systems.ts";

const COLUMNS = [
  "code",
  "name",
  "parent",
  "owner",
  "operator",
  "zone",
  "criticality",
  "purpose",
  "sector",
  "notes",
  "service",
  "kind",
  "value",
] as const;

interface Exported {
  readonly system: SystemRecord;
  readonly parent: string | null;
}

/** Page by page, in the order of names. A system above is called by its code, or else by its name. */
async function* systemsOf(query: Query<NoTables>, filter: SystemFilter): AsyncGenerator<Exported> {
  let after: PlaceInList | undefined;
  do {
    const page = await pageOfSystems(query, { filter, sort: "name", after, limit: PAGE_LIMIT });
    const full = await findSystems(
      query,
      page.items.map(({ id }) => id),
    );
    const parents = await findSystems(query, [
      ...new Set(page.items.flatMap(({ parentId }) => (parentId === null ? [] : [parentId]))),
    ]);
    const called = new Map(parents.map(({ id, code, name }) => [id, code ?? name]));
    const byId = new Map(full.map((system) => [system.id, system]));
    for (const { id, parentId } of page.items) {
      const system = byId.get(id);
      if (system !== undefined) yield { system, parent: parentId === null ? null : (called.get(parentId) ?? null) };
    }
    after = page.next;
  } while (after !== undefined);
}

/** One line for each identifier; a system or a service without any has a line of its own. */
export async function* csvOf(query: Query<NoTables>, filter: SystemFilter): AsyncGenerator<string> {
  // Spreadsheets read Vietnamese only with the mark in front.
  yield `\uFEFF${csvLine([...COLUMNS])}`;
  for await (const { system, parent } of systemsOf(query, filter)) {
    const { code, name, owner, operator, zone, criticality, purpose, sector, notes } = system;
    const head = [code, name, parent, owner, operator, zone, criticality, purpose, sector, notes];
    const used = new Set(system.identifiers.map(({ service }) => service));
    const idle = system.services.filter((service) => !used.has(service.name));
    if (system.identifiers.length === 0 && idle.length === 0) yield csvLine([...head, null, null, null]);
    for (const service of idle) yield csvLine([...head, service.name, null, null]);
    for (const { service, kind, value } of system.identifiers) yield csvLine([...head, service, kind, value]);
  }
}

export async function* jsonOf(query: Query<NoTables>, filter: SystemFilter): AsyncGenerator<string> {
  yield '{"systems":[';
  let isFirst = true;
  for await (const { system, parent } of systemsOf(query, filter)) {
    const { code, name, owner, operator, zone, criticality, purpose, sector, notes, services, vnLevel, nis2Class } =
      system;
    const identifiers = system.identifiers.map(({ kind, value, service }) => ({ kind, value, service }));
    const facts = { code, name, parent, owner, operator, zone, criticality, purpose, sector, notes };
    const text = JSON.stringify({ ...facts, vnLevel, nis2Class, services, identifiers });
    yield `${isFirst ? "" : ","}\n${text}`;
    isFirst = false;
  }
  yield "\n]}\n";
}
