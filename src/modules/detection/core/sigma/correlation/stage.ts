/**
 * One correlation at work. Events wait in their group until the group or the arrival clock has passed them, are
 * processed in order of (time, id), and what comes true is told outwards and upwards.
 *
 * Invariants
 *  - A group's window and counts are a function of the events it processed, in their order.
 *  - Nothing of a group is processed beyond what a lower correlation may still say about it (`Hierarchy`).
 *  - Groups are only forgotten between steps, never while one is being worked on.
 */
import { fold } from "../pattern.ts";
import type { Correlation } from "./correlation.ts";
import type { CorrelationInput, CorrelationStats } from "./correlator-types.ts";
import { NONE } from "./entry-table.ts";
import type { FindingParts } from "./finding-parts.ts";
import type { Bounded, Ground } from "./ground.ts";
import { Hierarchy, type Parent, type Rung } from "./hierarchy.ts";
import { type Completion, Judge } from "./judge.ts";
import { type InputValue, joinParts, numberOf } from "./key.ts";
import { MAX_AHEAD_MS, MAX_MAGNITUDE } from "./limits.ts";
import type { PlanNode, PlanSource } from "./plan.ts";
import type { StageState } from "./snapshot.ts";
import { Tables } from "./tables.ts";
import type { TextTable } from "./text-table.ts";
import { addWaiting, withoutFirst } from "./waiting.ts";

/** What comes in, from outside or from a lower correlation. */
interface Arrival {
  /** Position in `rules`. */
  readonly rule: number;
  readonly id: string;
  readonly time: number;
  readonly shown: string;
  readonly exerciseId: string | undefined;
  readonly value: number | string | undefined;
  readonly anchor: unknown;
  readonly parts: FindingParts | undefined;
}

/** Clocks are read in whole seconds: a group is kept this much longer than its window can need. */
const CLOCK_STEP_MS = 1_000;

export class Stage implements Bounded, Rung {
  readonly index: number;
  readonly node: PlanNode;
  readonly tables: Tables;
  readonly hierarchy: Hierarchy;
  private readonly ground: Ground;
  private readonly correlation: Correlation;
  private readonly judge: Judge;
  /** Events that wait for their turn. */
  private waiting = 0;
  private readonly left = { late: 0, ungrouped: 0, valueless: 0, ahead: 0, evicted: 0 };
  /** What the totals know of this stage. */
  private readonly counted = { groups: 0, events: 0, units: 0 };

  constructor(node: PlanNode, ground: Ground, stages: readonly Stage[]) {
    this.index = stages.length;
    this.node = node;
    this.ground = ground;
    this.correlation = node.correlation;
    const tables = new Tables(node, ground.limits.eventsPerWindow);
    this.tables = tables;
    this.hierarchy = new Hierarchy(this, { ground, rungs: stages });
    this.judge = new Judge(node, { tables, ground, onCompletion: (completion) => this.tell(completion) });
  }

  // ── taking ──

  take(rule: number, source: PlanSource, input: CorrelationInput): void {
    const { keys, now } = this.ground;
    const shown = keys.shownOf(input.values, source.group);
    if (shown === undefined) {
      this.left.ungrouped++;
      return;
    }
    const value = this.valueOf(input.values, source.values);
    if (value === undefined && this.tables.reads !== "nothing") {
      this.left.valueless++;
      return;
    }
    let time = Number.isFinite(input.time) ? Math.floor(input.time) : now;
    if (time > now + MAX_AHEAD_MS) {
      this.left.ahead++;
      time = now;
    }
    const { eventId: id, exerciseId, anchor } = input;
    this.admit({ rule, id, time, shown, exerciseId, value, anchor, parts: undefined });
  }

  takeFinding(rule: number, source: PlanSource, { finding, parts, spelled }: Completion): void {
    const value = this.valueOf(spelled, source.values);
    if (value === undefined && this.tables.reads !== "nothing") {
      this.left.valueless++;
      return;
    }
    const { id, to: time, exerciseId, anchor } = finding;
    this.admit({ rule, id, time, shown: joinParts(spelled, source.group), exerciseId, value, anchor, parts });
  }

  private valueOf(values: readonly InputValue[], positions: readonly number[]): number | string | undefined {
    const { reads } = this.tables;
    if (reads === "nothing") return undefined;
    if (reads === "number") return numberOf(values[positions[0] as number], MAX_MAGNITUDE);
    const text = this.ground.keys.shownOf(values, positions);
    return text === undefined ? undefined : fold(text);
  }

