/** Two entries of one system become one: identifiers, services and what stands below go to the one that stays. */
import { randomUUID } from "node:crypto";
import { Fault } from "../../kernel/index.ts";
import { type Change, distinctIdentifiers, identifierText, listChange } from "./core/system.ts";
import { MAX_CHILDREN_SHOWN, MAX_IDENTIFIERS_OF_SYSTEM, MERGE_UNDO_MS } from "./limits.ts";
import type { Asker, SystemRecord } from "./records.ts";
import { checkPlace } from "./register.ts";
import { findMerge, markUndone, type Merge, type Moved, putMerge } from "./store/merges.ts";
import { childrenOf, findSystem, setParent, updateSystem } from "./store/systems.ts";
import { missing, mustBeActive, type RegisterDeps, told, unchanged, write, writingOf } from "./written.ts";

interface MergeAsk {
  readonly version: number;
  readonly into: string;
  readonly reason: string;
  readonly by: Asker;
}

/** The source stays in the register as merged, with its own history and assessments. */
export async function mergeSystems(
  deps: RegisterDeps,
  sourceId: string,
  { version, into, reason, by }: MergeAsk,
): Promise<{ readonly merge: string; readonly target: SystemRecord; readonly undoUntil: number }> {
  if (into === sourceId) throw new Fault("invalid", "assets.merge.same", "a system cannot be merged with itself");
  const writing = await writingOf(deps, by, reason);
  const id = randomUUID();
  const target = await deps.records.transaction(async (tx) => {
    const source = await unchanged(tx, sourceId, version);
    const held = await findSystem(tx, into);
    if (held === undefined) throw missing(into);
    mustBeActive(source);
    mustBeActive(held);
    const below = (await childrenOf(tx, sourceId, MAX_CHILDREN_SHOWN + 1)).map(({ id: child }) => child);
    if (below.length > MAX_CHILDREN_SHOWN) throw tooMuch(MAX_CHILDREN_SHOWN);
    const moved = movedBy(source, held, below);
    const after = joined(held, moved, writing.at);
    if (after.identifiers.length > MAX_IDENTIFIERS_OF_SYSTEM) throw tooMuch(MAX_IDENTIFIERS_OF_SYSTEM);
    const emptied: SystemRecord = {
      ...source,
      state: "merged",
      mergedInto: into,
      parentId: null,
      services: [],
      identifiers: [],
      version: source.version + 1,
      updatedAt: writing.at,
    };
    // The source first: its place above the target, if it has one, is given up before others move.
    await updateSystem(tx, emptied, { partsToo: true });
    const grown = held.parentId === sourceId ? { ...after, parentId: source.parentId } : after;
    await updateSystem(tx, grown, { partsToo: true });
    await setParent(
      tx,
      moved.children.filter((child) => child !== into),
      into,
    );
    await putMerge(tx, { id, sourceId, targetId: into, at: writing.at, by: by.who.id, moved, undoneAt: null });
    const gone: Change[] = [{ field: "state", from: source.state, to: "merged" }];
    await write(deps, tx, { system: emptied, what: "merged", changes: gone, writing });
    await write(deps, tx, { system: grown, what: "absorbed", changes: changesOf(held, grown), writing });
    return grown;
  });
  told(deps, [sourceId, into]);
  return { merge: id, target, undoUntil: writing.at + MERGE_UNDO_MS };
}

/** Everything that moved goes back, as far as it is still where the merge put it. */
export async function undoMerge(deps: RegisterDeps, id: string, by: Asker): Promise<SystemRecord> {
  const writing = await writingOf(deps, by, "");
  const restored = await deps.records.transaction(async (tx) => {
    const merge = await findMerge(tx, id);
    if (merge === undefined) throw new Fault("missing", "assets.merge.missing", "no such merge", { id });
    refuseLate(merge, writing.at);
    const [source, target] = await Promise.all([findSystem(tx, merge.sourceId), findSystem(tx, merge.targetId)]);
    if (source === undefined || target === undefined) throw missing(merge.sourceId);
    if (source.state !== "merged" || source.mergedInto !== target.id) {
      throw new Fault("conflict", "assets.merge.moved_on", "the systems were changed since");
    }
    const gone = new Set(merge.moved.identifiers.map(identifierText));
    const lent = new Set(merge.moved.services.map(({ name }) => name));
    const left = target.identifiers.filter((identifier) => !gone.has(identifierText(identifier)));
    const stillUsed = new Set(left.map(({ service }) => service));
    const wasBelow = merge.moved.children.includes(target.id) && target.parentId === merge.moved.parentId;
    const freed: SystemRecord = {
      ...target,
      parentId: wasBelow ? source.id : target.parentId,
      identifiers: left,
      services: target.services.filter(({ name }) => !lent.has(name) || stillUsed.has(name)),
      version: target.version + 1,
      updatedAt: writing.at,
    };
    const back: SystemRecord = {
      ...source,
      ...merge.moved.source,
      parentId: merge.moved.parentId,
      state: "active",
      mergedInto: null,
      version: source.version + 1,
      updatedAt: writing.at,
    };
    await updateSystem(tx, freed, { partsToo: true });
    await checkPlace(tx, back);
    await updateSystem(tx, back, { partsToo: true });
    const below = (await childrenOf(tx, target.id, MAX_CHILDREN_SHOWN)).map(({ id: child }) => child);
    await setParent(
      tx,
      merge.moved.children.filter((child) => below.includes(child)),
      source.id,
    );
    await markUndone(tx, id, writing.at);
    const released: Change[] = [{ field: "state", from: "merged", to: "active" }];
    await write(deps, tx, { system: back, what: "unmerged", changes: released, writing });
    await write(deps, tx, { system: freed, what: "released", changes: changesOf(target, freed), writing });
    return back;
  });
  told(deps, [restored.id]);
  return restored;
}

function movedBy(source: SystemRecord, target: SystemRecord, below: readonly string[]): Moved {
  const has = new Set(target.identifiers.map(({ kind, folded }) => `${kind}\0${folded}`));
  const named = new Set(target.services.map(({ name }) => name));
  return {
    identifiers: source.identifiers.filter(({ kind, folded }) => !has.has(`${kind}\0${folded}`)),
    services: source.services.filter(({ name }) => !named.has(name)),
    children: below,
    parentId: source.parentId,
    source: { identifiers: source.identifiers, services: source.services },
  };
}

function joined(target: SystemRecord, moved: Moved, at: number): SystemRecord {
  return {
    ...target,
    identifiers: distinctIdentifiers([...target.identifiers, ...moved.identifiers]),
    services: [...target.services, ...moved.services],
    version: target.version + 1,
    updatedAt: at,
  };
}

function changesOf(before: SystemRecord, after: SystemRecord): readonly Change[] {
  const names = (system: SystemRecord) => system.services.map(({ name }) => name);
  return [
    ...listChange("services", names(before), names(after)),
    ...listChange("identifiers", before.identifiers.map(identifierText), after.identifiers.map(identifierText)),
  ];
}

function refuseLate(merge: Merge, now: number): void {
  if (merge.undoneAt !== null) throw new Fault("conflict", "assets.merge.undone", "the merge was taken back already");
  if (now - merge.at > MERGE_UNDO_MS) {
    const minutes = MERGE_UNDO_MS / 60_000;
    throw new Fault("conflict", "assets.merge.too_late", "a merge is undone within ten minutes", { minutes });
  }
}

function tooMuch(limit: number): Fault {
  return new Fault("too_large", "assets.merge.too_large", "together the systems hold too much", { limit });
}
