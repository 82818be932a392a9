import "./sensors.css";
import { useText } from "../../../kit/i18n/text.tsx";
import { Icon, type IconName } from "../../../kit/icon.tsx";
import type { Sensor } from "../../api/types.ts";

const ICONS: Readonly<Record<Sensor["state"], IconName>> = {
  live: "check",
  late: "down",
  silent: "minus",
  returned: "undo",
  new: "plus",
  once: "download",
  paused: "stop",
  retired: "close",
};

export function SensorState({ state }: { state: Sensor["state"] }) {
  const t = useText();
  return (
    <span className={`sensor-state ${state}`}>
      <Icon name={ICONS[state]} />
      {t(`sensor.state.${state}`)}
    </span>
  );
}

/** A word, not a colour alone: whose silence is told as an alert. */
export function CriticalMark() {
  const t = useText();
  return <span className="tag critical-mark">{t("sensor.critical.mark")}</span>;
}
