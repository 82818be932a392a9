import { Link } from "@tanstack/react-router";
import { SEVERITIES } from "../../../../kernel/severity.ts";
import { useFormat } from "../../../kit/i18n/format.ts";
import { useText } from "../../../kit/i18n/text.tsx";
import { SeverityMark } from "../../../kit/severity.tsx";
import type { WatchFloor } from "../../api/types.ts";

const REASONS = ["true_positive", "false_positive", "benign", "duplicate"] as const;

/** The list behind a figure shows what the figure counted. */
function scopeOf(floor: WatchFloor): { exercise: string } {
  return { exercise: floor.scope };
}

function OpenTable({ floor }: { floor: WatchFloor }) {
  const t = useText();
  const format = useFormat();
  return (
    <table className="table">
      <thead>
        <tr>
          <th scope="col">{t("alert.level")}</th>
          <th scope="col" className="num">
            {t("status.open")}
          </th>
          <th scope="col" className="num">
            {t("status.taken")}
          </th>
        </tr>
      </thead>
      <tbody>
        {SEVERITIES.toReversed().map((level) => (
          <tr key={level}>
            <th scope="row">
              <SeverityMark level={level} />
            </th>
            <td className="num">
              <Link to="/alerts" search={{ status: "open", level, ...scopeOf(floor) }} data-testid={`open-${level}`}>
                {format.number(floor.alerts.openByLevel[level])}
              </Link>
            </td>
            <td className="num">
              <Link to="/alerts" search={{ status: "taken", level, ...scopeOf(floor) }}>
                {format.number(floor.alerts.takenByLevel[level])}
              </Link>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** What waits, for how long, and how yesterday's ended. Median and 90th percentile with n: a mean would hide the tail. */
export function QueuePart({ floor }: { floor: WatchFloor }) {
  const t = useText();
  const format = useFormat();
  const { queueAge, closedLast24h } = floor.alerts;
  const closed = REASONS.reduce((sum, reason) => sum + closedLast24h[reason], 0);
  return (
    <section className="watch-part" aria-labelledby="watch-queue">
      <h2 id="watch-queue">{t("watch.queue")}</h2>
      <OpenTable floor={floor} />
      <dl className="facts">
        <div>
          <dt>{t("watch.age.median")}</dt>
          <dd>{queueAge.medianSeconds === null ? "—" : format.duration(queueAge.medianSeconds)}</dd>
        </div>
        <div>
          <dt>{t("watch.age.p90")}</dt>
          <dd>{queueAge.p90Seconds === null ? "—" : format.duration(queueAge.p90Seconds)}</dd>
        </div>
        <div>
          <dt>{t("watch.age.n")}</dt>
          <dd>{format.number(queueAge.n)}</dd>
        </div>
        <div>
          <dt>{t("watch.closed")}</dt>
          <dd>{format.number(closed)}</dd>
        </div>
      </dl>
      {closed > 0 && (
        <p className="quiet small">
          {REASONS.filter((reason) => closedLast24h[reason] > 0)
            .map((reason) => `${t(`reason.${reason}`)} ${format.number(closedLast24h[reason])}`)
            .join(" · ")}
        </p>
      )}
    </section>
  );
}
