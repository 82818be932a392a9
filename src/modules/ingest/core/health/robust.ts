/** Order statistics: what one outage or one flood among many ordinary hours cannot move. */

/** Of values in ascending order; the lower of two neighbours, so that it is always a value that was seen. */
export function quantileOf(sorted: readonly number[], share: number): number {
  const last = sorted.length - 1;
  return sorted[Math.floor(share * last)] ?? Number.NaN;
}

export function ascending(values: readonly number[]): number[] {
  return values.toSorted((a, b) => a - b);
}

export function medianOf(values: readonly number[]): number {
  return quantileOf(ascending(values), 0.5);
}
