/**
 * Removing old snapshots and what only they needed. Order: snapshots first, then objects nobody names; cut short at any
 * place it leaves objects nobody names, which the next run removes.
 *
 * Invariants
 *  - The newest snapshot that is complete stays, whatever the policy says; so does every one newer than it.
 *  - While any snapshot that stays cannot be read, no object is removed: what it names is not known.
 */
import { Fault } from "../../kernel/index.ts";
import { type KeepPolicy, keptSnapshots, type SnapshotTime } from "./keep.ts";
import type { Repository, Snapshot } from "./repository.ts";

export interface Pruned {
  readonly kept: readonly string[];
  readonly removed: readonly string[];
  readonly objectsRemoved: number;
  readonly bytesFreed: number;
}

/** Fault backup.snapshot.none when no snapshot is complete: then nothing is removed at all. */
export async function prune(repository: Repository, policy: KeepPolicy): Promise<Pruned> {
  const snapshots = new Map<string, Snapshot>();
  // One that cannot be read throws here, before anything is removed.
  for (const name of await repository.snapshots()) snapshots.set(name, await repository.snapshot(name));
  const times = [...snapshots].map(([name, { at }]): SnapshotTime => ({ name, at: Date.parse(at) }));
  const newestFirst = times.toSorted((one, other) => other.at - one.at);
  const complete = newestFirst.findIndex(({ name }) => isComplete(repository, snapshots.get(name)));
  if (complete < 0) throw new Fault("conflict", "backup.snapshot.none", "no snapshot is complete: nothing is removed");
  const kept = new Set(keptSnapshots(times, policy));
  for (const { name } of newestFirst.slice(0, complete + 1)) kept.add(name);
  const removed = newestFirst.filter(({ name }) => !kept.has(name)).map(({ name }) => name);
  for (const name of removed) await repository.remove(`snapshots/${name}`);
  const needed = new Set<string>();
  for (const name of kept) for (const object of objectsOf(snapshots.get(name))) needed.add(object);
  let objectsRemoved = 0;
  let bytesFreed = 0;
  for (const object of await repository.objects()) {
    if (needed.has(object)) continue;
    bytesFreed += await repository.remove(`objects/${object}`);
    objectsRemoved += 1;
  }
  return { kept: [...kept].sort(), removed: removed.sort(), objectsRemoved, bytesFreed };
}

function isComplete(repository: Repository, snapshot: Snapshot | undefined): boolean {
  return objectsOf(snapshot).every((name) => repository.hasObject(name));
}

function objectsOf(snapshot: Snapshot | undefined): readonly string[] {
  return snapshot?.files.flatMap(({ blocks }) => blocks) ?? [];
}
