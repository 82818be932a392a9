/** What a window that came true says of its events. */
import type { Correlation } from "./correlation.ts";
import type { CorrelationFinding } from "./correlator-types.ts";
import { type EntryTable, NONE, SPENT } from "./entry-table.ts";
import type { FindingEvent, FindingParts } from "./finding-parts.ts";
import { MAX_EVENTS_PER_FINDING } from "./limits.ts";

export interface WindowView {
  readonly correlation: Correlation;
  readonly entries: EntryTable;
  /** The newest event of the window; older ones are found through `prev`. */
  readonly tail: number;
  readonly ruleIds: readonly string[];
  readonly key: string;
  /** Group values as people read them. */
  readonly spelled: readonly string[];
  readonly exerciseId: string | undefined;
  readonly value: number;
  readonly hash: (text: string) => string;
}

export function findingOf(view: WindowView): { finding: CorrelationFinding; parts: FindingParts } {
  const { correlation, entries, tail } = view;
  const parts = partsOfWindow(entries, tail, view.ruleIds);
  const { from, count, events } = parts;
  const { id, version } = correlation;
  const named = events.map((event) => [event.id, event.ruleId]);
  const finding: CorrelationFinding = {
    id: view.hash(JSON.stringify(["correlation", id, version, view.key, from, count, named])),
    correlationId: id,
    version,
    group: correlation.groupBy.map((field, index) => ({ field, value: view.spelled[index] as string })),
    from,
    to: entries.time[tail] as number,
    count,
    value: view.value,
    events,
    ...(view.exerciseId === undefined ? {} : { exerciseId: view.exerciseId }),
    anchor: entries.anchorOf(tail),
  };
  return { finding, parts };
}

function partsOfWindow(entries: EntryTable, tail: number, ruleIds: readonly string[]): FindingParts {
  let from = Number.POSITIVE_INFINITY;
  let count = 0;
  const newest = new Set<number>();
  const seen = new Set<number>();
  const chosen: number[] = [];
  const remaining: number[] = [];
  for (let entry = tail; entry !== NONE && !isSpent(entries, entry); entry = entries.prev[entry] as number) {
    const parts = entries.parts.get(entry);
    from = Math.min(from, parts?.from ?? (entries.time[entry] as number));
    count += parts?.count ?? 1;
    const rule = entries.rule[entry] as number;
    if (!seen.has(rule)) newest.add(entry);
    seen.add(rule);
    if (chosen.length < MAX_EVENTS_PER_FINDING) chosen.push(entry);
    else if (newest.has(entry)) remaining.push(entry);
  }
  return { from, count, events: listed(entries, withEveryRule(chosen, remaining, newest), ruleIds) };
}

function isSpent(entries: EntryTable, entry: number): boolean {
  return ((entries.flags[entry] as number) & SPENT) !== 0;
}

/** Newest first. The oldest that are not the only one of their rule make room for rules seen earlier. */
function withEveryRule(chosen: number[], remaining: readonly number[], needed: ReadonlySet<number>): number[] {
  const kept = [...chosen];
  for (let at = kept.length - 1, left = remaining.length; at >= 0 && left > 0; at--) {
    if (needed.has(kept[at] as number)) continue;
    kept.splice(at, 1);
    left--;
  }
  return [...kept, ...remaining];
}

/** In time order, each event once; a lower finding stands here with its own events. */
function listed(entries: EntryTable, newestFirst: readonly number[], ruleIds: readonly string[]): FindingEvent[] {
  const events = new Map<string, FindingEvent>();
  for (const entry of newestFirst) {
    const own = {
      id: entries.idOf(entry),
      time: entries.time[entry] as number,
      ruleId: ruleIds[entries.rule[entry] as number] as string,
    };
    for (const event of entries.parts.get(entry)?.events ?? [own]) {
      const key = `${event.id} ${event.ruleId}`;
      if (!events.has(key)) events.set(key, event);
    }
  }
  const sorted = [...events.values()].sort(byTime);
  return sorted.length <= MAX_EVENTS_PER_FINDING ? sorted : sorted.slice(-MAX_EVENTS_PER_FINDING);
}

function byTime(one: FindingEvent, other: FindingEvent): number {
  return one.time - other.time || compareText(one.id, other.id) || compareText(one.ruleId, other.ruleId);
}

function compareText(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
