import type { RetroHunt } from "../../../api/rule-types.ts";

export const DAY_MS = 86_400_000;
/** A chart of more bars than this is drawn from the days with matches alone. */
const MAX_DAYS = 400;

type Day = RetroHunt["perDay"][number];

/** Every day (UTC) of the span in order; days on which nothing was found too, because silence is a figure. */
export function wholeSpan({ from, to, perDay }: Pick<RetroHunt, "from" | "to" | "perDay">): readonly Day[] {
  const first = Math.floor(Date.parse(from) / DAY_MS);
  const last = Math.floor((Date.parse(to) - 1) / DAY_MS);
  const count = last - first + 1;
  if (!Number.isFinite(count) || count < 1 || count > MAX_DAYS) return perDay;
  const known = new Map(perDay.map((each) => [each.day, each]));
  return Array.from({ length: count }, (_, index) => {
    const day = new Date((first + index) * DAY_MS).toISOString().slice(0, 10);
    return known.get(day) ?? { day, matches: 0, alerts: 0 };
  });
}
