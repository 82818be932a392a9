import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { Icon } from "../../../../kit/icon.tsx";
import { useFormat } from "../../../../kit/i18n/format.ts";
import { useText } from "../../../../kit/i18n/text.tsx";
import { RawText, SafeText } from "../../../../kit/raw-text.tsx";
import { Skeleton } from "../../../../kit/skeleton.tsx";
import { Table } from "../../../../kit/table.tsx";
import { TimeChart } from "../../../../kit/time-chart.tsx";
import type { ExceptionPreview } from "../../../api/rule-types.ts";
import { FaultView } from "../../../fault-view.tsx";
import { Remarks, remarksOfFault } from "../editor/remarks.tsx";
import { DAY_MS } from "../retro/days.ts";
import type { usePreview } from "./use-exceptions.ts";

const SHOWN_ALERTS = 5;

/** Confirmed attacks it would have hidden: the reason to think again, so it stands first. */
function Conflict({
  preview,
  accepted,
  onAccept,
}: {
  preview: ExceptionPreview;
  accepted: boolean;
  onAccept: (accepted: boolean) => void;
}) {
  const t = useText();
  const format = useFormat();
  const { truePositives } = preview;
  if (truePositives.length === 0) return null;
  return (
    <div className="notice bad" role="alert" data-testid="true-positive-conflict">
      <div className="stack">
        <p>
          <strong>{t("exception.conflict", { n: truePositives.length })}</strong>
        </p>
        <ul className="bullets">
          {truePositives.slice(0, SHOWN_ALERTS).map((alert) => (
            <li key={`${alert.alertId}-${alert.eventId}`}>
              <Link to="/alerts" search={{ status: "all", alert: alert.alertId }} target="_blank">
                <SafeText text={alert.title} />
              </Link>{" "}
              <span className="quiet num">{format.exact(new Date(alert.at))}</span>
            </li>
          ))}
        </ul>
        {truePositives.length > SHOWN_ALERTS && (
          <p className="quiet">{t("exception.conflict.more", { n: truePositives.length - SHOWN_ALERTS })}</p>
        )}
        <label className="row">
          <input
            type="checkbox"
            checked={accepted}
            onChange={(event) => onAccept(event.target.checked)}
            data-testid="accept-conflict"
          />
          {t("exception.conflict.accept")}
        </label>
      </div>
    </div>
  );
}

function PerDay({ preview }: { preview: ExceptionPreview }) {
  const t = useText();
  const format = useFormat();
  const starts = useMemo(() => preview.perDay.map(({ day }) => Date.parse(day)), [preview.perDay]);
  const layers = useMemo(
    () => [
      {
        id: "kept",
        label: t("exception.preview.kept"),
        colour: "--line-2",
        values: preview.perDay.map(({ findings, hidden }) => Math.max(0, findings - hidden)),
      },
      {
        id: "hidden",
        label: t("exception.preview.hidden"),
        colour: "--accent",
        values: preview.perDay.map(({ hidden }) => hidden),
      },
    ],
    [preview.perDay, t],
  );
  return (
    <div>
      <TimeChart
        title={<h3 className="visually-hidden">{t("exception.preview.per_day")}</h3>}
        alt={t("exception.preview.alt", {
          n: format.number(preview.findings.hidden),
          of: format.number(preview.findings.total),
        })}
        starts={starts}
        bucketMs={DAY_MS}
        layers={layers}
        height={90}
      />
      <ul className="chart-legend">
        {layers.toReversed().map((layer) => (
          <li key={layer.id}>
            <i className="swatch" style={{ background: `var(${layer.colour})` }} /> {layer.label}
          </li>
        ))}
      </ul>
    </div>
  );
}

function Answer({ preview }: { preview: ExceptionPreview }) {
  const t = useText();
  const format = useFormat();
  const { findings, alerts, sample, days, unreadable } = preview;
  return (
    <>
      <p role="status" data-testid="preview-line" data-hidden={findings.hidden} data-total={findings.total}>
        <strong>
          {t("exception.preview.would", {
            n: format.number(findings.hidden),
            of: format.number(findings.total),
            days,
          })}
        </strong>{" "}
        <span className="quiet">
          {t("exception.preview.alerts", { n: format.number(alerts.hidden), of: format.number(alerts.total) })}
        </span>
      </p>
      {findings.looked < findings.total && (
        <p className="quiet small">{t("exception.preview.looked", { n: format.number(findings.looked) })}</p>
      )}
      {unreadable > 0 && <p className="quiet small">{t("exception.preview.unreadable", { n: unreadable })}</p>}
      {findings.total > 0 && <PerDay preview={preview} />}
      {findings.total > 0 && findings.hidden === findings.looked && (
        <p className="bad-text">
          <Icon name="alerts" /> {t("exception.preview.everything")}
        </p>
      )}
      {sample.length > 0 && (
        <Table
          label={t("exception.preview.sample")}
          rows={sample.slice(0, SHOWN_ALERTS)}
          rowKey={(entry) => entry.eventId}
          columns={[
            { id: "at", header: t("hunt.time"), render: (entry) => format.exact(new Date(entry.at)) },
            {
              id: "host",
              header: t("hunt.host"),
              render: (entry) => (entry.host === null ? "—" : <RawText text={entry.host} />),
            },
          ]}
        />
      )}
    </>
  );
}

interface PreviewPaneProps {
  readonly asked: ReturnType<typeof usePreview>;
  readonly incomplete: boolean;
  readonly accepted: boolean;
  readonly onAccept: (accepted: boolean) => void;
}

/** What the last thirty days would have looked like with this exception. */
export function PreviewPane({ asked, incomplete, accepted, onAccept }: PreviewPaneProps) {
  const t = useText();
  const { preview, fresh } = asked;
  return (
    <section className="stack exception-preview" aria-label={t("exception.preview")} data-testid="exception-preview">
      <h3>{t("exception.preview")}</h3>
      {incomplete && <p className="quiet">{t("exception.preview.incomplete")}</p>}
      {!incomplete && preview.isFetching && preview.data === undefined && <Skeleton lines={4} />}
      {!incomplete && preview.isError && (
        <>
          <FaultView error={preview.error} onRetry={() => void preview.refetch()} />
          <Remarks remarks={remarksOfFault(preview.error)} onLine={() => undefined} onFix={() => undefined} />
        </>
      )}
      {!incomplete && preview.data !== undefined && (
        <div className={fresh ? "stack" : "stack stale"} aria-busy={!fresh} data-fresh={fresh}>
          <Conflict preview={preview.data} accepted={accepted} onAccept={onAccept} />
          <Answer preview={preview.data} />
        </div>
      )}
    </section>
  );
}
