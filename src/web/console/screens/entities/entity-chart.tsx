import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useFormat } from "../../../kit/i18n/format.ts";
import { useText } from "../../../kit/i18n/text.tsx";
import { TimeChart } from "../../../kit/time-chart.tsx";
import { api } from "../../api/client.ts";
import type { HistogramResponse } from "../../api/types.ts";
import type { EntityRef } from "../../values/entities.ts";
import { term } from "../../values/terms.ts";
import type { Span } from "../hunt/search.ts";

const BUCKETS = 90;

interface ChartProps {
  readonly entity: EntityRef;
  readonly span: Span;
  readonly onBrush: (from: number, to: number) => void;
}

export function EntityChart({ entity, span, onBrush }: ChartProps) {
  const t = useText();
  const format = useFormat();
  const asked = { query: term(entity.kind, entity.value), ...span, buckets: BUCKETS };
  const histogram = useQuery({
    queryKey: ["entity", "histogram", asked],
    queryFn: ({ signal }) => api.get<HistogramResponse>("/events/histogram", asked, signal),
    placeholderData: keepPreviousData,
    retry: false,
  });
  const { data } = histogram;
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
  if (data === undefined) return histogram.isError ? null : <div className="entity-chart-space" />;
  return (
    <section className={histogram.isPlaceholderData ? "entity-chart stale" : "entity-chart"}>
      <TimeChart
        title={<h2>{t("entity_page.timeline")}</h2>}
        alt={t("hunt.histogram.alt", { n: format.number(data.total), d: format.duration(data.bucketMs / 1000) })}
        starts={starts}
        bucketMs={data.bucketMs}
        layers={layers}
        height={120}
        onBrush={onBrush}
      />
    </section>
  );
}
