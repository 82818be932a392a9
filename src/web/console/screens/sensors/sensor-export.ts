import type { Sensor } from "../../api/types.ts";
import { csvOf } from "../../csv.ts";
import { saveText } from "../../download.ts";
import { failureShare } from "./sensor-urgency.ts";

type Cell = string | number;

/** Column names are those of the API, so that a script may rely on them in either language. */
const COLUMNS: readonly (readonly [string, (sensor: Sensor) => Cell])[] = [
  ["name", (sensor) => sensor.name],
  ["state", (sensor) => sensor.state],
  ["critical", (sensor) => String(sensor.critical)],
  ["lastSeen", (sensor) => sensor.lastSeen],
  ["silentSince", (sensor) => sensor.silentSince ?? ""],
  ["expectedBy", (sensor) => sensor.expectedBy ?? ""],
  ["basis", (sensor) => sensor.basis],
  ["troubles", (sensor) => sensor.troubles.join(" ")],
  ["silentSources", (sensor) => sensor.silentSources],
  ["eventsLastHour", (sensor) => sensor.eventsLastHour],
  ["eventsLastDay", (sensor) => sensor.failures.lastDay.events],
  ["volume", (sensor) => sensor.volume.state],
  ["failureShareLastDay", (sensor) => Math.round(failureShare(sensor) * 10_000) / 10_000],
  ["skew", (sensor) => sensor.skew.kind],
  ["skewMedianSeconds", (sensor) => (sensor.skew.kind === "unknown" ? "" : sensor.skew.medianSeconds)],
  ["zoneMinutes", (sensor) => sensor.skew.zoneMinutes ?? ""],
  ["events", (sensor) => sensor.events],
  ["bytes", (sensor) => sensor.bytes],
  ["formats", (sensor) => sensor.formats.join(" ")],
  ["door", (sensor) => sensor.door],
  ["firstSeen", (sensor) => sensor.firstSeen],
  ["note", (sensor) => sensor.note],
];

/** The rows shown, in their order. */
export function exportSensors(rows: readonly Sensor[]): void {
  saveText(
    "sensors.csv",
    csvOf([COLUMNS.map(([name]) => name), ...rows.map((sensor) => COLUMNS.map(([, cell]) => cell(sensor)))]),
  );
}
