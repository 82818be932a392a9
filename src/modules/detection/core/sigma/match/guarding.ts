/** The guard of each entry of a view, and the indexes that look for what the guards ask. */
import { WHOLE_EVENT } from "./atom.ts";
import { FieldIndex, LiteralTables } from "./field-index.ts";
import type { Guard } from "./guard.ts";

export class Guarding {
  /** By entry; entries without a guard (only negations, say) are evaluated on every event of the view. */
  readonly guards: readonly (Guard | undefined)[];
  readonly unguarded: readonly number[];
  private readonly all: readonly FieldIndex[];
  readonly indexes: readonly FieldIndex[];
  /** Keywords, which may stand in any field. */
  readonly keywords: FieldIndex | undefined;
  private withKeywords: readonly FieldIndex[] | undefined;

  /** Indexes of fields that no changed guard asks for are taken over from the guarding before. */
  private constructor(guards: Guarding["guards"], before?: Guarding) {
    this.guards = guards;
    this.unguarded = [...guards.keys()].filter((entry) => guards[entry] === undefined);
    const touched = before && touchedFields(before.guards, guards);
    const kept = before?.all.filter(({ field }) => touched?.has(field) === false) ?? [];
    const made = [...tablesOf(guards, touched)].map(([field, tables]) => FieldIndex.of(field, tables));
    this.all = [...kept, ...made];
    this.keywords = this.all.find(({ field }) => field === WHOLE_EVENT);
    this.indexes = this.all.filter(({ field }) => field !== WHOLE_EVENT);
  }

  /** The indexes for events in which a keyword may stand. */
  get joined(): readonly FieldIndex[] {
    const { keywords, indexes } = this;
    if (keywords === undefined) return indexes;
    return (this.withKeywords ??= indexes.map((index) => index.joinedWith(keywords)));
  }

  static of(guards: readonly (Guard | undefined)[]): Guarding {
    return new Guarding(guards);
  }

  /** The same with other guards for some entries. */
  with(changed: ReadonlyMap<number, Guard>): Guarding {
    return new Guarding(
      this.guards.map((guard, entry) => changed.get(entry) ?? guard),
      this,
    );
  }
}

function touchedFields(before: Guarding["guards"], after: Guarding["guards"]): ReadonlySet<number> {
  const changed = [...before.keys()].filter((entry) => before[entry] !== after[entry]);
  const fieldsOf = (guard: Guard | undefined) => guard?.requirements.map(({ field }) => field) ?? [];
  return new Set(changed.flatMap((entry) => [...fieldsOf(before[entry]), ...fieldsOf(after[entry])]));
}

function tablesOf(guards: Guarding["guards"], touched: ReadonlySet<number> | undefined): Map<number, LiteralTables> {
  const tables = new Map<number, LiteralTables>();
  for (const [entry, guard] of guards.entries()) {
    for (const requirement of guard?.requirements ?? []) {
      const { field } = requirement;
      if (touched?.has(field) === false) continue;
      const table = tables.get(field) ?? new LiteralTables();
      tables.set(field, table);
      table.add(requirement, entry);
    }
  }
  return tables;
}
