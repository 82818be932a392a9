import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { IconButton } from "../../../kit/button.tsx";
import { useFormat } from "../../../kit/i18n/format.ts";
import { useText } from "../../../kit/i18n/text.tsx";
import { RawText } from "../../../kit/raw-text.tsx";
import { Skeleton } from "../../../kit/skeleton.tsx";
import { Tabs } from "../../../kit/tabs.tsx";
import { When } from "../../../kit/when.tsx";
import { api } from "../../api/client.ts";
import type { Sensor, SensorHealth } from "../../api/types.ts";
import { FaultView } from "../../fault-view.tsx";
import { term } from "../../values/terms.ts";
import { SensorHealthTab } from "./sensor-health.tsx";
import { SensorSettings } from "./sensor-settings.tsx";
import { SensorSilences } from "./sensor-silences.tsx";
import { SensorSources } from "./sensor-sources.tsx";
import { CriticalMark, SensorState } from "./sensor-state.tsx";

const REFRESH_MS = 15_000;
const TABS = ["health", "sources", "silences", "settings"] as const;
type Tab = (typeof TABS)[number];

interface PanelProps {
  readonly sensor: Sensor;
  readonly tab: string | undefined;
  readonly onTab: (tab: string | undefined) => void;
  readonly onClose: () => void;
}

function Facts({ sensor }: { sensor: Sensor }) {
  const t = useText();
  const format = useFormat();
  return (
    <dl className="facts">
      <div>
        <dt>{t("sensor.last")}</dt>
        <dd>
          <When at={sensor.lastSeen} as="both" />
        </dd>
      </div>
      {sensor.expectedBy !== null && (
        <div>
          <dt>{t("sensor.expected_by")}</dt>
          <dd>
            <When at={sensor.expectedBy} as="exact" />
          </dd>
        </div>
      )}
      <div>
        <dt>{t("sensor.first")}</dt>
        <dd>
          <When at={sensor.firstSeen} as="exact" />
        </dd>
      </div>
      <div>
        <dt>{t("sensor.events")}</dt>
        <dd>{format.number(sensor.events)}</dd>
      </div>
      <div>
        <dt>{t("sensor.bytes")}</dt>
        <dd>{format.bytes(sensor.bytes)}</dd>
      </div>
    </dl>
  );
}

export function SensorPanel({ sensor, tab, onTab, onClose }: PanelProps) {
  const t = useText();
  const shown = TABS.find((each) => each === tab) ?? "health";
  const health = useQuery({
    queryKey: ["sensors", "health", sensor.name],
    queryFn: ({ signal }) =>
      api.get<SensorHealth>(`/sensors/${encodeURIComponent(sensor.name)}/health`, undefined, signal),
    refetchInterval: REFRESH_MS,
  });
  return (
    <section className="panel" aria-label={t("sensor.panel")} data-testid="sensor-panel">
      <header className="panel-head">
        <div className="row">
          <SensorState state={sensor.state} />
          {sensor.critical && <CriticalMark />}
          <span className="grow" />
          <IconButton icon="close" label={t("action.close_panel")} onClick={onClose} />
        </div>
        <h2>
          <RawText text={sensor.name} />
        </h2>
        <Facts sensor={sensor} />
        <p className="panel-rule">
          <Link to="/hunt" search={{ q: term("sensor", sensor.name) }}>
            {t("sensor.hunt")}
          </Link>
        </p>
      </header>
      <Tabs<Tab>
        label={t("sensor.tabs")}
        value={shown}
        onChange={(next) => onTab(next === "health" ? undefined : next)}
        tabs={TABS.map((value) => ({ value, label: t(`sensor.tab.${value}`) }))}
      >
        {shown === "settings" && <SensorSettings sensor={sensor} />}
        {shown !== "settings" && health.isPending && <Skeleton />}
        {shown !== "settings" && health.isError && (
          <FaultView error={health.error} onRetry={() => void health.refetch()} />
        )}
        {health.data !== undefined && shown === "health" && <SensorHealthTab sensor={sensor} health={health.data} />}
        {health.data !== undefined && shown === "sources" && <SensorSources health={health.data} />}
        {health.data !== undefined && shown === "silences" && <SensorSilences health={health.data} />}
      </Tabs>
    </section>
  );
}
