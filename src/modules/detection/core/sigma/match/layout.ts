/**
 * Where the fields of an event are. Events of one kind have the same field names in the same order, so what follows
 * from the names is worked out once per kind: which of the rules' fields the event has, and at which position.
 */
import type { FieldTable } from "../sources/field-table.ts";
import { MAX_LAYOUTS } from "../limits.ts";

/** The position of a field the event does not have. */
export const ABSENT = -1;

/** A field that goes under several names, best first. */
interface SeveralNames {
  readonly field: number;
  readonly members: readonly number[];
}

export class Layout {
  readonly names: readonly string[];
  /** By number of a rule's field: the position of the event field it reads, or -1. */
  private readonly positions: Int32Array;
  /** The list that was asked for last, when it was one that a reader shares among its events. */
  list: readonly string[] | undefined;
  /** What others worked out for this layout, by whoever did. */
  readonly plans = new Map<object, unknown>();

  constructor(names: readonly string[], table: FieldTable, several: readonly SeveralNames[]) {
    this.names = names;
    this.positions = new Int32Array(table.names.length).fill(ABSENT);
    for (const [position, name] of names.entries()) this.place(table.resolve(name), position);
    for (const { field, members } of several) {
      const member = members.find((one) => this.positionOf(one) !== ABSENT);
      if (member !== undefined) this.positions[field] = this.positionOf(member);
    }
  }

  /** The exact name wins over those that agree but for case and blanks; of these the first counts. */
  private place([exact = ABSENT, ...loose]: readonly number[], position: number): void {
    if (exact !== ABSENT) this.positions[exact] = position;
    for (const field of loose) if (this.positionOf(field) === ABSENT) this.positions[field] = position;
  }

  positionOf(field: number): number {
    return this.positions[field] as number;
  }
}

export class LayoutTable {
  private readonly table: FieldTable;
  private readonly layouts = new Map<string, Layout>();
  /** The same by identity, for readers that share one list among their events. */
  private byList = new WeakMap<readonly string[], Layout>();

  private readonly several: readonly SeveralNames[];

  constructor(table: FieldTable) {
    this.table = table;
    this.several = table.alternatives.flatMap((members, field) => (members === undefined ? [] : { field, members }));
  }

  ofNames(names: readonly string[]): Layout {
    const key = names.join("\n");
    const known = this.layouts.get(key);
    if (known !== undefined && sameNames(known.names, names)) return known;
    const layout = new Layout([...names], this.table, this.several);
    // Names come from outside: forget rather than grow without end.
    if (this.layouts.size >= MAX_LAYOUTS) this.layouts.clear();
    this.layouts.set(key, layout);
    return layout;
  }

  ofList(names: readonly string[]): Layout {
    const known = this.byList.get(names);
    const layout = known ?? this.ofNames(names);
    if (known === undefined) this.byList.set(names, layout);
    layout.list = names;
    return layout;
  }
}

/** A name may hold the separator: equal keys prove nothing. */
function sameNames(one: readonly string[], two: readonly string[]): boolean {
  return one.length === two.length && one.every((name, position) => name === two[position]);
}
