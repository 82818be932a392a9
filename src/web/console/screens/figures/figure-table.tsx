import { useFormat } from "../../../kit/i18n/format.ts";
import { useText } from "../../../kit/i18n/text.tsx";
import { TableScroll } from "../../../kit/table-scroll.tsx";
import type { AlertFigure, AlertFigures } from "../../api/types.ts";

export type MetricName = AlertFigure["metric"];

interface FigureTableProps {
  readonly figures: AlertFigures;
  readonly chosen: MetricName;
  readonly onChoose: (metric: MetricName) => void;
}

/** What a duration was before, as a share more or less; nothing where there is nothing to compare. */
function changeOf(now: number | null, before: number | null | undefined): number | undefined {
  if (now === null || before === null || before === undefined || before === 0) return undefined;
  return (now - before) / before;
}

/** Every figure with its definition under its name; the chosen one is drawn below. */
export function FigureTable({ figures, chosen, onChoose }: FigureTableProps) {
  const t = useText();
  const format = useFormat();
  const time = (ms: number | null) => (ms === null ? "—" : format.duration(ms / 1_000));
  return (
    <TableScroll label={t("place.alert_figures")}>
      <table className="table" data-testid="figure-table">
        <thead>
          <tr>
            <th scope="col">{t("figures.metric")}</th>
            <th scope="col" className="num">
              {t("figures.median")}
            </th>
            <th scope="col" className="num">
              {t("figures.p90")}
            </th>
            <th scope="col" className="num">
              n
            </th>
            <th scope="col" className="num">
              {t("figures.before")}
            </th>
            <th scope="col" className="num">
              {t("figures.waiting")}
            </th>
          </tr>
        </thead>
        <tbody>
          {figures.figures.map(({ metric, medianMs, p90Ms, n, waiting }) => {
            const before = figures.before.figures.find((figure) => figure.metric === metric);
            const change = changeOf(medianMs, before?.medianMs);
            return (
              <tr key={metric} aria-current={metric === chosen ? "true" : undefined}>
                <th scope="row">
                  <button type="button" className="button plain" onClick={() => onChoose(metric)}>
                    {t(`figures.${metric}`)}
                  </button>
                  <p className="quiet small">{t(`figures.${metric}.is`)}</p>
                </th>
                <td className="num">
                  <strong>{time(medianMs)}</strong>
                </td>
                <td className="num">{time(p90Ms)}</td>
                <td className="num">{format.number(n)}</td>
                <td className="num">
                  {time(before?.medianMs ?? null)}
                  {change !== undefined && (
                    <span className="quiet"> ({`${change > 0 ? "+" : "−"}${format.percent(Math.abs(change))}`})</span>
                  )}
                </td>
                <td className="num">
                  {waiting.n === 0 ? "—" : t("figures.waiting.of", { n: waiting.n, time: time(waiting.medianMs) })}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </TableScroll>
  );
}
