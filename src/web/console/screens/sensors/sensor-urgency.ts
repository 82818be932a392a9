import type { Sensor } from "../../api/types.ts";

/** What is wrong with a sensor, worst first. */
export type SensorTrouble = "silent" | "late" | "returned" | "sources" | "drop" | "flood" | "failures" | "skew";

/** Shares of failed lines below this are what scanners and broken lines make anywhere. */
const FAILURES_ALARM_SHARE = 0.05;
const FAILURES_LEAST = 20;
const SKEW_ALARM_SECONDS = 120;

export function failureShare({ failures: { lastDay } }: Pick<Sensor, "failures">): number {
  return lastDay.events === 0 ? 0 : lastDay.failures / lastDay.events;
}

function failsOften(sensor: Sensor): boolean {
  const { events } = sensor.failures.lastDay;
  return events >= FAILURES_LEAST && failureShare(sensor) >= FAILURES_ALARM_SHARE;
}

/** An import or an exercise replays the past on purpose. */
export function isSkewed({ state, skew }: Sensor): boolean {
  if (state === "once" || skew.kind === "unknown" || skew.kind === "steady") return false;
  const seconds = skew.kind === "delayed" ? skew.medianSeconds : skew.lowSeconds;
  return skew.zoneMinutes !== null || Math.abs(seconds) > SKEW_ALARM_SECONDS;
}

export function troublesOf(sensor: Sensor): SensorTrouble[] {
  if (sensor.state === "retired" || sensor.state === "paused") return [];
  const troubles: SensorTrouble[] = [];
  if (sensor.state === "silent" || sensor.state === "late" || sensor.state === "returned") troubles.push(sensor.state);
  const { state } = sensor.volume;
  if (sensor.state !== "silent" && (state === "drop" || state === "flood")) troubles.push(state);
  if (sensor.silentSources > 0) troubles.push("sources");
  if (failsOften(sensor)) troubles.push("failures");
  if (isSkewed(sensor)) troubles.push("skew");
  return troubles;
}

const WEIGHTS: Readonly<Record<SensorTrouble, number>> = {
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
  const weight = troublesOf(sensor).reduce((sum, trouble) => sum + WEIGHTS[trouble], 0);
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
  return filter === "attention" ? troublesOf(sensor).length > 0 : STATES[filter].includes(sensor.state);
}
