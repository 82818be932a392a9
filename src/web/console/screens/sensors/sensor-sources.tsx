import { useFormat } from "../../../kit/i18n/format.ts";
import { useText } from "../../../kit/i18n/text.tsx";
import { RawText } from "../../../kit/raw-text.tsx";
import { Table } from "../../../kit/table.tsx";
import { When } from "../../../kit/when.tsx";
import type { SensorHealth } from "../../api/types.ts";
import { SensorState } from "./sensor-state.tsx";

type Source = SensorHealth["sources"][number];

const SILENT_FIRST = (a: Source, b: Source) => Number(b.state === "silent") - Number(a.state === "silent");

/** One log may stop while the others of the same machine go on: switched off, or switched off by somebody. */
export function SensorSources({ health }: { health: SensorHealth }) {
  const t = useText();
  const format = useFormat();
  return (
    <div className="stack">
      <p className="quiet">{t("sensor.sources.about")}</p>
      <Table
        label={t("sensor.tab.sources")}
        testId="sensor-sources"
        rows={health.sources.toSorted(SILENT_FIRST)}
        rowKey={({ name }) => name}
        columns={[
          {
            id: "name",
            header: t("sensor.source"),
            names: true,
            render: ({ name }) => (name === "*" ? t("sensor.sources.other") : <RawText text={name} />),
          },
          { id: "state", header: t("sensor.state"), render: ({ state }) => <SensorState state={state} /> },
          { id: "last", header: t("sensor.last"), render: ({ lastSeen }) => <When at={lastSeen} /> },
          {
            id: "day",
            header: t("sensor.day"),
            numeric: true,
            render: ({ failures }) => format.number(failures.lastDay.events),
          },
          {
            id: "failures",
            header: t("sensor.failures"),
            numeric: true,
            render: ({ failures: { lastDay } }) =>
              format.percent(lastDay.events === 0 ? 0 : lastDay.failures / lastDay.events),
          },
          { id: "volume", header: t("sensor.volume"), render: ({ volume }) => t(`sensor.volume.${volume}`) },
        ]}
      />
    </div>
  );
}
