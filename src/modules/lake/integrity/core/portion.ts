/** Which segments are worth being one. */

/** Below this a segment is small. Events, because row groups and not bytes are what a search pays for. */
export const SMALL_EVENTS = 50_000;
/** What a merged segment holds at most: the size sealing aims at. */
const MOST_EVENTS = 250_000;
const MOST_SEGMENTS = 16;
/** Fewer are not worth rewriting. */
const LEAST_SEGMENTS = 4;

/** The oldest run of small neighbours (by arrival); empty when there is none. Neighbours keep time spans narrow. */
export function choosePortion(
  segments: readonly { readonly name: string; readonly events: number }[],
): readonly string[] {
  let run: string[] = [];
  let events = 0;
  for (const segment of segments) {
    const isSmall = segment.events < SMALL_EVENTS;
    if (isSmall && run.length < MOST_SEGMENTS && events + segment.events <= MOST_EVENTS) {
      run.push(segment.name);
      events += segment.events;
      continue;
    }
    if (run.length >= LEAST_SEGMENTS) return run;
    run = isSmall ? [segment.name] : [];
    events = isSmall ? segment.events : 0;
  }
  return run.length >= LEAST_SEGMENTS ? run : [];
}
