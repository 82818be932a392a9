import type { Rota } from "./rota.ts";

/** Ways to share out a day that are in use everywhere; a rota may also say its own. */
export const PATTERNS = ["3x8", "2x12", "office", "weekly"] as const;
export type Pattern = (typeof PATTERNS)[number];

export type Sharing = Pick<Rota, "shifts" | "turns">;
const DAY = 1_440;

/**
 * The names of shifts are the caller's (texts). `3x8`: four teams, two mornings, two evenings, two nights, two days off.
 * `2x12`: four teams, two days, two nights, four days off. `office`: one team, Monday to Friday, when the cycle starts on
 * a Monday. `weekly`: a week each, changing at eight in the morning.
 */
export function sharingOf(pattern: Pattern, teams: number, names: readonly string[]): Sharing {
  const shift = (at: number, from: number, minutes: number) => ({ name: names[at] ?? `${at + 1}`, from, minutes });
  switch (pattern) {
    case "3x8":
      return {
        shifts: [shift(0, 6 * 60, 480), shift(1, 14 * 60, 480), shift(2, 22 * 60, 480)],
        turns: rolling({ shifts: 3, teams }),
      };
    case "2x12":
      return { shifts: [shift(0, 7 * 60, 720), shift(1, 19 * 60, 720)], turns: rolling({ shifts: 2, teams }) };
    case "office":
      return { shifts: [shift(0, 8 * 60, 540)], turns: Array.from({ length: 7 }, (_, day) => [day < 5 ? 0 : null]) };
    case "weekly":
      return {
        shifts: [shift(0, 8 * 60, DAY)],
        turns: Array.from({ length: 7 * Math.max(1, teams) }, (_, day) => [Math.floor(day / 7)]),
      };
  }
}

/** Two days of each shift in turn, then off: a team is two days behind the one before it. */
function rolling({ shifts, teams }: { readonly shifts: number; readonly teams: number }): (number | null)[][] {
  const cycle = 2 * Math.max(shifts, teams);
  return Array.from({ length: cycle }, (_, day) =>
    Array.from({ length: shifts }, (__, shift) => {
      const team = Array.from({ length: teams }, (___, at) => at).find(
        (at) => Math.floor(((((day - 2 * at) % cycle) + cycle) % cycle) / 2) === shift,
      );
      return team ?? null;
    }),
  );
}
