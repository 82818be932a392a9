import { Button } from "../../../kit/button.tsx";
import { useFormat } from "../../../kit/i18n/format.ts";
import { useText } from "../../../kit/i18n/text.tsx";
import { RawText } from "../../../kit/raw-text.tsx";
import type { TopResponse } from "../../api/types.ts";
import { Value } from "../../values/value-menu.tsx";

/** The group-by view: values of one field by number of events. */
export function TopTable({ top, onClose }: { top: TopResponse; onClose: () => void }) {
  const t = useText();
  const format = useFormat();
  const most = top.values[0]?.count ?? 1;
  return (
    <section className="page-body" data-testid="top-table">
      <div className="row wrap">
        <h2 className="grow">
          {t("hunt.grouped")} <RawText text={top.field} />
        </h2>
        <Button icon="close" onClick={onClose}>
          {t("hunt.ungroup")}
        </Button>
      </div>
      <p className="quiet">{t("hunt.present", { n: format.number(top.present), of: format.number(top.total) })}</p>
      <table className="table top-table">
        <thead>
          <tr>
            <th scope="col">{t("event.value")}</th>
            <th scope="col" className="num">
              {t("hunt.events")}
            </th>
            <th scope="col" className="num">
              {t("hunt.share")}
            </th>
            <th scope="col">
              <span className="visually-hidden">{t("hunt.share")}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {top.values.map((entry) => (
            <tr key={entry.value}>
              <td>
                <Value field={top.field} value={entry.value} />
              </td>
              <td className="num">{format.number(entry.count)}</td>
              <td className="num">{top.total === 0 ? "" : format.percent(entry.count / top.total)}</td>
              <td className="bar-cell">
                <meter min={0} max={most} value={entry.count} aria-label={t("hunt.share")} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
