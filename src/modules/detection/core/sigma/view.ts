/**
 * A view: all rules that can concern events of one log source (and one value of its discriminator, such as a Windows
 * event id), with the index that picks the few worth evaluating.
 */
import type { Atom, Requirement } from "./atom.ts";
import { WHOLE_EVENT } from "./atom.ts";
import { EdgeIndex } from "./automaton.ts";
import type { Payload } from "./automaton.ts";
import type { Variant } from "./compile-rule.ts";
import type { Expression } from "./expression.ts";
import { NEVER, simplify } from "./expression.ts";
import type { EventSlots } from "./fields.ts";
import { elementsOf, textOfScalar } from "./fields.ts";
import { guardOf } from "./guard.ts";
import { fold } from "./pattern.ts";
import { insideIndex } from "./skip-search.ts";
import type { InsideIndex } from "./skip-search.ts";

interface FieldIndex {
  readonly field: number;
  readonly equals: ReadonlyMap<string, Payload> | undefined;
  readonly start: EdgeIndex | undefined;
  readonly end: EdgeIndex | undefined;
  readonly inside: InsideIndex | undefined;
  readonly present: Payload | undefined;
}

export interface ViewEntry {
  /** Position in the rule set. */
  readonly rule: number;
  readonly expression: Expression;
}

export class View {
  readonly entries: readonly ViewEntry[];
  /** Rules without a guard (only negations, say) are evaluated on every event of the view. */
  private readonly unguarded: readonly number[];
  private readonly indexes: readonly FieldIndex[];
  private readonly stamps: Float64Array;
  private readonly found: number[] = [];
  private readonly report: (payload: Payload) => void;
  private stamp = 0;

  constructor(entries: readonly ViewEntry[], uses: ReadonlyMap<string, number>) {
    this.entries = entries;
    this.stamps = new Float64Array(entries.length);
    const unguarded: number[] = [];
    const wanted: { requirement: Requirement; entry: number }[] = [];
    for (const [entry, { expression }] of entries.entries()) {
      const guard = guardOf(expression, uses);
      if (guard === undefined) unguarded.push(entry);
      else wanted.push(...guard.requirements.map((requirement) => ({ requirement, entry })));
    }
    this.unguarded = unguarded;
    this.indexes = [...Map.groupBy(wanted, ({ requirement }) => requirement.field)].map(([field, group]) =>
      fieldIndex(field, group),
    );
    this.report = (payload) => {
      for (const entry of payload) {
        if (this.stamps[entry] === this.stamp) continue;
        this.stamps[entry] = this.stamp;
        this.found.push(entry);
      }
    };
  }

  /** Numbers of the entries worth evaluating; the array is reused by the next call. */
  candidates(slots: EventSlots): readonly number[] {
    this.stamp++;
    this.found.length = 0;
    this.report(this.unguarded);
    for (const index of this.indexes) {
      if (index.field === WHOLE_EVENT) searchWholeEvent(index, slots, this.report);
      else if (slots.has(index.field)) this.searchField(index, slots);
    }
    return this.found;
  }

  private searchField(index: FieldIndex, slots: EventSlots): void {
    const value = slots.value(index.field);
    if (index.present !== undefined) this.report(index.present);
    if (value === null) return;
    if (typeof value === "object") {
      for (const element of elementsOf(value)) {
        const text = textOfScalar(element);
        if (text !== undefined) this.searchText(index, text, fold(text));
      }
      return;
    }
    const folded = index.equals === undefined ? "" : slots.foldedText(index.field);
    this.searchText(index, typeof value === "string" ? value : String(value), folded);
  }

  private searchText(index: FieldIndex, text: string, folded: string): void {
    const equal = index.equals?.get(folded);
    if (equal !== undefined) this.report(equal);
    index.start?.search(text, this.report);
    index.end?.search(text, this.report);
    index.inside?.search(text, this.report);
  }
}

function searchWholeEvent({ inside }: FieldIndex, slots: EventSlots, report: (payload: Payload) => void): void {
  if (inside === undefined) return;
  slots.someText((text) => {
    inside.search(text, report);
    return false;
  });
}

function fieldIndex(field: number, group: readonly { requirement: Requirement; entry: number }[]): FieldIndex {
  const tables = new Map<Requirement["where"], Map<string, number[]>>();
  for (const { requirement, entry } of group) {
    const table = tables.get(requirement.where) ?? new Map<string, number[]>();
    tables.set(requirement.where, table);
    const entries = table.get(requirement.text) ?? [];
    table.set(requirement.text, entries);
    if (!entries.includes(entry)) entries.push(entry);
  }
  const start = tables.get("start");
  const end = tables.get("end");
  const inside = tables.get("inside");
  return {
    field,
    equals: tables.get("equals"),
    start: start && new EdgeIndex(start, "forward"),
    end: end && new EdgeIndex(end, "backward"),
    inside: inside && insideIndex(inside),
    present: tables.get("present")?.get(""),
  };
}

/** What is known of a discriminator field before any event is seen: its value, folded. */
export interface Known {
  readonly field: number;
  readonly text: string;
}

export function buildView(
  variants: readonly Variant[],
  known: Known | undefined,
  uses: ReadonlyMap<string, number>,
): View {
  const answer = (atom: Atom): boolean | undefined => {
    if (known === undefined || atom.field !== known.field) return undefined;
    return atom.equals === undefined ? atom.whenPresent : atom.equals === known.text;
  };
  const entries = variants
    .map(({ rule, expression }) => ({ rule, expression: simplify(expression, answer) }))
    .filter(({ expression }) => expression !== NEVER);
  return new View(entries, uses);
}
