/** What an import would do to the register: nothing is written before every line is right. */
import { foldText } from "../../../kernel/index.ts";
import { MAX_DEPTH, MAX_IDENTIFIERS_OF_SYSTEM, MAX_SERVICES_OF_SYSTEM } from "../limits.ts";
import type { ImportProblem, SystemDraft } from "./import-rows.ts";
import {
  type Change,
  changesBetween,
  distinctIdentifiers,
  EMPTY_SYSTEM,
  firstChanges,
  type Service,
  type SystemContent,
} from "./system.ts";

export interface KnownSystem extends SystemContent {
  readonly id: string;
}

/** The register's systems by what an import calls them; retired and merged ones are not found. */
export interface KnownSystems {
  readonly byCode: ReadonlyMap<string, string>;
  /** Several systems may have one name: then it names none of them. */
  readonly byName: ReadonlyMap<string, readonly string[]>;
  readonly get: (id: string) => KnownSystem | undefined;
  readonly parentOf: (id: string) => string | null;
}

export interface PlannedSystem {
  readonly line: number;
  readonly id: string;
  readonly isNew: boolean;
  readonly content: SystemContent;
  /** Empty: it is there already as the file says. */
  readonly changes: readonly Change[];
}

export interface ImportPlan {
  readonly systems: readonly PlannedSystem[];
  readonly problems: readonly ImportProblem[];
}

interface Placed {
  readonly draft: SystemDraft;
  readonly id: string;
  readonly known: KnownSystem | undefined;
}

/** `idFor` gives the id of the n-th new system: ids come from outside, a plan is pure. */
export function planImport(
  drafts: readonly SystemDraft[],
  known: KnownSystems,
  idFor: (at: number) => string,
): ImportPlan {
  const problems: ImportProblem[] = [];
  const placed: Placed[] = [];
  const taken = new Set<string>();
  for (const [at, draft] of drafts.entries()) {
    const found = systemOf(draft, known);
    if (found === "ambiguous") {
      problems.push({ line: draft.line, code: "name_ambiguous", params: { name: draft.facts.name ?? "" } });
      continue;
    }
    if (found === undefined && draft.facts.name === undefined) {
      problems.push({ line: draft.line, code: "name_needed", params: { code: draft.facts.code ?? "" } });
      continue;
    }
    if (found !== undefined && taken.has(found.id)) {
      problems.push({ line: draft.line, code: "same_system", params: { name: found.name } });
      continue;
    }
    if (found !== undefined) taken.add(found.id);
    placed.push({ draft, id: found?.id ?? idFor(at), known: found });
  }
  const parents = parentsOf(placed, known, problems);
  const systems = placed.map((each) => planned(each, parents.get(each.id)));
  for (const { line, content } of systems) {
    if (content.identifiers.length > MAX_IDENTIFIERS_OF_SYSTEM) {
      problems.push({ line, code: "too_many_identifiers", params: { limit: MAX_IDENTIFIERS_OF_SYSTEM } });
    }
    if (content.services.length > MAX_SERVICES_OF_SYSTEM) {
      problems.push({ line, code: "too_many_services", params: { limit: MAX_SERVICES_OF_SYSTEM } });
    }
  }
  return { systems, problems: [...problems, ...depthProblems(systems, known)] };
}

/** By code; else by name, unless the system of that name has another code. */
function systemOf({ facts }: SystemDraft, known: KnownSystems): KnownSystem | "ambiguous" | undefined {
  if (facts.code !== undefined) {
    const id = known.byCode.get(foldText(facts.code));
    if (id !== undefined) return known.get(id);
  }
  const named = known.byName.get(foldText(facts.name ?? "")) ?? [];
  const free = facts.code === undefined ? named : named.filter((id) => known.get(id)?.code === null);
  if (free.length > 1) return "ambiguous";
  const [only] = free;
  return only === undefined ? undefined : known.get(only);
}

function parentsOf(
  placed: readonly Placed[],
  known: KnownSystems,
  problems: ImportProblem[],
): ReadonlyMap<string, string> {
  const own = new Map<string, string>();
  for (const { draft, id } of placed) {
    if (draft.facts.name !== undefined) own.set(foldText(draft.facts.name), id);
  }
  for (const { draft, id } of placed) {
    if (draft.facts.code !== undefined) own.set(foldText(draft.facts.code), id);
  }
  const parents = new Map<string, string>();
  for (const { draft, id } of placed) {
    if (draft.parent === undefined) continue;
    const wanted = foldText(draft.parent);
    const [named, ...more] = known.byName.get(wanted) ?? [];
    const found = own.get(wanted) ?? known.byCode.get(wanted) ?? (more.length === 0 ? named : undefined);
    if (found === undefined) {
      problems.push({ line: draft.line, code: "parent_missing", params: { parent: draft.parent.slice(0, 200) } });
    } else parents.set(id, found);
  }
  return parents;
}

function planned({ draft, id, known }: Placed, parentId: string | undefined): PlannedSystem {
  const before: SystemContent = known ?? EMPTY_SYSTEM;
  const content: SystemContent = {
    ...before,
    ...draft.facts,
    criticality: draft.criticality ?? before.criticality,
    parentId: parentId ?? before.parentId,
    services: joined(before.services, draft.services),
    identifiers: distinctIdentifiers([...before.identifiers, ...draft.identifiers]),
  };
  const changes = known === undefined ? firstChanges(content) : changesBetween(before, content);
  return { line: draft.line, id, isNew: known === undefined, content, changes };
}

function joined(before: readonly Service[], added: readonly Service[]): readonly Service[] {
  const byName = new Map(before.map((service) => [service.name, service]));
  for (const service of added) {
    const held = byName.get(service.name);
    if (held === undefined || service.note !== null) byName.set(service.name, service);
  }
  return [...byName.values()];
}

/** No system stands above itself, and none too deep. */
function depthProblems(systems: readonly PlannedSystem[], known: KnownSystems): ImportProblem[] {
  const parents = new Map(systems.map(({ id, content }) => [id, content.parentId]));
  const above = (id: string) => (parents.has(id) ? parents.get(id) : known.parentOf(id)) ?? null;
  return systems.flatMap(({ id, line }) => {
    const depth = depthAbove(id, above);
    if (depth === "loop") return [{ line, code: "parent_loop", params: {} }];
    return depth > MAX_DEPTH ? [{ line, code: "parent_deep", params: { limit: MAX_DEPTH } }] : [];
  });
}

/** How many systems stand above one. */
export function depthAbove(id: string, above: (id: string) => string | null): number | "loop" {
  const seen = new Set([id]);
  for (let at = above(id); at !== null; at = above(at)) {
    if (seen.has(at)) return "loop";
    seen.add(at);
  }
  return seen.size - 1;
}
