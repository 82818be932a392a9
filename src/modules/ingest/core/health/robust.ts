/** Order statistics: what one outage or one flood among many ordinary hours cannot move. */

/** Of values in ascending order; the lower of two neighbours, so that it is always a value that was seen. */
export function quantileOf(ascending: readonly number[], share: number): number {
  const last = ascending.length - 1;
  return ascending[Math.floor(share * last)] ?? Number.NaN;
}

export function ascending(values: readonly number[]): number[] {
  return values.toSorted((a, b) => a - b);
}

export function medianOf(values: readonly number[]): number {
  return quantileOf(ascending(values), 0.5);
}

/** Median distance from the median. */
export function spreadOf(values: readonly number[]): number {
  const middle = medianOf(values);
  return medianOf(values.map((value) => Math.abs(value - middle)));
}
