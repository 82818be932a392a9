import type { GroupTable } from "./group-table.ts";
import type { Measure } from "./measure.ts";

/** Events of the window; the table counts them already. */
export class CountMeasure implements Measure {
  private readonly groups: GroupTable;
  private readonly meets: (value: number) => boolean;

  constructor(groups: GroupTable, meets: (value: number) => boolean) {
    this.groups = groups;
    this.meets = meets;
  }

  resize(): void {}
  open(): void {}
  add(): void {}
  remove(): void {}
  clear(): void {}

  value(slot: number): number {
    return this.groups.size[slot] as number;
  }

  holds(slot: number): boolean {
    return this.meets(this.value(slot));
  }
}
