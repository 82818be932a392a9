import "./sensors.css";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo, useRef, useState } from "react";
import { Button } from "../../../kit/button.tsx";
import { type Column, DataGrid } from "../../../kit/data-grid.tsx";
import { Empty } from "../../../kit/empty.tsx";
import { useFormat } from "../../../kit/i18n/format.ts";
import { useText } from "../../../kit/i18n/text.tsx";
import { RawText } from "../../../kit/raw-text.tsx";
import { Segmented } from "../../../kit/segmented.tsx";
import { Skeleton } from "../../../kit/skeleton.tsx";
import { Split } from "../../../kit/split.tsx";
import { When } from "../../../kit/when.tsx";
import { api } from "../../api/client.ts";
import type { Sensor, SensorList } from "../../api/types.ts";
import { useColumnChoice } from "../../columns.tsx";
import { FaultView } from "../../fault-view.tsx";
import { SENSOR_TABS } from "../../frame/places.ts";
import { useKeys } from "../../keys/use-keys.ts";
import { PageTabs } from "../../page-tabs.tsx";
import { TextFilter } from "../alerts/filter-bar.tsx";
import { Listeners } from "./listeners.tsx";
import type { SensorSearch } from "./search.ts";
import { SensorPanel } from "./sensor-panel.tsx";
import { SensorState } from "./sensor-state.tsx";

const REFRESH_MS = 15_000;
const SKEW_ALARM_SECONDS = 120;
const STATES = ["all", "silent", "live", "new"] as const;
const keyOf = (sensor: Sensor) => sensor.name;
const BESIDE_PANEL = new Set(["name", "state", "last"]);

function useSensorColumns(): Column<Sensor>[] {
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

export function useSensors() {
  return useQuery({
    queryKey: ["sensors", "list"],
    queryFn: ({ signal }) => api.get<SensorList>("/sensors", undefined, signal),
    refetchInterval: REFRESH_MS,
  });
}

export function Sensors() {
  const t = useText();
  const format = useFormat();
  const navigate = useNavigate();
  const search: SensorSearch = useSearch({ from: "/sensors" });
  const filterInput = useRef<HTMLInputElement>(null);
  const [local, setLocal] = useState<string>();
  const sensors = useSensors();
  const change = (part: SensorSearch, replace = false) =>
    void navigate({ to: "/sensors", search: (now) => ({ ...now, ...part }), replace });
  const items = sensors.data?.items ?? [];
  const needle = (search.q ?? "").toLowerCase();
  const rows = items
    .filter(
      (sensor) =>
        (search.state === undefined || sensor.state === search.state) && sensor.name.toLowerCase().includes(needle),
    )
    .toSorted((a, b) => Number(b.state === "silent") - Number(a.state === "silent") || format.compare(a.name, b.name));
  const current = search.sensor ?? local;
  const opened = items.find((sensor) => sensor.name === search.sensor);
  const move = (name: string) => (search.sensor === undefined ? setLocal(name) : change({ sensor: name }, true));
  const step = (by: 1 | -1) => {
    const at = rows.findIndex((sensor) => sensor.name === current);
    const next = rows[at < 0 ? 0 : Math.max(0, Math.min(rows.length - 1, at + by))];
    if (next !== undefined) move(next.name);
  };
  const close = () => {
    setLocal(search.sensor);
    change({ sensor: undefined });
  };
  useKeys({
    next: () => step(1),
    previous: () => step(-1),
    open: () => current !== undefined && change({ sensor: current }),
    filter: () => filterInput.current?.focus(),
    ...(search.sensor === undefined ? {} : { close }),
  });
  const all = useSensorColumns();
  const [visible, columnMenu] = useColumnChoice("sensors", all);
  const state = STATES.find((each) => each === search.state) ?? "all";
  const list = (
    <div className="grid" data-testid="sensor-list">
      {sensors.isPending && <Skeleton />}
      {sensors.isError && <FaultView error={sensors.error} onRetry={() => void sensors.refetch()} />}
      {sensors.isSuccess && items.length === 0 && (
        <Empty
          title={t("sensors.empty.title")}
          action={
            <Button kind="primary" onClick={() => void navigate({ to: "/sensors/connect" })}>
              {t("queue.empty.do")}
            </Button>
          }
        >
          {t("sensors.empty.body")}
        </Empty>
      )}
      {items.length > 0 && (
        <DataGrid
          label={t("place.sensors")}
          columns={opened === undefined ? visible : all.filter((column) => BESIDE_PANEL.has(column.id))}
          rows={rows}
          rowKey={keyOf}
          rowTestId="sensor-row"
          current={current}
          onCurrent={move}
          onOpen={(name) => change({ sensor: name }, search.sensor !== undefined)}
          narrow={(sensor) => (
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
          )}
        />
      )}
      {items.length > 0 && (
        <div className="grid-foot">
          <span className="grow">{t("sensors.total", { n: rows.length })}</span>
          {columnMenu}
        </div>
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
          value={state}
          options={STATES.map((value) => ({ value, label: t(`sensors.filter.${value}`) }))}
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
        panel={opened === undefined ? undefined : <SensorPanel key={opened.name} sensor={opened} onClose={close} />}
      />
    </>
  );
}