  private admit(arrival: Arrival): void {
    const { entries, groups, texts } = this.tables;
    const { rule, id, time, shown, exerciseId, value, anchor, parts } = arrival;
    const folded = fold(shown);
    const slot = this.groupFor(this.ground.keys.withExercise(folded, exerciseId));
    this.meet(slot, time);
    if (time < (groups.doneTo[slot] as number)) {
      this.left.late++;
      return;
    }
    const entry = entries.create(id, time, this.ground.now);
    entries.group[entry] = slot;
    entries.rule[entry] = rule;
    entries.keepAnchor(entry, anchor);
    if (parts !== undefined) entries.parts.set(entry, parts);
    if (typeof value === "number") entries.value[entry] = value;
    else if (value !== undefined) entries.value[entry] = (texts as TextTable).acquire(value);
    if (folded !== shown) entries.shown.set(entry, shown);
    groups.waiting[slot] = addWaiting(entries, groups.waiting[slot] as number, entry);
    this.waiting++;
    this.hierarchy.holdHigher(slot);
  }

  groupFor(key: string): number {
    const { groups, measure } = this.tables;
    const known = groups.find(key);
    if (known !== NONE) return known;
    const { capacity } = groups;
    const slot = groups.create(key, ++this.ground.order);
    if (groups.capacity !== capacity) {
      measure.resize(groups.capacity);
      this.hierarchy.resize(groups.capacity);
    }
    measure.open(slot);
    this.hierarchy.open(slot);
    return slot;
  }

  /** The group, and every higher group it belongs to, has seen this time. */
  meet(slot: number, time: number): void {
    const { ground, correlation, hierarchy } = this;
    const { groups } = this.tables;
    groups.touch(slot, ++ground.order, ground.second);
    const ripe = correlation.latenessMs === 0 ? time : time - correlation.latenessMs - 1;
    if (ripe > (groups.ripe[slot] as number)) groups.ripe[slot] = ripe;
    ground.stir(this, slot);
    for (let parent = 0; parent < hierarchy.parents.length; parent++) {
      (hierarchy.parents[parent] as Parent).stage.meet(hierarchy.higherOf(parent, slot), time);
    }
  }

  // ── processing ──

  /** Processes what is ripe, here and above. */
  settle(slot: number): void {
    const worked = this.release(slot);
    const moved = this.hierarchy.registerHold(slot);
    this.account();
    if (worked || moved) this.hierarchy.settleHigher(slot);
  }

  private release(slot: number): boolean {
    const { tables, judge } = this;
    const { entries, groups } = tables;
    const limit = Math.min(groups.ripe[slot] as number, this.hierarchy.heldFrom(slot) - 1);
    for (let worked = false; ; worked = true) {
      const time = tables.firstWaiting(slot);
      if (tables.isOpen(slot)) {
        const end = groups.windowEnd[slot] as number;
        if (end <= limit && end < time) {
          judge.close(slot);
          continue;
        }
      }
      const first = groups.waiting[slot] as number;
      if (first === NONE || time > limit) return worked;
      groups.waiting[slot] = withoutFirst(entries, first);
      this.waiting--;
      judge.process(slot, first);
    }
  }

  private tell(completion: Completion): void {
    if (this.node.raises) this.ground.findings.push(completion.finding);
    for (const { stage, source, rule } of this.hierarchy.parents) stage.takeFinding(rule, source, completion);
  }

  // ── the arrival clock ──

  /** Whatever waited long enough goes on; true when something did. */
  tick(): boolean {
    const { entries, groups } = this.tables;
    const { closings } = this.judge;
    const { second } = this.ground;
    const before = second - this.correlation.latenessMs;
    let worked = false;
    for (let entry = entries.oldest; entry !== NONE && (entries.arrival[entry] as number) < before; ) {
      const slot = entries.group[entry] as number;
      entries.leaveClock(entry);
      this.ripen(slot, entries.time[entry] as number);
      worked = true;
      entry = entries.oldest;
    }
    while (closings.firstTime < second) {
      const due = closings.firstTime;
      const slot = closings.firstItem;
      closings.removeFirst();
      if (!groups.isAlive(slot) || !this.tables.isOpen(slot) || groups.windowDue[slot] !== due) continue;
      this.ripen(slot, groups.windowEnd[slot] as number);
      worked = true;
    }
    return worked;
  }

  private ripen(slot: number, time: number): void {
    const { groups } = this.tables;
    groups.ripe[slot] = Math.max(groups.ripe[slot] as number, time);
    this.settle(slot);
  }

  /** Groups nothing can be added to any more are dropped; that is no loss and not counted. */
  expire(): void {
    const { ground } = this;
    const { groups } = this.tables;
    const keepMs = this.correlation.timespanMs + this.correlation.latenessMs + CLOCK_STEP_MS;
    for (let slot = groups.oldest; slot !== NONE; slot = groups.oldest) {
      if ((groups.second[slot] as number) + keepMs >= ground.second) break;
      if (this.isBusy(slot, keepMs)) groups.touch(slot, ++ground.order, ground.second);
      else this.drop(slot);
    }
    this.account();
  }

