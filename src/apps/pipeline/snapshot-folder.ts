import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { JournalPosition } from "../../kernel/index.ts";
import type { StageState } from "./correlation-stage.ts";
import type { JournalExtent, Planned, RuleChange } from "./protocol.ts";
import { MAX_RULE_CHANGES } from "./limits.ts";
import { readSealed, syncDirectory, UNFINISHED, writeSealed } from "./sealed-file.ts";

export interface Snapshot {
  /** Everything before this journal position is in the state. */
  readonly position: JournalPosition;
  /** The rules it was made with, as far as the state depends on them. */
  readonly planned: Planned;
  readonly state: StageState;
}

export interface DamagedFile {
  readonly file: string;
  readonly reason: string;
}

/** `snapshot`: the memory at a position. `rules`: what came into force there. */
type Kind = "snapshot" | "rules";

/**
 * What detection needs on disk to remember: `<position>.snapshot` and `<position>.rules`. With an older snapshot and
 * the rules since, the journal leads to the same memory as the newest one.
 */
export class SnapshotFolder {
  readonly #dir: string;
  readonly #kept: number;
  readonly damaged: DamagedFile[] = [];

  /** `kept` usable snapshots stay when it is pruned. */
  constructor(dir: string, kept: number) {
    this.#dir = dir;
    this.#kept = kept;
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    for (const name of readdirSync(dir)) if (name.endsWith(UNFINISHED)) rmSync(join(dir, name), { force: true });
  }

  /** Of the snapshots, oldest first. */
  positions(kind: Kind = "snapshot"): JournalPosition[] {
    return readdirSync(this.#dir)
      .filter((name) => name.endsWith(`.${kind}`))
      .map((name) => Number.parseInt(name, 10))
      .filter((position) => Number.isSafeInteger(position))
      .sort((a, b) => a - b);
  }

  /** Returns the size of the file. */
  write(snapshot: Snapshot): number {
    return writeSealed(this.#pathOf("snapshot", snapshot.position), snapshot);
  }

  noteRules(change: RuleChange): void {
    writeSealed(this.#pathOf("rules", change.position), change);
  }

  /** Old snapshots go, and the rules of times that no snapshot and no record of the journal is from. */
  prune({ oldest, stored }: JournalExtent): void {
    const usable = this.positions().filter((position) => position <= stored);
    this.#remove("snapshot", usable.slice(0, -this.#kept));
    const needed = Math.min(oldest, usable.at(-this.#kept) ?? 0);
    const rules = this.positions("rules");
    const old = rules.filter((position) => position <= needed);
    this.#remove("rules", rules.slice(0, Math.max(old.length - 1, rules.length - MAX_RULE_CHANGES)));
  }

  /** Forgets what lies beyond: it speaks of findings that were never stored, and they will be found anew. */
  cutAt(position: JournalPosition): void {
    for (const kind of ["snapshot", "rules"] as const) {
      this.#remove(
        kind,
        this.positions(kind).filter((one) => one > position),
      );
    }
  }

  /** What `use` makes of the newest snapshot that is whole; those that are not are told about and removed. */
  useNewest<Used>(use: (snapshot: Snapshot) => Used): Used | undefined {
    for (const position of this.positions().toReversed()) {
      const used = this.#read<Snapshot, Used>("snapshot", position, use);
      if (used !== undefined) return used;
    }
    return undefined;
  }

  /** Rules that came into force after `from`, in order. */
  rulesAfter(from: JournalPosition): RuleChange[] {
    return this.positions("rules")
      .filter((position) => position > from)
      .flatMap((position) => this.#read("rules", position, (change: RuleChange) => change) ?? []);
  }

  /** The rules in force at a position, when that is still known. */
  rulesAt(position: JournalPosition): Planned | undefined {
    const latest = this.positions("rules").findLast((one) => one <= position);
    return latest === undefined ? undefined : this.#read("rules", latest, (change: RuleChange) => change.planned);
  }

  #read<Value extends { readonly position: JournalPosition }, Used>(
    kind: Kind,
    position: JournalPosition,
    use: (value: Value) => Used,
  ): Used | undefined {
    try {
      const value = readSealed(this.#pathOf(kind, position)) as Value;
      if (value.position !== position) throw new Error("it stands for another position");
      return use(value);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.damaged.push({ file: nameOf(kind, position), reason });
      this.#remove(kind, [position]);
      return undefined;
    }
  }

  #remove(kind: Kind, positions: readonly JournalPosition[]): void {
    for (const position of positions) rmSync(this.#pathOf(kind, position), { force: true });
    if (positions.length > 0) syncDirectory(this.#dir);
  }

  #pathOf(kind: Kind, position: JournalPosition): string {
    return join(this.#dir, nameOf(kind, position));
  }
}

function nameOf(kind: Kind, position: JournalPosition): string {
  return `${String(position).padStart(16, "0")}.${kind}`;
}
