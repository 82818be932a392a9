/** How much a notice presses, lowest first. */
export const URGENCIES = ["normal", "high", "critical"] as const;
export type Urgency = (typeof URGENCIES)[number];
/** From which urgency on a person wants to be told by a way. */
export const FROM = [...URGENCIES, "never"] as const;
export type From = (typeof FROM)[number];

export function reaches(urgency: Urgency, from: From): boolean {
  return from !== "never" && URGENCIES.indexOf(urgency) >= URGENCIES.indexOf(from);
}
