/**
 * Where the groups of one correlation stand between lower and higher correlations. A higher group sees every time its
 * lower groups see, and does not pass a time at which one of them may still come true: that of its oldest waiting
 * event, or of the last event of its open window.
 */
import { NONE } from "./entry-table.ts";
import type { Ground } from "./ground.ts";
import type { Completion } from "./judge.ts";
import { joinParts, readKey } from "./key.ts";
import { Holds, Links, type LinksState, lowerGroup, slotOf, stageOf } from "./links.ts";
import type { PlanNode, PlanSource } from "./plan.ts";
import type { Tables } from "./tables.ts";

/** A correlation as those above and below it see it. */
export interface Rung {
  readonly index: number;
  readonly node: PlanNode;
  readonly tables: Tables;
  readonly hierarchy: Hierarchy;
  groupFor(key: string): number;
  meet(slot: number, time: number): void;
  settle(slot: number): void;
  takeFinding(rule: number, source: PlanSource, completion: Completion): void;
}

/** A correlation that refers to this one. */
export interface Parent {
  readonly stage: Rung;
  readonly source: PlanSource;
  /** Position in its `rules`. */
  readonly rule: number;
}

export class Hierarchy {
  readonly parents: Parent[] = [];
  private readonly stage: Rung;
  private readonly tables: Tables;
  private readonly ground: Ground;
  private readonly groupFields: number;
  private links: Links | undefined;
  private readonly holds: Holds | undefined;

  /** `rungs`: all correlations by index; the list may still be growing. */
  constructor(stage: Rung, parts: { ground: Ground; rungs: readonly Rung[] }) {
    this.stage = stage;
    this.tables = stage.tables;
    this.ground = parts.ground;
    this.groupFields = stage.node.correlation.groupBy.length;
    if (stage.node.sources.some(({ kind }) => kind === "node")) {
      this.holds = new Holds((slot, time, group) => {
        const lower = parts.rungs[stageOf(group)] as Rung;
        return lower.hierarchy.holdsBack(this.stage, slot, { slot: slotOf(group), time });
      });
    }
  }

  /** Before anything is taken. */
  attach(parent: Parent): void {
    this.parents.push(parent);
    this.links = new Links(this.parents.length);
  }

  resize(length: number): void {
    this.links?.resize(length);
  }

  open(slot: number): void {
    this.links?.open(slot);
  }

  /** The group was forgotten. */
  drop(slot: number): void {
    this.holds?.drop(slot);
    if (this.links !== undefined) this.links.hold[slot] = Number.POSITIVE_INFINITY;
  }

  /** Lower correlations may still say something up to this time; Infinity: no. */
  heldFrom(slot: number): number {
    return this.holds?.earliest(slot) ?? Number.POSITIVE_INFINITY;
  }

  /** The higher group, made if need be. */
  higherOf(parent: number, slot: number): number {
    const linked = this.linkedTo(parent, slot);
    if (linked !== NONE) return linked;
    const { stage, source } = this.parents[parent] as Parent;
    const { values, exerciseId } = readKey(this.tables.groups.keyOf(slot), this.groupFields);
    const higher = stage.groupFor(this.ground.keys.withExercise(joinParts(values, source.group), exerciseId));
    const links = this.links as Links;
    links.set(parent, slot, higher, stage.tables.groups.born[higher] as number);
    const hold = links.hold[slot] as number;
    if (hold !== Number.POSITIVE_INFINITY) stage.hierarchy.addHold(higher, hold, lowerGroup(this.stage.index, slot));
    stage.hierarchy.holdHigher(higher);
    return higher;
  }

  /** NONE when the higher group was forgotten. */
  linkedTo(parent: number, slot: number): number {
    const links = this.links as Links;
    const { groups } = (this.parents[parent] as Parent).stage.tables;
    const higher = links.slotOf(parent, slot);
    const same = higher !== NONE && groups.isAlive(higher) && groups.born[higher] === links.bornOf(parent, slot);
    return same ? higher : NONE;
  }

  private addHold(slot: number, time: number, group: number): void {
    this.holds?.add(slot, time, group);
  }

  private holdsBack(higher: Rung, higherSlot: number, own: { slot: number; time: number }): boolean {
    if (this.links?.hold[own.slot] !== own.time) return false;
    const parent = this.parents.findIndex(({ stage }) => stage === higher);
    return parent !== NONE && this.linkedTo(parent, own.slot) === higherSlot;
  }

  /** Recomputes what the group holds back; true when that changed. */
  registerHold(slot: number): boolean {
    const { links, tables } = this;
    if (links === undefined) return false;
    let hold = Math.min(tables.firstWaiting(slot), this.heldFrom(slot));
    if (tables.isOpen(slot)) hold = Math.min(hold, tables.entries.time[tables.groups.tail[slot] as number] as number);
    if (links.hold[slot] === hold) return false;
    links.hold[slot] = hold;
    if (hold === Number.POSITIVE_INFINITY) return true;
    for (const [parent, { stage }] of this.parents.entries()) {
      const higher = this.linkedTo(parent, slot);
      if (higher !== NONE) stage.hierarchy.addHold(higher, hold, lowerGroup(this.stage.index, slot));
    }
    return true;
  }

  /** The same for everything above, at once: something older may wait now. */
  holdHigher(slot: number): void {
    if (!this.registerHold(slot)) return;
    for (const [parent, { stage }] of this.parents.entries()) {
      const higher = this.linkedTo(parent, slot);
      if (higher !== NONE) stage.hierarchy.holdHigher(higher);
    }
  }

  /** Higher groups go on as far as they may. */
  settleHigher(slot: number): void {
    if (this.links === undefined) return;
    for (const [parent, { stage }] of this.parents.entries()) {
      const higher = this.linkedTo(parent, slot);
      if (higher !== NONE) stage.settle(higher);
    }
  }

  private get parentIds(): string[] {
    return this.parents.map(({ stage }) => stage.node.correlation.id);
  }

  snapshot(): LinksState | undefined {
    return this.links?.snapshot(this.tables.groups.used, this.parentIds);
  }

  /** After every stage has its groups, lower ones first. */
  restore(state: LinksState | undefined): void {
    const { links } = this;
    if (links !== undefined && state !== undefined) {
      for (const [parent, id] of this.parentIds.entries()) {
        const known = state.parents.indexOf(id);
        const slots = state.slots[known];
        const born = state.born[known];
        if (slots === undefined || born === undefined) continue;
        for (const [slot, higher] of slots.entries()) links.set(parent, slot, higher, born[slot] as number);
      }
    }
    for (const slot of this.tables.groups.alive()) this.registerHold(slot);
  }
}
