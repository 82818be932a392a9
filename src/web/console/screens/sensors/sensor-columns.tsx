import { useMemo } from "react";
import type { Column } from "../../../kit/data-grid.tsx";
import { type Format, useFormat } from "../../../kit/i18n/format.ts";
import { type Text, useText } from "../../../kit/i18n/text.tsx";
import { RawText } from "../../../kit/raw-text.tsx";
import { When } from "../../../kit/when.tsx";
import type { Sensor } from "../../api/types.ts";
import { SensorSpark } from "./sensor-spark.tsx";
import { CriticalMark, SensorState } from "./sensor-state.tsx";
import { failureShare } from "./sensor-urgency.ts";

/** Beside an open panel only what tells rows apart remains. */
export const BESIDE_PANEL = new Set(["name", "state", "last"]);
export const HIDDEN_FIRST = ["events", "bytes", "formats", "door"];

export function skewText({ skew }: Pick<Sensor, "skew">, t: Text, format: Format): string {
  if (skew.kind === "unknown") return "—";
  if (skew.kind === "steady") return t("sensor.skew.steady");
  const seconds = skew.kind === "delayed" ? skew.medianSeconds : skew.lowSeconds;
  return `${seconds < 0 ? "−" : "+"}${format.duration(Math.abs(seconds))}`;
}

function Volume({ sensor }: { sensor: Sensor }) {
  const t = useText();
  const { state } = sensor.volume;
  const isTrouble = sensor.troubles.some((trouble) => trouble === "drop" || trouble === "flood");
  return <span className={isTrouble ? "bad-text" : "quiet"}>{t(`sensor.volume.${state}`)}</span>;
}

export function useSensorColumns(): Column<Sensor>[] {
  const t = useText();
  const format = useFormat();
  return useMemo((): Column<Sensor>[] => {
    const figure = (id: string, width: string, render: Column<Sensor>["render"]): Column<Sensor> => ({
      id,
      header: t(`sensor.${id}`),
      width,
      numeric: true,
      render,
    });
    return [
      {
        id: "name",
        header: t("sensor.name"),
        width: "minmax(170px, 2fr)",
        render: (sensor) => (
          <span className="sensor-name">
            <span className="truncate">
              <RawText text={sensor.name} />
            </span>
            {sensor.critical && <CriticalMark />}
          </span>
        ),
      },
      {
        id: "state",
        header: t("sensor.state"),
        width: "128px",
        render: (sensor) => (
          <>
            <SensorState state={sensor.state} />
            {sensor.silentSources > 0 && (
              <span className="bad-text small"> {t("sensor.sources.silent_short", { n: sensor.silentSources })}</span>
            )}
          </>
        ),
      },
      { id: "last", header: t("sensor.last"), width: "116px", render: (sensor) => <When at={sensor.lastSeen} /> },
      {
        id: "expected_by",
        header: t("sensor.expected_by"),
        width: "144px",
        render: ({ expectedBy }) => (expectedBy === null ? <span className="quiet">—</span> : <When at={expectedBy} />),
      },
      {
        id: "day",
        header: t("sensor.day"),
        width: "104px",
        render: (sensor) => <SensorSpark hourly={sensor.hourly} />,
      },
      figure("hour", "84px", (sensor) => format.number(sensor.eventsLastHour)),
      { id: "volume", header: t("sensor.volume"), width: "104px", render: (sensor) => <Volume sensor={sensor} /> },
      figure("failures", "96px", (sensor) => {
        const share = failureShare(sensor);
        const isTrouble = sensor.troubles.includes("failures");
        return <span className={isTrouble ? "bad-text" : share === 0 ? "quiet" : ""}>{format.percent(share)}</span>;
      }),
      figure("skew", "116px", (sensor) => (
        <span className={sensor.troubles.includes("skew") ? "bad-text" : "quiet"}>{skewText(sensor, t, format)}</span>
      )),
      figure("events", "104px", (sensor) => format.number(sensor.events)),
      figure("bytes", "80px", (sensor) => format.bytes(sensor.bytes)),
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
    ];
  }, [t, format]);
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
        {sensor.critical && <CriticalMark />}
        <SensorState state={sensor.state} />
      </div>
      <div className="small quiet">
        <span className="grow">{t("sensor.hour.short", { n: format.number(sensor.eventsLastHour) })}</span>
        <When at={sensor.lastSeen} />
      </div>
    </>
  );
}