  private isBusy(slot: number, keepMs: number): boolean {
    const { groups } = this.tables;
    if (groups.waiting[slot] !== NONE || this.tables.isOpen(slot)) return true;
    if (this.hierarchy.heldFrom(slot) !== Number.POSITIVE_INFINITY) return true;
    const { suppressMs } = this.correlation;
    return suppressMs > 0 && (groups.quietSince[slot] as number) + suppressMs + keepMs >= this.ground.second;
  }

  /** Everything waiting is processed, every window closed. */
  finish(): void {
    for (const slot of this.tables.groups.alive()) this.ripen(slot, Number.POSITIVE_INFINITY);
  }

  // ── bounds ──

  /** Order of the last touch of the group that would be forgotten first. */
  get oldestTouch(): number {
    const { oldest, touched } = this.tables.groups;
    return oldest === NONE ? Number.POSITIVE_INFINITY : (touched[oldest] as number);
  }

  get isOverLimit(): boolean {
    const { groups, entries } = this.tables;
    const { limits } = this.ground;
    return groups.count > limits.groupsPerRule || entries.count > limits.eventsPerRule;
  }

  forgetOldest(): void {
    const { hierarchy } = this;
    const slot = this.tables.groups.oldest;
    if (slot === NONE) return;
    const higher = hierarchy.parents.map((_, parent) => hierarchy.linkedTo(parent, slot));
    this.drop(slot);
    this.left.evicted++;
    this.account();
    for (const [parent, { stage }] of hierarchy.parents.entries()) {
      if (higher[parent] !== NONE) stage.settle(higher[parent] as number);
    }
  }

  private drop(slot: number): void {
    const { entries, groups, windows } = this.tables;
    for (let first = groups.waiting[slot] as number; first !== NONE; ) {
      const rest = withoutFirst(entries, first);
      windows.discard(first);
      this.waiting--;
      first = rest;
    }
    if (this.tables.isOpen(slot)) this.judge.open--;
    windows.empty(slot);
    this.hierarchy.drop(slot);
    groups.remove(slot);
  }

  /** Tells the totals what changed. */
  private account(): void {
    const { counted, tables } = this;
    const { totals } = this.ground;
    const { units } = tables;
    totals.groups += tables.groups.count - counted.groups;
    totals.events += tables.entries.count - counted.events;
    totals.units += units - counted.units;
    counted.groups = tables.groups.count;
    counted.events = tables.entries.count;
    counted.units = units;
    if (this.isOverLimit) this.ground.isOver = true;
  }

  /** Events waiting for their turn and windows waiting for their end. */
  get held(): number {
    return this.waiting + this.judge.open;
  }

  stats(): CorrelationStats {
    const { findings, suppressed, evicted } = this.judge;
    return {
      correlationId: this.correlation.id,
      groups: this.tables.groups.count,
      held: this.tables.entries.count,
      findings,
      suppressed,
      ...this.left,
      evicted: this.left.evicted + evicted,
    };
  }

  // ── snapshot ──

  snapshot(): StageState {
    const { groups, entries, texts } = this.tables;
    const links = this.hierarchy.snapshot();
    const { findings, suppressed, evicted } = this.judge;
    return {
      correlationId: this.correlation.id,
      fingerprint: this.node.fingerprint,
      groups: groups.snapshot(),
      entries: entries.snapshot(),
      ...(texts === undefined ? {} : { texts: texts.snapshot() }),
      ...(links === undefined ? {} : { links }),
      left: { ...this.left },
      judged: { findings, suppressed, evicted },
    };
  }

  restore(state: StageState): void {
    const { groups, entries, texts, measure, windows } = this.tables;
    groups.restore(state.groups);
    entries.restore(state.entries);
    if (state.texts !== undefined) texts?.restore(state.texts);
    measure.resize(groups.capacity);
    this.hierarchy.resize(groups.capacity);
    let inWindows = 0;
    for (const slot of groups.alive()) {
      measure.open(slot);
      this.hierarchy.open(slot);
      inWindows += windows.remeasure(slot);
      this.judge.restore(slot);
    }
    this.waiting = entries.count - inWindows;
    Object.assign(this.left, state.left);
    Object.assign(this.judge, state.judged);
  }

  /** After every stage has its groups, lower ones first. */
  relink(state: StageState | undefined): void {
    this.hierarchy.restore(state?.links);
    this.account();
  }
}
