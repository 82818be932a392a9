import type { Sensor } from "../../api/types.ts";

type Trouble = Sensor["troubles"][number];

export function failureShare({ failures: { lastDay } }: Pick<Sensor, "failures">): number {
  return lastDay.events === 0 ? 0 : lastDay.failures / lastDay.events;
}

const WEIGHTS: Readonly<Record<Trouble, number>> = {
  silent: 64,
  drop: 24,
  late: 16,
  sources: 12,
  flood: 8,
  returned: 6,
  failures: 4,
  skew: 2,
};
const CRITICAL_FACTOR = 4;

/** Higher is more urgent; a critical sensor's troubles weigh more. */
export function urgencyOf(sensor: Sensor): number {
  const weight = sensor.troubles.reduce((sum, trouble) => sum + WEIGHTS[trouble], 0);
  return weight * (sensor.critical ? CRITICAL_FACTOR : 1);
}

/** How the list may be narrowed. */
export const SENSOR_FILTERS = ["all", "attention", "silent", "live", "new", "once", "resting"] as const;
export type SensorFilter = (typeof SENSOR_FILTERS)[number];

const STATES: Readonly<Record<Exclude<SensorFilter, "all" | "attention">, readonly Sensor["state"][]>> = {
  silent: ["silent", "late"],
  live: ["live", "returned"],
  new: ["new"],
  once: ["once"],
  resting: ["paused", "retired"],
};

export function passes(sensor: Sensor, filter: SensorFilter): boolean {
  if (filter === "all") return true;
  return filter === "attention" ? sensor.troubles.length > 0 : STATES[filter].includes(sensor.state);
}
