/** What one correlation holds: its groups, their events and windows. */
import { EntryTable, NONE } from "./entry-table.ts";
import { GroupTable } from "./group-table.ts";
import type { Measure } from "./measure.ts";
import { measureOf } from "./measures.ts";
import type { PlanNode } from "./plan.ts";
import { TextTable } from "./text-table.ts";
import { Windows } from "./window.ts";

export class Tables {
  /** What a condition reads of an event. */
  readonly reads: "nothing" | "text" | "number";
  /** Windows are judged when they are over. */
  readonly closes: boolean;
  readonly entries: EntryTable;
  readonly groups: GroupTable;
  readonly texts: TextTable | undefined;
  readonly measure: Measure;
  readonly windows: Windows;

  constructor({ correlation, condition }: PlanNode, eventsPerWindow: number) {
    const { type } = correlation;
    this.reads = type === "value_count" ? "text" : type.startsWith("value_") ? "number" : "nothing";
    this.closes = condition.mode === "closing";
    this.entries = new EntryTable(this.reads !== "nothing");
    this.groups = new GroupTable(this.closes);
    this.texts = this.reads === "text" ? new TextTable() : undefined;
    const { entries, groups, texts } = this;
    this.measure = measureOf(correlation, condition, { entries, groups });
    this.windows = new Windows({ entries, groups, measure: this.measure, texts, capacity: eventsPerWindow });
  }

  isOpen(slot: number): boolean {
    return this.closes && !Number.isNaN(this.groups.windowEnd[slot] as number);
  }

  /** Time of the first waiting event; Infinity: none. */
  firstWaiting(slot: number): number {
    const first = this.groups.waiting[slot] as number;
    return first === NONE ? Number.POSITIVE_INFINITY : (this.entries.time[first] as number);
  }

  get units(): number {
    return this.groups.units + (this.texts?.units ?? 0);
  }
}
