import { useText } from "../../../kit/i18n/text.tsx";
import { Icon } from "../../../kit/icon.tsx";
import type { Sensor } from "../../api/types.ts";

const ICONS = { live: "check", silent: "minus", new: "plus", once: "download" } as const;

export function SensorState({ state }: { state: Sensor["state"] }) {
  const t = useText();
  return (
    <span className={`sensor-state ${state}`}>
      <Icon name={ICONS[state]} />
      {t(`sensor.state.${state}`)}
    </span>
  );
}
