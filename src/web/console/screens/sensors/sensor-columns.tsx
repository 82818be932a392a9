import { useMemo } from "react";
import type { Column } from "../../../kit/data-grid.tsx";
import { useFormat } from "../../../kit/i18n/format.ts";
import { useText } from "../../../kit/i18n/text.tsx";
import { RawText } from "../../../kit/raw-text.tsx";
import { When } from "../../../kit/when.tsx";
import type { Sensor } from "../../api/types.ts";
import { SensorState } from "./sensor-state.tsx";

const SKEW_ALARM_SECONDS = 120;
/** Beside an open panel only what tells rows apart remains. */
export const BESIDE_PANEL = new Set(["name", "state", "last"]);

/** An import or an exercise replays the past on purpose. */
export function isSkewed(sensor: Sensor): boolean {
  return sensor.state !== "once" && sensor.skewSeconds !== null && Math.abs(sensor.skewSeconds) > SKEW_ALARM_SECONDS;
}

export function useSensorColumns(): Column<Sensor>[] {
  const t = useText();
  const format = useFormat();
  return useMemo(
    () => [
      {
        id: "name",
        header: t("sensor.name"),
        width: "minmax(160px, 2fr)",
        render: (sensor) => <RawText text={sensor.name} />,
      },
      {
        id: "state",
        header: t("sensor.state"),
        width: "110px",
        render: (sensor) => <SensorState state={sensor.state} />,
      },
      { id: "last", header: t("sensor.last"), width: "116px", render: (sensor) => <When at={sensor.lastSeen} /> },
      {
        id: "hour",
        header: t("sensor.hour"),
        width: "90px",
        numeric: true,
        render: (sensor) => format.number(sensor.eventsLastHour),
      },
      {
        id: "events",
        header: t("sensor.events"),
        width: "104px",
        numeric: true,
        render: (sensor) => format.number(sensor.events),
      },
      {
        id: "bytes",
        header: t("sensor.bytes"),
        width: "80px",
        numeric: true,
        render: (sensor) => format.bytes(sensor.bytes),
      },
      {
        id: "failures",
        header: t("sensor.failures"),
        width: "100px",
        numeric: true,
        render: (sensor) =>
          sensor.parseFailures > 0 ? <span className="bad-text">{format.number(sensor.parseFailures)}</span> : "0",
      },
      {
        id: "skew",
        header: t("sensor.skew"),
        width: "90px",
        numeric: true,
        render: (sensor) =>
          sensor.skewSeconds === null ? (
            <span className="quiet">—</span>
          ) : (
            <span
              className={sensor.state !== "once" && Math.abs(sensor.skewSeconds) > SKEW_ALARM_SECONDS ? "bad-text" : ""}
            >
              {sensor.skewSeconds < 0 && "−"}
              {format.duration(Math.abs(sensor.skewSeconds))}
            </span>
          ),
      },
      {
        id: "formats",
        header: t("sensor.formats"),
        width: "minmax(110px, 1fr)",
        render: (sensor) => <span className="quiet">{sensor.formats.join(", ")}</span>,
      },
      {
        id: "door",
        header: t("sensor.door"),
        width: "96px",
        render: (sensor) => <span className="quiet">{sensor.door}</span>,
      },
    ],
    [t, format],
  );
}

export function NarrowSensor({ sensor }: { sensor: Sensor }) {
  const t = useText();
  const format = useFormat();
  return (
    <>
      <div>
        <span className="truncate grow">
          <RawText text={sensor.name} />
        </span>
        <SensorState state={sensor.state} />
      </div>
      <div className="small quiet">
        <span className="grow">{t("sensor.hour.short", { n: format.number(sensor.eventsLastHour) })}</span>
        <When at={sensor.lastSeen} />
      </div>
    </>
  );
}
