/**
 * Puts events into the windows of their groups, in their order, and judges the windows: a sliding one at each event,
 * a closing one when it is over.
 */
import type { Correlation } from "./correlation.ts";
import type { CorrelationFinding } from "./correlator-types.ts";
import { DueHeap } from "./due-heap.ts";
import { NONE } from "./entry-table.ts";
import type { FindingParts } from "./finding-parts.ts";
import { findingOf } from "./finding.ts";
import type { Ground } from "./ground.ts";
import { readKey, readShown } from "./key.ts";
import type { PlanNode } from "./plan.ts";
import type { Tables } from "./tables.ts";

/** A window that came true, as the stage passes it on. */
export interface Completion {
  readonly finding: CorrelationFinding;
  readonly parts: FindingParts;
  /** Group values as people read them. */
  readonly spelled: readonly string[];
}

/** So many windows closed before they were due are left where they are. */
const CLOSINGS_SPARE = 1_024;

export class Judge {
  private readonly correlation: Correlation;
  private readonly ruleIds: readonly string[];
  private readonly tables: Tables;
  private readonly ground: Ground;
  private readonly onCompletion: (completion: Completion) => void;
  /** When the arrival clock closes open windows, by group. */
  readonly closings = new DueHeap();
  /** Open windows that wait for their end. */
  open = 0;
  findings = 0;
  suppressed = 0;
  evicted = 0;

  constructor(
    node: PlanNode,
    parts: { tables: Tables; ground: Ground; onCompletion: (completion: Completion) => void },
  ) {
    this.correlation = node.correlation;
    this.ruleIds = node.sources.map(({ ruleId }) => ruleId);
    this.tables = parts.tables;
    this.ground = parts.ground;
    this.onCompletion = parts.onCompletion;
  }

  /** Nothing older of the group will come any more, or it is late. */
  process(slot: number, entry: number): void {
    const { entries, groups, windows, closes } = this.tables;
    entries.leaveClock(entry);
    if (windows.holdsCopy(slot, entry)) {
      windows.discard(entry);
      return;
    }
    groups.doneTo[slot] = entries.time[entry] as number;
    if (closes) this.extend(slot, entry);
    else this.slide(slot, entry);
  }

  private slide(slot: number, entry: number): void {
    const { entries, windows, measure } = this.tables;
    const time = entries.time[entry] as number;
    const from = time - this.correlation.timespanMs;
    windows.slide(slot, from, time);
    this.spell(slot, entry);
    this.evicted += windows.append(slot, entry);
    if (measure.holds(slot, from) && this.complete(slot, time)) windows.spend(slot);
    entries.forgetAnchor(entry);
  }

  private extend(slot: number, entry: number): void {
    const { entries, groups, windows } = this.tables;
    const before = groups.tail[slot] as number;
    this.spell(slot, entry);
    if (before === NONE) this.openWindow(slot, entry);
    else entries.forgetAnchor(before);
    this.evicted += windows.append(slot, entry);
  }

  private openWindow(slot: number, entry: number): void {
    const { entries, groups } = this.tables;
    const { timespanMs, latenessMs } = this.correlation;
    const due = (entries.arrival[entry] as number) + timespanMs + latenessMs;
    groups.windowEnd[slot] = (entries.time[entry] as number) + timespanMs;
    groups.windowDue[slot] = due;
    this.closings.add(due, slot);
    this.open++;
    this.compactClosings();
  }

  /** Old records come faster than the clock goes: most windows are closed by the next event, long before they are due. */
  private compactClosings(): void {
    if (this.closings.size <= CLOSINGS_SPARE + this.open * 2) return;
    const { groups } = this.tables;
    this.closings.compact(
      (due, slot) => groups.isAlive(slot) && this.tables.isOpen(slot) && groups.windowDue[slot] === due,
    );
  }

  /** The group is written as its first event wrote it since its window was last empty. */
  private spell(slot: number, entry: number): void {
    const { entries, groups } = this.tables;
    const shown = entries.shown.get(entry);
    if (groups.size[slot] === 0) {
      if (shown !== undefined) groups.shown.set(slot, shown);
      else if (groups.shown.size > 0) groups.shown.delete(slot);
    }
    if (shown !== undefined) entries.shown.delete(entry);
  }

  /** The open window is over: everything up to its end has been processed. */
  close(slot: number): void {
    const { groups, windows, measure } = this.tables;
    const end = groups.windowEnd[slot] as number;
    if (measure.holds(slot, Number.NEGATIVE_INFINITY)) this.complete(slot, end);
    windows.empty(slot);
    groups.windowEnd[slot] = Number.NaN;
    groups.doneTo[slot] = end + 1;
    this.open--;
  }

  /** The condition holds at this time; true when that makes a finding. */
  private complete(slot: number, time: number): boolean {
    const { ground, correlation } = this;
    const { entries, groups, measure } = this.tables;
    if (time < (groups.quietUntil[slot] as number)) {
      this.suppressed++;
      return false;
    }
    this.findings++;
    groups.quietUntil[slot] = time + correlation.suppressMs;
    groups.quietSince[slot] = ground.second;
    const key = groups.keyOf(slot);
    const { values, exerciseId } = readKey(key, correlation.groupBy.length);
    const shown = groups.shown.get(slot);
    const spelled = shown === undefined ? values : readShown(shown, correlation.groupBy.length);
    const { finding, parts } = findingOf({
      correlation,
      entries,
      tail: groups.tail[slot] as number,
      ruleIds: this.ruleIds,
      key,
      spelled,
      exerciseId,
      value: measure.value(slot),
      hash: ground.hash,
    });
    this.onCompletion({ finding, parts, spelled });
    return true;
  }

  /** Windows open in the tables wait for the clock again. */
  restore(slot: number): void {
    if (!this.tables.isOpen(slot)) return;
    this.closings.add(this.tables.groups.windowDue[slot] as number, slot);
    this.open++;
  }
}
