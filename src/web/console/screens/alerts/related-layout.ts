/** Where things stand in the drawing of related alerts: pure, so that it can be looked at without a browser. */

export interface Placed {
  readonly id: string;
  /** Left edge of the mark and right edge of its span, in pixels. */
  readonly left: number;
  readonly right: number;
  readonly row: number;
}

export interface Scale {
  readonly from: number;
  readonly to: number;
  readonly width: number;
}

export const MARK = 14;
const GAP = 2;
export const MOST_ROWS = 8;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const STEPS = [5, 10, 15, 30]
  .map((n) => n * MINUTE_MS)
  .concat([1, 2, 3, 6, 12].map((n) => n * HOUR_MS))
  .concat([1, 2, 3, 7, 14, 30, 90, 365].map((n) => n * DAY_MS));

/** Left edge of a mark at a time; what lies outside the window stands at its edge. */
export function placeOf({ from, to, width }: Scale, at: number): number {
  const room = Math.max(0, width - MARK);
  const share = to === from ? 0.5 : (at - from) / (to - from);
  return Math.round(Math.min(1, Math.max(0, share)) * room);
}

/** Marks of one lane in rows, so that none hides another while there is room; `first` decides the order. */
export function packLane(
  scale: Scale,
  spans: readonly { readonly id: string; readonly first: number; readonly last: number }[],
): { readonly placed: readonly Placed[]; readonly rows: number } {
  const ends: number[] = [];
  const placed = spans
    .toSorted((a, b) => a.first - b.first || (a.id < b.id ? -1 : 1))
    .map(({ id, first, last }): Placed => {
      const left = placeOf(scale, first);
      const right = Math.max(left + MARK, placeOf(scale, last) + MARK);
      const free = ends.findIndex((end) => end + GAP <= left);
      // A lane that is full overlaps where the least is hidden.
      const row = free >= 0 ? free : ends.length < MOST_ROWS ? ends.length : ends.indexOf(Math.min(...ends));
      ends[row] = Math.max(ends[row] ?? 0, right);
      return { id, left, right, row };
    });
  return { placed, rows: Math.max(1, ends.length) };
}

/** Round moments of the reader's own clock, as many as there is room for. */
export function ticksOf(
  { from, to, width }: Scale,
  ask: { readonly apart: number; readonly offsetMs: number },
): number[] {
  const most = Math.max(1, Math.floor(width / ask.apart));
  const step = STEPS.find((each) => (to - from) / each <= most) ?? to - from;
  if (step <= 0) return [];
  const first = Math.ceil((from + ask.offsetMs) / step) * step - ask.offsetMs;
  return Array.from({ length: Math.max(0, Math.floor((to - first) / step) + 1) }, (_, n) => first + n * step);
}

/** The mark an arrow key leads to: along the lane by time, across lanes to the nearest in time. */
export function stepFrom(
  lanes: readonly (readonly Placed[])[],
  at: { readonly lane: number; readonly place: number },
  key: string,
): { readonly lane: number; readonly place: number } | undefined {
  const lane = lanes[at.lane] ?? [];
  const to = (place: number) => (lane[place] === undefined ? undefined : { lane: at.lane, place });
  if (key === "ArrowRight") return to(at.place + 1);
  if (key === "ArrowLeft") return to(at.place - 1);
  if (key === "Home") return to(0);
  if (key === "End") return to(lane.length - 1);
  if (key !== "ArrowDown" && key !== "ArrowUp") return undefined;
  const by = key === "ArrowDown" ? 1 : -1;
  for (let next = at.lane + by; next >= 0 && next < lanes.length; next += by) {
    const marks = lanes[next] ?? [];
    if (marks.length === 0) continue;
    const here = lane[at.place]?.left ?? 0;
    const gaps = marks.map(({ left }) => Math.abs(left - here));
    return { lane: next, place: gaps.indexOf(Math.min(...gaps)) };
  }
  return undefined;
}
