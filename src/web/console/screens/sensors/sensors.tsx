import "./sensors.css";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useRef } from "react";
import { type Format, useFormat } from "../../../kit/i18n/format.ts";
import { useText } from "../../../kit/i18n/text.tsx";
import { Segmented } from "../../../kit/segmented.tsx";
import { Skeleton } from "../../../kit/skeleton.tsx";
import { Split } from "../../../kit/split.tsx";
import { api } from "../../api/client.ts";
import type { Sensor, SensorList } from "../../api/types.ts";
import { FaultView } from "../../fault-view.tsx";
import { SENSOR_TABS } from "../../frame/places.ts";
import { PageTabs } from "../../page-tabs.tsx";
import { usePanelCursor } from "../../panel-cursor.ts";
import { TextFilter } from "../alerts/filter-bar.tsx";
import { Listeners } from "./listeners.tsx";
import type { SensorSearch } from "./search.ts";
import { NoSensors, SensorRows } from "./sensor-list.tsx";
import { SensorPanel } from "./sensor-panel.tsx";
import { passes, SENSOR_FILTERS, type SensorFilter, urgencyOf } from "./sensor-urgency.ts";

const REFRESH_MS = 15_000;

/** The most urgent first: they are what this screen is for. */
function shown(items: readonly Sensor[], search: SensorSearch, format: Format): Sensor[] {
  const needle = (search.q ?? "").toLowerCase();
  return items
    .filter((sensor) => passes(sensor, filterOf(search)))
    .filter((sensor) => sensor.name.toLowerCase().includes(needle))
    .sort((a, b) => urgencyOf(b) - urgencyOf(a) || format.compare(a.name, b.name));
}

function filterOf({ state }: SensorSearch): SensorFilter {
  return SENSOR_FILTERS.find((filter) => filter === state) ?? "all";
}

export function Sensors() {
  const t = useText();
  const format = useFormat();
  const navigate = useNavigate();
  const search: SensorSearch = useSearch({ from: "/sensors" });
  const filterInput = useRef<HTMLInputElement>(null);
  const sensors = useQuery({
    queryKey: ["sensors", "list"],
    queryFn: ({ signal }) => api.get<SensorList>("/sensors", undefined, signal),
    refetchInterval: REFRESH_MS,
  });
  const change = (part: SensorSearch, replace = false) =>
    void navigate({ to: "/sensors", search: (now) => ({ ...now, ...part }), replace });
  const items = sensors.data?.items ?? [];
  const rows = shown(items, search, format);
  const opened = items.find((sensor) => sensor.name === search.sensor);
  const cursor = usePanelCursor({
    keys: rows.map((sensor) => sensor.name),
    opened: search.sensor,
    open: (sensor, replace) => change({ sensor }, replace),
    filterInput,
  });
  const list = (
    <div className="grid" data-testid="sensor-list">
      {sensors.isPending && <Skeleton />}
      {sensors.isError && <FaultView error={sensors.error} onRetry={() => void sensors.refetch()} />}
      {sensors.isSuccess && items.length === 0 && <NoSensors />}
      {items.length > 0 && (
        <SensorRows
          rows={rows}
          isBeside={opened !== undefined}
          current={cursor.current}
          onCurrent={cursor.move}
          onOpen={(sensor) => change({ sensor }, search.sensor !== undefined)}
        />
      )}
      <Listeners />
    </div>
  );
  return (
    <>
      <PageTabs tabs={SENSOR_TABS} label={t("place.sensors")} />
      <div className="page-head">
        <h1 className="visually-hidden">{t("place.sensors")}</h1>
        <Segmented
          label={t("sensor.state")}
          value={filterOf(search)}
          options={SENSOR_FILTERS.map((value) => ({
            value,
            label: t(`sensors.filter.${value}`),
            testId: `filter-${value}`,
          }))}
          onChange={(value) => change({ state: value === "all" ? undefined : value })}
        />
        <TextFilter
          value={search.q ?? ""}
          label={t("sensors.text")}
          onChange={(q) => change({ q })}
          inputRef={filterInput}
        />
      </div>
      <Split
        name="sensors"
        list={list}
        panel={
          opened === undefined ? undefined : (
            <SensorPanel
              key={opened.name}
              sensor={opened}
              tab={search.tab}
              onTab={(tab) => change({ tab }, true)}
              onClose={cursor.close}
            />
          )
        }
      />
    </>
  );
}
