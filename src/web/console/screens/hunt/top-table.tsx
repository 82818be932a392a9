import { Button } from "../../../kit/button.tsx";
import { useFormat } from "../../../kit/i18n/format.ts";
import { useText } from "../../../kit/i18n/text.tsx";
import { RawText } from "../../../kit/raw-text.tsx";
import { Table } from "../../../kit/table.tsx";
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
      <Table
        label={t("hunt.grouped")}
        className="top-table"
        rows={top.values}
        rowKey={(entry) => entry.value}
        columns={[
          { id: "value", header: t("event.value"), render: (entry) => <Value field={top.field} value={entry.value} /> },
          { id: "events", header: t("hunt.events"), numeric: true, render: (entry) => format.number(entry.count) },
          {
            id: "share",
            header: t("hunt.share"),
            numeric: true,
            render: (entry) => (top.total === 0 ? "" : format.percent(entry.count / top.total)),
          },
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
