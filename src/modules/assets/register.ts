import { randomUUID } from "node:crypto";
import { Fault } from "../../kernel/index.ts";
import type { Tx } from "../../platform/db/index.ts";
import { depthAbove } from "./core/import-plan.ts";
import { type AskedEntity, AssetIndex, type Importance } from "./core/importance.ts";
import { type OwnershipPeriod, ownershipOf } from "./core/ownership.ts";
import { changesBetween, distinctIdentifiers, firstChanges, type SystemContent } from "./core/system.ts";
import { HISTORY_PAGE, MAX_CHILDREN_SHOWN, MAX_DEPTH, MAX_IDENTIFIERS, MAX_SYSTEMS, MERGE_UNDO_MS } from "./limits.ts";
import type { Asker, HistoryEntry, ListedSystem, Sort, SystemFilter, SystemRecord } from "./records.ts";
import { historyPage, ownershipEntries } from "./store/history.ts";
import { countOfSystems, pageOfSystems, type PlaceInList, usedValues } from "./store/list.ts";
import { openMerges } from "./store/merges.ts";
import {
  childrenOf,
  countIdentifiers,
  countSystems,
  findSystem,
  idOfCode,
  indexEntries,
  insertSystem,
  parentIdOf,
  updateSystem,
} from "./store/systems.ts";
import { missing, mustBeActive, type RegisterDeps, told, unchanged, write, writingOf } from "./written.ts";

const FILTER_VALUES = 200;
const NAMES_ABOVE = MAX_DEPTH + 1;

/** What the register knows of something an event names. */
export interface Standing {
  readonly importance: Importance;
  readonly systemId: string | null;
  readonly systemName: string | null;
  readonly owner: string | null;
  readonly zone: string | null;
}

export interface SystemPage {
  readonly system: SystemRecord;
  /** From the highest down to the one right above. */
  readonly above: readonly { readonly id: string; readonly name: string }[];
  readonly children: Awaited<ReturnType<typeof childrenOf>>;
  readonly ownership: readonly OwnershipPeriod[];
  readonly mergedInto: { readonly id: string; readonly name: string } | null;
  readonly undoable: readonly { readonly id: string; readonly source: string; readonly until: number }[];
}

const UNKNOWN: Standing = { importance: "unknown", systemId: null, systemName: null, owner: null, zone: null };

/** The register of critical information systems. */
export class AssetRegister {
  readonly #deps: RegisterDeps;
  #index: Promise<AssetIndex> | undefined;

