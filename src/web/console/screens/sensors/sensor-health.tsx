import { Link, useNavigate } from "@tanstack/react-router";
import { type ReactNode, useMemo } from "react";
import { useFormat } from "../../../kit/i18n/format.ts";
import { useText } from "../../../kit/i18n/text.tsx";
import { Table } from "../../../kit/table.tsx";
import { TimeChart } from "../../../kit/time-chart.tsx";
import { When } from "../../../kit/when.tsx";
import type { Sensor, SensorHealth } from "../../api/types.ts";
import { term } from "../../values/terms.ts";
import { skewText } from "./sensor-columns.tsx";
import { failureShare } from "./sensor-urgency.ts";

const HOUR_MS = 3_600_000;

function Notice({ title, children }: { title: ReactNode; children: ReactNode }) {
  return (
    <div className="notice bad">
      <div>
        <h3>{title}</h3>
        <p className="quiet">{children}</p>
      </div>
    </div>
  );
}

/** What is wrong, in words, with what to do about it. */
function Notices({ sensor }: { sensor: Sensor }) {
  const t = useText();
  const format = useFormat();
  const { volume, retiredAt } = sensor;
  const isBack = retiredAt !== null && Date.parse(sensor.lastSeen) > Date.parse(retiredAt);
  return (
    <>
      {sensor.silentSince !== null && (
        <Notice
          title={
            <>
              {t(sensor.state === "late" ? "sensor.late.title" : "sensor.silent.title")}{" "}
              <When at={sensor.silentSince} as="both" />
            </>
          }
        >
          {t("sensor.silent.body")}
        </Notice>
      )}
      {(volume.state === "drop" || volume.state === "flood") && sensor.state !== "silent" && (
        <Notice title={t(`sensor.volume.${volume.state}.title`)}>
          {t("sensor.volume.body", {
            events: format.number(volume.events),
            expected: format.number(Math.round(volume.expected ?? 0)),
          })}
        </Notice>
      )}
      {isBack && <Notice title={t("sensor.retired.back.title")}>{t("sensor.retired.back.body")}</Notice>}
    </>
  );
}

function Rhythm({ sensor, health }: { sensor: Sensor; health: SensorHealth }) {
  const t = useText();
  const format = useFormat();
  const navigate = useNavigate();
  const { hours } = health;
  const starts = useMemo(() => hours.map((hour) => Date.parse(hour.start)), [hours]);
  const layers = useMemo(
    () => [{ id: "events", label: t("hunt.events"), colour: "--accent", values: hours.map((hour) => hour.events) }],
    [hours, t],
  );
  const band = useMemo(
    () =>
      hours.some(({ high }) => high !== null)
        ? { label: t("sensor.usual"), low: hours.map(({ low }) => low), high: hours.map(({ high }) => high) }
        : undefined,
    [hours, t],
  );
  const brush = (from: number, to: number) =>
    void navigate({
      to: "/hunt",
      search: {
        q: term("sensor", sensor.name),
        from: new Date(from).toISOString(),
        to: new Date(to).toISOString(),
      },
    });
  return (
    <section>
      <TimeChart
        title={<h3>{t("sensor.rhythm")}</h3>}
        alt={t("sensor.rhythm.alt", { n: format.number(sensor.failures.lastDay.events) })}
        starts={starts}
        bucketMs={HOUR_MS}
        layers={layers}
        band={band}
        height={150}
        onBrush={brush}
      />
      <p className="quiet small" data-testid="rhythm-basis">
        {t(`sensor.basis.${sensor.basis}`, {
          d: health.allowedSeconds === null ? "" : format.duration(health.allowedSeconds),
        })}{" "}
        {band === undefined ? t("sensor.usual.learning") : t("sensor.usual.legend")}
      </p>
    </section>
  );
}

function Clock({ sensor }: { sensor: Sensor }) {
  const t = useText();
  const format = useFormat();
  const { skew } = sensor;
  const zone = skew.zoneMinutes;
  const signed = (seconds: number) => `${seconds < 0 ? "−" : "+"}${format.duration(Math.abs(seconds))}`;
  return (
    <section data-testid="sensor-skew">
      <h3 className="section-head">{t("sensor.skew")}</h3>
      <p className={sensor.troubles.includes("skew") ? "bad-text" : ""}>
        {t(`sensor.skew.kind.${skew.kind}`, { d: skewText(sensor, t, format).replace(/^[+−]/u, "") })}
        {zone !== null && ` ${t("sensor.skew.zone", { zone: zoneText(zone) })}`}
      </p>
      {skew.kind !== "unknown" && (
        <p className="quiet small">
          {t("sensor.skew.range", {
            low: signed(skew.lowSeconds),
            median: signed(skew.medianSeconds),
            high: signed(skew.highSeconds),
            n: skew.samples,
          })}{" "}
          {t("sensor.skew.kept")}
        </p>
      )}
    </section>
  );
}

function zoneText(minutes: number): string {
  const rest = Math.abs(minutes);
  return `${minutes < 0 ? "−" : "+"}${Math.floor(rest / 60)}:${String(rest % 60).padStart(2, "0")}`;
}

function Failures({ sensor, health }: { sensor: Sensor; health: SensorHealth }) {
  const t = useText();
  const format = useFormat();
  const { lastHour } = sensor.failures;
  const hourShare = lastHour.events === 0 ? 0 : lastHour.failures / lastHour.events;
  return (
    <section data-testid="sensor-failures">
      <h3 className="section-head">{t("sensor.failures.title")}</h3>
      <p>
        {t("sensor.failures.share", {
          hour: format.percent(hourShare),
          day: format.percent(failureShare(sensor)),
          n: format.number(sensor.failures.lastDay.failures),
        })}
      </p>
      {health.reasons.length > 0 && (
        <Table
          label={t("sensor.failures.title")}
          rows={health.reasons}
          rowKey={({ reason }) => reason}
          columns={[
            {
              id: "reason",
              header: t("sensor.failures.reason"),
              names: true,
              render: ({ reason }) => (
                <Link
                  to="/hunt"
                  search={{
                    q: `${term("sensor", sensor.name)} and ${term("parse_failure", reason)}`,
                    range: "24h",
                  }}
                >
                  {t(reason)}
                </Link>
              ),
            },
            {
              id: "day",
              header: t("sensor.failures.day"),
              numeric: true,
              render: ({ lastDay }) => format.number(lastDay),
            },
            {
              id: "sample",
              header: t("sensor.failures.sample"),
              render: ({ eventId }) => (
                <Link to="/hunt" search={{ q: term("id", eventId), range: "7d" }}>
                  {t("sensor.failures.open")}
                </Link>
              ),
            },
          ]}
        />
      )}
    </section>
  );
}

/** What is wrong, how it usually speaks, its clock, and what was not understood. */
export function SensorHealthTab({ sensor, health }: { sensor: Sensor; health: SensorHealth }) {
  return (
    <div className="stack sensor-health" data-testid="sensor-health">
      <Notices sensor={sensor} />
      <Rhythm sensor={sensor} health={health} />
      <Clock sensor={sensor} />
      <Failures sensor={sensor} health={health} />
    </div>
  );
}
