import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useFormat } from "../../../kit/i18n/format.ts";
import { hasText, useText } from "../../../kit/i18n/text.tsx";
import { Skeleton } from "../../../kit/skeleton.tsx";
import { useNow, When } from "../../../kit/when.tsx";
import { api } from "../../api/client.ts";
import type { Alert, Finding, SensorHealth } from "../../api/types.ts";
import { FaultView } from "../../fault-view.tsx";
import { SensorState } from "../sensors/sensor-state.tsx";

/** Raised by the watch over sensors or over the journal: there is no rule and no text of one. */
export function isSensorAlert({ rule }: Pick<Alert, "rule">): boolean {
  return /^(?:sensor|journal):/u.test(rule.id);
}

function Fact({ term, children }: { term: string; children: ReactNode }) {
  return (
    <div>
      <dt>{term}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** What the house says of itself: a sensor that fell silent, or a journal that takes nothing in. */
export function HouseWhy({ finding }: { finding: Finding }) {
  return finding.ruleId.startsWith("journal:") ? <JournalWhy finding={finding} /> : <SensorWhy finding={finding} />;
}

/** Nothing was taken in from then on. The history tells when it was over; the code, why. */
function JournalWhy({ finding }: { finding: Finding }) {
  const t = useText();
  const key = `fault.${finding.sensor}`;
  return (
    <div className="stack" data-testid="journal-why">
      <p>{t("journal.alert.body")}</p>
      <dl className="facts">
        <Fact term={t("journal.alert.since")}>
          <When at={finding.time} as="exact" />
        </Fact>
        <Fact term={t("journal.alert.reason")}>{hasText(key) ? t(key) : finding.sensor}</Fact>
      </dl>
      <p>
        <Link to="/storage">{t("place.storage")}</Link>
      </p>
    </div>
  );
}

/** One silence: since when, whether it is over, and how the sensor is doing now. */
function SensorWhy({ finding }: { finding: Finding }) {
  const t = useText();
  const format = useFormat();
  const now = useNow();
  const health = useQuery({
    queryKey: ["sensors", "health", finding.sensor],
    queryFn: ({ signal }) =>
      api.get<SensorHealth>(`/sensors/${encodeURIComponent(finding.sensor)}/health`, undefined, signal),
  });
  if (health.isPending) return <Skeleton />;
  if (health.isError) return <FaultView error={health.error} onRetry={() => void health.refetch()} />;
  const silence = health.data.silences.find(
    ({ source, since }) => source === null && Date.parse(since) === Date.parse(finding.time),
  );
  const end = silence?.returnedAt ?? silence?.overAt ?? null;
  const until = end === null ? now : Date.parse(end);
  return (
    <div className="stack" data-testid="sensor-why">
      <p>{t("sensor.alert.body")}</p>
      {silence === undefined && <p className="quiet">{t("sensor.alert.gone")}</p>}
      <dl className="facts">
        <Fact term={t("sensor.state")}>
          <SensorState state={health.data.sensor.state} />
        </Fact>
        <Fact term={t("sensor.alert.heard")}>
          <When at={finding.time} as="exact" />
        </Fact>
        {silence !== undefined && (
          <>
            <Fact term={t("sensor.alert.noticed")}>
              <When at={silence.noticedAt} as="exact" />
            </Fact>
            <Fact term={t("sensor.alert.back")}>
              {end === null ? <strong>{t("sensor.alert.still")}</strong> : <When at={end} as="exact" />}
            </Fact>
            <Fact term={t("sensor.alert.long")}>{format.duration((until - Date.parse(silence.since)) / 1000)}</Fact>
          </>
        )}
      </dl>
      <p>
        <Link to="/sensors" search={{ sensor: finding.sensor }}>
          {t("sensor.alert.open")}
        </Link>
      </p>
    </div>
  );
}
