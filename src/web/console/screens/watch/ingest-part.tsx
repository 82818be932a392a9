import { useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import { useFormat } from "../../../kit/i18n/format.ts";
import { useText } from "../../../kit/i18n/text.tsx";
import { TimeChart } from "../../../kit/time-chart.tsx";
import type { WatchFloor } from "../../api/types.ts";
import { useLiveIngest } from "../../live/live.tsx";

export function IngestPart({ floor }: { floor: WatchFloor }) {
  const t = useText();
  const format = useFormat();
  const navigate = useNavigate();
  const live = useLiveIngest();
  const { points, bucketMs } = floor.ingest.rate;
  const starts = useMemo(() => points.map((point) => Date.parse(point.start)), [points]);
  const layers = useMemo(
    () => [{ id: "events", label: t("hunt.events"), colour: "--accent", values: points.map((point) => point.count) }],
    [points, t],
  );
  const rate = live?.eventsPerSecond ?? floor.ingest.eventsPerSecond;
  const backlog = live?.backlog ?? floor.ingest.backlog;
  const brush = (from: number, to: number) =>
    void navigate({ to: "/hunt", search: { from: new Date(from).toISOString(), to: new Date(to).toISOString() } });
  return (
    <section className="watch-part wide">
      <TimeChart
        title={<h2>{t("watch.ingest")}</h2>}
        alt={t("watch.ingest.alt", { rate: format.decimal(rate) })}
        starts={starts}
        bucketMs={bucketMs}
        layers={layers}
        height={130}
        onBrush={brush}
        extra={
          <span className="num small" data-testid="ingest-rate">
            {t("watch.ingest.now", { rate: format.decimal(rate), backlog: format.number(backlog) })}
            {floor.ingest.droppedLastHour > 0 && (
              <strong className="bad-text">
                {" "}
                · {t("watch.ingest.dropped", { n: format.number(floor.ingest.droppedLastHour) })}
              </strong>
            )}
          </span>
        }
      />
    </section>
  );
}
