/**
 * The waiting events of a group as a pairing heap in the columns of the entry table (`next` is the sibling, `prev` the
 * first child): adding is constant, taking the first logarithmic, whatever the disorder.
 */
import { type EntryTable, NONE } from "./entry-table.ts";

/** The new root. `root` may be NONE. */
export function addWaiting(entries: EntryTable, root: number, entry: number): number {
  entries.next[entry] = NONE;
  entries.prev[entry] = NONE;
  return root === NONE ? entry : meld(entries, root, entry);
}

/** The root without its first. */
export function withoutFirst(entries: EntryTable, root: number): number {
  let pairs = NONE;
  let child = entries.prev[root] as number;
  while (child !== NONE) {
    const second = entries.next[child] as number;
    const rest = second === NONE ? NONE : (entries.next[second] as number);
    const pair = second === NONE ? child : meld(entries, child, second);
    entries.next[pair] = pairs;
    pairs = pair;
    child = rest;
  }
  let merged = NONE;
  while (pairs !== NONE) {
    const next = entries.next[pairs] as number;
    merged = merged === NONE ? pairs : meld(entries, merged, pairs);
    pairs = next;
  }
  if (merged !== NONE) entries.next[merged] = NONE;
  return merged;
}

function meld(entries: EntryTable, one: number, other: number): number {
  // Of copies the first to arrive counts.
  const order = entries.compare(one, other) || (entries.arrival[one] as number) - (entries.arrival[other] as number);
  const first = order <= 0 ? one : other;
  const second = first === one ? other : one;
  entries.next[second] = entries.prev[first] as number;
  entries.prev[first] = second;
  return first;
}