  /** `onChanged` is told after every change, when what is asked next is answered anew. */
  constructor({ onChanged, ...deps }: Omit<RegisterDeps, "onChanged"> & { readonly onChanged?: () => void }) {
    this.#deps = {
      ...deps,
      onChanged: () => {
        this.forgetIndex();
        onChanged?.();
      },
    };
  }

  get deps(): RegisterDeps {
    return this.#deps;
  }

  /** Built when it is first asked after a change, and shared by everybody who asks meanwhile. */
  index(): Promise<AssetIndex> {
    if (this.#index !== undefined) return this.#index;
    const building = indexEntries(this.#deps.records.query).then((entries) => new AssetIndex(entries));
    this.#index = building;
    // What failed once is tried again by the next who asks.
    building.catch(() => {
      if (this.#index === building) this.#index = undefined;
    });
    return building;
  }

  forgetIndex(): void {
    this.#index = undefined;
  }

  /** By kind, NUL, value: how important each of these is, and to whom it belongs. */
  async importanceOf(entities: readonly AskedEntity[]): Promise<ReadonlyMap<string, Standing>> {
    const index = await this.index();
    return new Map(
      entities.map((entity) => {
        const system = index.find(entity);
        const standing: Standing =
          system === undefined
            ? UNKNOWN
            : {
                importance: system.criticality,
                systemId: system.id,
                systemName: system.name,
                owner: system.owner,
                zone: system.zone,
              };
        return [`${entity.kind}\0${entity.value}`, standing];
      }),
    );
  }

  async list(ask: {
    readonly filter: SystemFilter;
    readonly sort: Sort;
    readonly after: PlaceInList | undefined;
    readonly limit: number;
  }): Promise<{
    readonly items: readonly ListedSystem[];
    readonly next: PlaceInList | undefined;
    readonly total: number;
  }> {
    const { query } = this.#deps.records;
    const [page, total] = await Promise.all([pageOfSystems(query, ask), countOfSystems(query, ask.filter)]);
    return { ...page, total };
  }

  async filterValues() {
    const { query } = this.#deps.records;
    const [zones, owners] = await Promise.all([
      usedValues(query, "zone", FILTER_VALUES),
      usedValues(query, "owner", FILTER_VALUES),
    ]);
    return { zones, owners };
  }

  async get(id: string): Promise<SystemPage> {
    const { records, clock } = this.#deps;
    const system = await findSystem(records.query, id);
    if (system === undefined) throw missing(id);
    const since = clock.now() - MERGE_UNDO_MS;
    const [children, entries, into, merges, above] = await Promise.all([
      childrenOf(records.query, id, MAX_CHILDREN_SHOWN),
      ownershipEntries(records.query, id),
      system.mergedInto === null ? undefined : findSystem(records.query, system.mergedInto),
      openMerges(records.query, id, since),
      this.#above(system),
    ]);
    return {
      system,
      above,
      children,
      ownership: ownershipOf(entries),
      mergedInto: into === undefined ? null : { id: into.id, name: into.name },
      undoable: merges.map(({ id: merge, source, at }) => ({ id: merge, source, until: at + MERGE_UNDO_MS })),
    };
  }

  async history(
    id: string,
    before: number | undefined,
  ): Promise<{ readonly items: readonly HistoryEntry[]; readonly next: number | undefined }> {
    const { query } = this.#deps.records;
    if ((await findSystem(query, id)) === undefined) throw missing(id);
    const found = await historyPage(query, id, { before, limit: HISTORY_PAGE + 1 });
    const items = found.slice(0, HISTORY_PAGE);
    return { items, next: found.length > HISTORY_PAGE ? items.at(-1)?.seq : undefined };
  }

  async create(content: SystemContent, by: Asker, reason: string): Promise<SystemRecord> {
    const writing = await writingOf(this.#deps, by, reason);
    const system: SystemRecord = { ...fresh(tidy(content), writing.at), id: randomUUID() };
    await this.#deps.records.transaction(async (tx) => {
      await checkRoom(tx, system.identifiers.length);
      await checkPlace(tx, system);
      await insertSystem(tx, system);
      const changes = firstChanges(system);
      await write(this.#deps, tx, { system, what: "created", changes, writing });
    });
    told(this.#deps, [system.id]);
    return system;
  }

  /** Nothing is written when nothing differs. */
  async update(
    id: string,
    content: SystemContent,
    { version, reason, by }: { readonly version: number; readonly reason: string; readonly by: Asker },
  ): Promise<SystemRecord> {
    const writing = await writingOf(this.#deps, by, reason);
    const system = await this.#deps.records.transaction(async (tx) => {
      const before = await unchanged(tx, id, version);
      mustBeActive(before);
      const after: SystemRecord = { ...before, ...tidy(content), version: before.version + 1, updatedAt: writing.at };
      const changes = changesBetween(before, after);
      if (changes.length === 0) return before;
      await checkRoom(tx, after.identifiers.length - before.identifiers.length);
      await checkPlace(tx, after);
      const partsToo = changes.some(({ field }) => field === "identifiers" || field === "services");
      await updateSystem(tx, after, { partsToo });
      await write(this.#deps, tx, { system: after, what: "changed", changes, writing });
      return after;
    });
    told(this.#deps, [id]);
    return system;
  }

  async retire(id: string, ask: { readonly version: number; readonly reason: string; readonly by: Asker }) {
    return await this.#setState(id, "retired", ask);
  }

  async restore(id: string, ask: { readonly version: number; readonly reason: string; readonly by: Asker }) {
    return await this.#setState(id, "active", ask);
  }

  async #setState(
    id: string,
    state: "active" | "retired",
    { version, reason, by }: { readonly version: number; readonly reason: string; readonly by: Asker },
  ): Promise<SystemRecord> {
    const writing = await writingOf(this.#deps, by, reason);
    const system = await this.#deps.records.transaction(async (tx) => {
      const before = await unchanged(tx, id, version);
      if (before.state === state || before.state === "merged") {
        throw new Fault("conflict", "assets.system.state", "the system is not in a state for this", {
          state: before.state,
        });
      }
      const after: SystemRecord = { ...before, state, version: before.version + 1, updatedAt: writing.at };
      await checkPlace(tx, after);
      await updateSystem(tx, after, { partsToo: false });
      const changes = [{ field: "state" as const, from: before.state, to: state }];
      const what = state === "retired" ? "retired" : "restored";
      await write(this.#deps, tx, { system: after, what, changes, writing });
      return after;
    });
    told(this.#deps, [id]);
    return system;
  }

  async #above(system: SystemRecord) {
    const names: { id: string; name: string }[] = [];
    let parentId = system.parentId;
    while (parentId !== null && names.length < NAMES_ABOVE) {
      const parent = await findSystem(this.#deps.records.query, parentId);
      if (parent === undefined) break;
      names.unshift({ id: parent.id, name: parent.name });
      parentId = parent.parentId;
    }
    return names;
  }
}

/** A system that has just come into the register. */
export function fresh(content: SystemContent, at: number): Omit<SystemRecord, "id"> {
  return {
    ...content,
    state: "active",
    mergedInto: null,
    vnLevel: null,
    nis2Class: null,
    version: 1,
    createdAt: at,
    updatedAt: at,
  };
}

/** Identifiers once each; a service that only identifiers name is a service too. */
export function tidy(content: SystemContent): SystemContent {
  const named = new Set(content.services.map(({ name }) => name));
  const implied = [...new Set(content.identifiers.flatMap(({ service }) => (service === null ? [] : [service])))];
  return {
    ...content,
    services: [
      ...content.services,
      ...implied.filter((name) => !named.has(name)).map((name) => ({ name, note: null })),
    ],
    identifiers: distinctIdentifiers(content.identifiers),
  };
}

export async function checkRoom(tx: Tx, more: number, systems = 1): Promise<void> {
  if ((await countSystems(tx)) + systems > MAX_SYSTEMS + 1) {
    throw new Fault("too_large", "assets.system.too_many", "too many systems", { limit: MAX_SYSTEMS });
  }
  if (more > 0 && (await countIdentifiers(tx)) + more > MAX_IDENTIFIERS) {
    throw new Fault("too_large", "assets.identifier.too_many", "too many identifiers", { limit: MAX_IDENTIFIERS });
  }
}

/** Its code is its own, and what stands above it is there and is not below it. */
export async function checkPlace(tx: Tx, system: SystemRecord): Promise<void> {
  if (system.state === "active" && system.code !== null) {
    const holder = await idOfCode(tx, system.code);
    if (holder !== undefined && holder !== system.id) {
      throw new Fault("conflict", "assets.system.code_taken", "another system has this code", { code: system.code });
    }
  }
  if (system.parentId === null) return;
  const parent = await findSystem(tx, system.parentId);
  if (parent === undefined || parent.state === "merged") {
    throw new Fault("invalid", "assets.system.parent_missing", "no such system above", { id: system.parentId });
  }
  const parents = new Map<string, string | null>([[system.id, system.parentId]]);
  for (let at: string | null = system.parentId; at !== null && !parents.has(at); ) {
    const next = await parentIdOf(tx, at);
    parents.set(at, next);
    at = next;
  }
  const depth = depthAbove(system.id, (id) => parents.get(id) ?? null);
  if (depth === "loop") throw new Fault("invalid", "assets.system.parent_loop", "a system cannot stand above itself");
  if (depth > MAX_DEPTH) {
    throw new Fault("invalid", "assets.system.parent_deep", "too many systems above", { limit: MAX_DEPTH });
  }
}
