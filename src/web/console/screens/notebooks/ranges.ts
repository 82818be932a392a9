/** Ranges a query cell is written with: relative to the moment it runs, or two fixed moments. */
export const CELL_RANGES = ["1h", "4h", "24h", "7d", "30d"] as const;
export type CellRange = (typeof CELL_RANGES)[number];

export function relativeOf({ from, to }: { readonly from: string; readonly to: string }): CellRange | undefined {
  return to === "now" ? CELL_RANGES.find((range) => from === `now-${range}`) : undefined;
}

export function rangeBounds(range: CellRange): { readonly from: string; readonly to: string } {
  return { from: `now-${range}`, to: "now" };
}

/** The words of the server for a moment, or a time the page can format. */
export function isMoment(text: string): boolean {
  return !Number.isNaN(Date.parse(text));
}
