import { useMemo } from "react";
import { useFormat } from "../../../kit/i18n/format.ts";
import { useText } from "../../../kit/i18n/text.tsx";
import { TimeChart } from "../../../kit/time-chart.tsx";
import type { HuntRun } from "./run.ts";

export function Histogram({ run, onBrush }: { run: HuntRun; onBrush: (from: number, to: number) => void }) {
  const t = useText();
  const format = useFormat();
  const data = run.histogram.data;
  const starts = useMemo(() => (data?.series ?? []).map((bucket) => Date.parse(bucket.start)), [data]);
  const layers = useMemo(
    () => [
      {
        id: "events",
        label: t("hunt.events"),
        colour: "--accent",
        values: (data?.series ?? []).map((bucket) => bucket.count),
      },
    ],
    [data, t],
  );
  if (data === undefined) return run.histogram.isError ? null : <div className="histogram-space" />;
  return (
    <div className={run.histogram.isPlaceholderData ? "histogram stale" : "histogram"}>
      <TimeChart
        title={<h2 data-testid="hunt-total">{t("hunt.total", { n: data.total })}</h2>}
        alt={t("hunt.histogram.alt", { n: format.number(data.total), d: format.duration(data.bucketMs / 1000) })}
        starts={starts}
        bucketMs={data.bucketMs}
        layers={layers}
        height={110}
        onBrush={onBrush}
      />
    </div>
  );
}
