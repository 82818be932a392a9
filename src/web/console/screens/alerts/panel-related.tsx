import "./related.css";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { IconButton } from "../../../kit/button.tsx";
import { Dialog } from "../../../kit/dialog.tsx";
import { useText } from "../../../kit/i18n/text.tsx";
import { Segmented } from "../../../kit/segmented.tsx";
import { Skeleton } from "../../../kit/skeleton.tsx";
import { api } from "../../api/client.ts";
import type { Alert, RelatedAlerts } from "../../api/types.ts";
import { FaultView } from "../../fault-view.tsx";
import { RelatedChart } from "./related-chart.tsx";
import { RelatedTable } from "./related-table.tsx";

const WINDOWS = ["1h", "24h", "7d"] as const;
export type RelatedWindow = (typeof WINDOWS)[number];

interface RelatedProps {
  readonly alert: Alert;
  readonly window: string | undefined;
  readonly onWindow: (window: string | undefined) => void;
}

/** Other alerts about the same host, person, address …, drawn over time; beside the panel or in a window of its own. */
export function PanelRelated(props: RelatedProps) {
  const t = useText();
  const [isWide, setWide] = useState(false);
  if (!isWide) return <RelatedView {...props} onWide={() => setWide(true)} />;
  return (
    <Dialog title={t("related.title")} onClose={() => setWide(false)} wide testId="related-dialog">
      <div className="dialog-body">
        <RelatedView {...props} />
      </div>
    </Dialog>
  );
}

function RelatedView({ alert, window, onWindow, onWide }: RelatedProps & { onWide?: () => void }) {
  const t = useText();
  const [asTable, setAsTable] = useState(false);
  const chosen = WINDOWS.find((each) => each === window) ?? "24h";
  const related = useQuery({
    queryKey: ["alerts", "related", alert.id, chosen],
    queryFn: ({ signal }) =>
      api.get<RelatedAlerts>(`/alerts/${encodeURIComponent(alert.id)}/related`, { window: chosen }, signal),
    placeholderData: keepPreviousData,
  });
  const { data } = related;
  return (
    <figure className="stack related-view" data-testid="related">
      <div className="row wrap">
        <Segmented<RelatedWindow>
          label={t("related.window")}
          value={chosen}
          options={WINDOWS.map((value) => ({ value, label: t(`related.window.${value}`), testId: `window-${value}` }))}
          onChange={(next) => onWindow(next === "24h" ? undefined : next)}
        />
        <span className="grow quiet" role="status">
          {data !== undefined && t("related.total", { n: data.items.length })}
        </span>
        <IconButton
          icon={asTable ? "chart" : "table"}
          label={asTable ? t("chart.as_chart") : t("chart.as_table")}
          aria-pressed={asTable}
          onClick={() => setAsTable(!asTable)}
          data-testid="related-as-table"
        />
        {onWide !== undefined && (
          <IconButton icon="columns" label={t("related.wide")} onClick={onWide} data-testid="related-wide" />
        )}
      </div>
      {alert.exerciseId !== null && <p className="quiet">{t("related.exercise")}</p>}
      {related.isPending && <Skeleton />}
      {related.isError && <FaultView error={related.error} onRetry={() => void related.refetch()} />}
      {data !== undefined && data.items.length === 0 && <p className="quiet">{t("related.none")}</p>}
      {data !== undefined &&
        data.items.length > 0 &&
        (asTable ? <RelatedTable related={data} /> : <RelatedChart related={data} alert={alert} />)}
      {data?.truncated === true && <p className="quiet small">{t("related.truncated", { n: data.items.length })}</p>}
      {data?.lanesLeftOut === true && <p className="quiet small">{t("related.left_out", { n: data.lanes.length })}</p>}
    </figure>
  );
}
