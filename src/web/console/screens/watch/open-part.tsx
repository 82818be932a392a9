import { useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import { SEVERITIES } from "../../../../kernel/severity.ts";
import { useFormat } from "../../../kit/i18n/format.ts";
import { useText } from "../../../kit/i18n/text.tsx";
import { SeverityMark } from "../../../kit/severity.tsx";
import { TimeChart } from "../../../kit/time-chart.tsx";
import type { WatchFloor } from "../../api/types.ts";

/** Open alerts by level over time. Stacked, because the sum is the load on the shift; the worst stand on the base line. */
export function OpenPart({ floor }: { floor: WatchFloor }) {
  const t = useText();
  const format = useFormat();
  const navigate = useNavigate();
  const { points, bucketMs } = floor.alerts.openOverTime;
  const starts = useMemo(() => points.map((point) => Date.parse(point.start)), [points]);
  const layers = useMemo(
    () =>
      SEVERITIES.toReversed().map((level) => ({
        id: level,
        label: t(`severity.${level}`),
        colour: `--${level}`,
        values: points.map((point) => point.byLevel[level]),
      })),
    [points, t],
  );
  const now = SEVERITIES.reduce((sum, level) => sum + floor.alerts.openByLevel[level], 0);
  const brush = (from: number, to: number) =>
    void navigate({
      to: "/alerts",
      search: { status: "all", from: new Date(from).toISOString(), to: new Date(to).toISOString() },
    });
  return (
    <section className="watch-part wide">
      <TimeChart
        title={<h2>{t("watch.open_over_time")}</h2>}
        alt={t("watch.open_over_time.alt", { n: format.number(now) })}
        starts={starts}
        bucketMs={bucketMs}
        layers={layers}
        height={170}
        onBrush={brush}
      />
      <ul className="chart-legend">
        {SEVERITIES.toReversed().map((level) => (
          <li key={level}>
            <SeverityMark level={level} />
          </li>
        ))}
      </ul>
    </section>
  );
}
