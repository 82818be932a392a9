import { useNavigate } from "@tanstack/react-router";
import { Button, IconButton } from "../../../kit/button.tsx";
import { DataGrid } from "../../../kit/data-grid.tsx";
import { Empty } from "../../../kit/empty.tsx";
import { useText } from "../../../kit/i18n/text.tsx";
import type { Sensor } from "../../api/types.ts";
import { useColumnChoice } from "../../columns.tsx";
import { BESIDE_PANEL, HIDDEN_FIRST, NarrowSensor, useSensorColumns } from "./sensor-columns.tsx";
import { exportSensors } from "./sensor-export.ts";

const keyOf = (sensor: Sensor) => sensor.name;

export function NoSensors() {
  const t = useText();
  const navigate = useNavigate();
  return (
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
  );
}

interface SensorRowsProps {
  readonly rows: readonly Sensor[];
  readonly isBeside: boolean;
  readonly current: string | undefined;
  readonly onCurrent: (name: string) => void;
  readonly onOpen: (name: string) => void;
}

export function SensorRows({ rows, isBeside, current, onCurrent, onOpen }: SensorRowsProps) {
  const t = useText();
  const all = useSensorColumns();
  const [visible, columnMenu] = useColumnChoice("sensors.health", all, HIDDEN_FIRST);
  return (
    <>
      <DataGrid
        label={t("place.sensors")}
        columns={isBeside ? all.filter((column) => BESIDE_PANEL.has(column.id)) : visible}
        rows={rows}
        rowKey={keyOf}
        rowTestId="sensor-row"
        current={current}
        onCurrent={onCurrent}
        onOpen={onOpen}
        narrow={(sensor) => <NarrowSensor sensor={sensor} />}
      />
      <div className="grid-foot">
        <span className="grow">{t("sensors.total", { n: rows.length })}</span>
        <IconButton
          icon="download"
          label={t("export.csv")}
          data-testid="sensors-export"
          onClick={() => exportSensors(rows)}
        />
        {columnMenu}
      </div>
    </>
  );
}
