/** Growing columns: the state of a million groups lies in a few typed arrays, not in a million objects. */
export type Column = Float64Array | Int32Array | Uint32Array | Uint16Array | Uint8Array;

const SMALLEST = 64;

/** Half as much again: at most a third of the space is unused. */
export function nextCapacity(needed: number, current: number): number {
  return Math.max(needed, SMALLEST, current + (current >> 1));
}

export function grown<C extends Column>(column: C, length: number, fill: number): C {
  const Type = column.constructor as new (length: number) => C;
  const larger = new Type(length);
  larger.set(column);
  if (fill !== 0) larger.fill(fill, column.length);
  return larger;
}
