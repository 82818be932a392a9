/** Where a segment differs from what was sealed: which event was altered, added, dropped or moved. */
import { HASH_BYTES } from "./packed-tree.ts";

export const ID_BYTES = 16;

/** Leaf hashes and ids of a segment's events, in the order of its rows. */
export interface Leaves {
  readonly count: number;
  readonly hashes: Uint8Array;
  /** 16 bytes each; zeros where the id is not one. */
  readonly ids: Uint8Array;
}

export interface EventPlace {
  /** 0-based. Of a dropped event: the row it had when sealed; otherwise the row it has now. */
  readonly row: number;
  readonly id: string;
}

export interface Difference {
  readonly altered: readonly EventPlace[];
  readonly added: readonly EventPlace[];
  readonly dropped: readonly EventPlace[];
  readonly reordered: readonly EventPlace[];
  /** How many there are of all kinds; the lists name the first of each. */
  readonly count: number;
}

/** Lists hold at most `most` places each. */
export function differenceOf(sealed: Leaves, found: Leaves, most: number): Difference {
  const rowsByHash = new Map<string, number[]>();
  for (let row = sealed.count - 1; row >= 0; row--) pushTo(rowsByHash, keyAt(sealed.hashes, row), row);
  /** Row when sealed of every found row that is unchanged; -1 for the others. */
  const origin = new Int32Array(found.count).fill(-1);
  const kept = new Uint8Array(sealed.count);
  const strangers: number[] = [];
  for (let row = 0; row < found.count; row++) {
    // Lists are in descending order: the earliest row is taken first.
    const from = rowsByHash.get(keyAt(found.hashes, row))?.pop();
    if (from === undefined) {
      strangers.push(row);
      continue;
    }
    origin[row] = from;
    kept[from] = 1;
  }
  const lostById = new Map<string, number[]>();
  for (let row = sealed.count - 1; row >= 0; row--) if (kept[row] === 0) pushTo(lostById, idAt(sealed, row), row);
  const altered: EventPlace[] = [];
  const added: EventPlace[] = [];
  for (const row of strangers) {
    const id = idAt(found, row);
    const was = lostById.get(id)?.pop();
    (was === undefined ? added : altered).push({ row, id });
  }
  const dropped = [...lostById]
    .flatMap(([id, rows]) => rows.map((row) => ({ row, id })))
    .sort((one, other) => one.row - other.row);
  const reordered = outOfOrder(origin).map((row) => ({ row, id: idAt(found, row) }));
  const count = altered.length + added.length + dropped.length + reordered.length;
  const [a, b, c, d] = [altered, added, dropped, reordered].map((places) => places.slice(0, most));
  return { altered: a ?? [], added: b ?? [], dropped: c ?? [], reordered: d ?? [], count };
}

/** Rows outside the longest run that is still in order: the fewest that must have been moved. */
function outOfOrder(origin: Int32Array): number[] {
  const rows = [...origin.keys()].filter((row) => (origin[row] ?? -1) >= 0);
  const originOf = (row: number) => origin[row] ?? -1;
  /** `tails[n]`: the row on which the best ascending run of n+1 rows ends. */
  const tails: number[] = [];
  const before = new Int32Array(origin.length).fill(-1);
  for (const row of rows) {
    let low = 0;
    let high = tails.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (originOf(tails[middle] ?? 0) < originOf(row)) low = middle + 1;
      else high = middle;
    }
    if (low > 0) before[row] = tails[low - 1] ?? -1;
    tails[low] = row;
  }
  const inOrder = new Set<number>();
  for (let row = tails.at(-1) ?? -1; row >= 0; row = before[row] ?? -1) inOrder.add(row);
  return rows.filter((row) => !inOrder.has(row));
}

function pushTo(map: Map<string, number[]>, key: string, row: number): void {
  const rows = map.get(key);
  if (rows === undefined) map.set(key, [row]);
  else rows.push(row);
}

function keyAt(hashes: Uint8Array, row: number): string {
  return hexOf(hashes.subarray(row * HASH_BYTES, (row + 1) * HASH_BYTES));
}

export function idAt({ ids }: Leaves, row: number): string {
  return hexOf(ids.subarray(row * ID_BYTES, (row + 1) * ID_BYTES));
}

const DIGITS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

export function hexOf(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += DIGITS[byte];
  return text;
}
