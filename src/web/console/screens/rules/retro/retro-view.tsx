import "../rules.css";
import "./retro.css";
import { useMemo } from "react";
import { Icon } from "../../../../kit/icon.tsx";
import { type Format, useFormat } from "../../../../kit/i18n/format.ts";
import { type Text, useText } from "../../../../kit/i18n/text.tsx";
import { RawText } from "../../../../kit/raw-text.tsx";
import { Table } from "../../../../kit/table.tsx";
import { TimeChart } from "../../../../kit/time-chart.tsx";
import { useNow } from "../../../../kit/when.tsx";
import type { RetroHunt } from "../../../api/rule-types.ts";
import { Value } from "../../../values/value-menu.tsx";
import { DAY_MS, wholeSpan } from "./days.ts";
import { isUnderWay } from "./use-retro.ts";

const ICONS = {
  waiting: "minus",
  running: "play",
  done: "check",
  cancelled: "stop",
  failed: "close",
  interrupted: "alerts",
} as const;

export function RetroState({ hunt }: { hunt: RetroHunt }) {
  const t = useText();
  return (
    <span className={`retro-state ${hunt.state}`}>
      <Icon name={ICONS[hunt.state]} /> {t(`retro.state.${hunt.state}`)}
    </span>
  );
}

/** How fast, and how long still, from what has been done so far. */
function paceText(hunt: RetroHunt, { t, format }: { t: Text; format: Format }): string {
  const { scanned, ratio } = hunt.progress;
  if (hunt.startedAt === null || ratio <= 0) return "";
  const seconds = Math.max(1, (Date.now() - Date.parse(hunt.startedAt)) / 1000);
  const left = ratio >= 1 ? 0 : (seconds / ratio) * (1 - ratio);
  return t("retro.pace", { rate: format.number(scanned / seconds), left: format.duration(left) });
}

export function RetroProgress({ hunt }: { hunt: RetroHunt }) {
  const t = useText();
  const format = useFormat();
  useNow();
  const { scanned, total, ratio } = hunt.progress;
  return (
    <div className="retro-progress" data-testid="retro-progress" data-state={hunt.state}>
      <progress
        max={1}
        value={hunt.state === "waiting" ? undefined : ratio}
        aria-label={t("retro.progress")}
        className={`retro-bar ${hunt.state}`}
      />
      <p className="quiet small num-left">
        {t("retro.scanned", {
          n: format.number(scanned),
          of: format.number(total),
          percent: format.percent(Math.floor(ratio * 1000) / 1000),
        })}{" "}
        {isUnderWay(hunt) && paceText(hunt, { t, format })}
      </p>
    </div>
  );
}

function Facts({ hunt }: { hunt: RetroHunt }) {
  const t = useText();
  const format = useFormat();
  const facts: readonly (readonly [string, string])[] = [
    ["retro.matches", format.number(hunt.matches)],
    ["retro.alerts", format.number(hunt.alerts)],
    ["retro.alerts_per_day", format.decimal(hunt.alertsPerDay)],
    ...(hunt.raised > 0 ? [["retro.raised", format.number(hunt.raised)] as const] : []),
    ...(hunt.costPerEventUs === null
      ? []
      : [["retro.cost", t("unit.microseconds", { n: format.decimal(hunt.costPerEventUs) })] as const]),
  ];
  return (
    <dl className="facts" data-testid="retro-facts">
      {facts.map(([key, value]) => (
        <div key={key}>
          <dt>{t(key)}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function PerDay({ hunt }: { hunt: RetroHunt }) {
  const t = useText();
  const format = useFormat();
  const { from, to, perDay } = hunt;
  const days = useMemo(() => wholeSpan({ from, to, perDay }), [from, to, perDay]);
  const starts = useMemo(() => days.map(({ day }) => Date.parse(day)), [days]);
  const counted = hunt.kind === "back-test" ? "alerts" : "matches";
  const layers = useMemo(
    () => [
      {
        id: counted,
        label: t(`retro.${counted}`),
        colour: "--accent",
        values: days.map((each) => each[counted]),
      },
    ],
    [days, counted, t],
  );
  if (perDay.length === 0) return null;
  const most = Math.max(...days.map((each) => each[counted]));
  return (
    <TimeChart
      title={<h3>{t(`retro.per_day.${counted}`)}</h3>}
      alt={t("retro.per_day.alt", { n: format.number(hunt[counted]), days: starts.length, most: format.number(most) })}
      starts={starts}
      bucketMs={DAY_MS}
      layers={layers}
      height={120}
    />
  );
}

function Hosts({ hunt }: { hunt: RetroHunt }) {
  const t = useText();
  const format = useFormat();
  if (hunt.hosts.length === 0) return null;
  const most = hunt.hosts[0]?.count ?? 1;
  return (
    <section>
      <h3 className="section-head">{t("retro.hosts")}</h3>
      <Table
        label={t("retro.hosts")}
        className="top-table"
        rows={hunt.hosts}
        rowKey={(entry) => entry.host}
        columns={[
          { id: "host", header: t("hunt.host"), render: (entry) => <Value field="host" value={entry.host} /> },
          { id: "count", header: t("retro.matches"), numeric: true, render: (entry) => format.number(entry.count) },
          {
            id: "bar",
            header: t("hunt.share"),
            silentHeader: true,
            className: "bar-cell",
            render: (entry) => <meter min={0} max={most} value={entry.count} aria-label={t("hunt.share")} />,
          },
        ]}
      />
    </section>
  );
}

/** How a search through the past stands and what it has found so far. */
export function RetroView({ hunt }: { hunt: RetroHunt }) {
  const t = useText();
  return (
    <div className="stack">
      <RetroProgress hunt={hunt} />
      {hunt.error !== null && (
        <p className="notice bad">
          <span>
            {t("retro.failed")} <RawText text={hunt.error.message} /> <code className="quiet">{hunt.error.code}</code>
          </span>
        </p>
      )}
      {hunt.state === "interrupted" && <p className="notice">{t("retro.interrupted")}</p>}
      <Facts hunt={hunt} />
      <PerDay hunt={hunt} />
      <Hosts hunt={hunt} />
    </div>
  );
}

/** A back-test in words: is this volume one a shift can live with? */
export function VolumeVerdict({ hunt }: { hunt: RetroHunt }) {
  const t = useText();
  const format = useFormat();
  if (hunt.state !== "done") return null;
  const rate = hunt.alertsPerDay;
  const word = hunt.alerts === 0 ? "silent" : rate <= 1 ? "rare" : rate <= 12 ? "bearable" : "flood";
  return (
    <p className={word === "flood" ? "notice bad" : "notice good"} data-testid="volume-verdict">
      <span>{t(`retro.volume.${word}`, { n: format.decimal(rate) })}</span>
    </p>
  );
}
