/** A repository looked through without restoring: every snapshot can be opened, every object is there and what it was. */
import { isFault } from "../../kernel/index.ts";
import type { Repository } from "./repository.ts";

export interface SnapshotCheck {
  readonly name: string;
  /** It can be opened, and everything it names is there and sound. */
  readonly ok: boolean;
  readonly files: number;
  readonly bytes: number;
  /** Paths that could not be restored as they were; empty when the snapshot itself cannot be opened. */
  readonly damaged: readonly string[];
}

export interface RepositoryCheck {
  readonly ok: boolean;
  readonly snapshots: readonly SnapshotCheck[];
  readonly objects: number;
  /** Left by backups cut short; the next backup uses them or pruning removes them. */
  readonly unreferenced: number;
  readonly damagedObjects: readonly string[];
}

/** Reads, decrypts and names anew every object once. */
export async function check(repository: Repository): Promise<RepositoryCheck> {
  const sound = new Map<string, boolean>();
  const isSound = async (name: string): Promise<boolean> => {
    const known = sound.get(name);
    if (known !== undefined) return known;
    const found = await repository.object(name).then(
      () => true,
      (error: unknown) => {
        if (isFault(error)) return false;
        throw error;
      },
    );
    sound.set(name, found);
    return found;
  };
  const snapshots: SnapshotCheck[] = [];
  for (const name of await repository.snapshots()) {
    const snapshot = await repository.snapshot(name).catch(() => undefined);
    const damaged: string[] = [];
    for (const { path, blocks } of snapshot?.files ?? []) {
      const all = [];
      for (const block of blocks) all.push(await isSound(block));
      if (all.includes(false)) damaged.push(path);
    }
    const bytes = snapshot?.files.reduce((sum, file) => sum + file.bytes, 0) ?? 0;
    const ok = snapshot !== undefined && damaged.length === 0;
    snapshots.push({ name, ok, files: snapshot?.files.length ?? 0, bytes, damaged });
  }
  const objects = await repository.objects();
  return {
    ok: snapshots.length > 0 && snapshots.every((one) => one.ok),
    snapshots,
    objects: objects.length,
    unreferenced: objects.filter((name) => !sound.has(name)).length,
    damagedObjects: [...sound].filter(([, ok]) => !ok).map(([name]) => name),
  };
}
