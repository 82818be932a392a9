import { useMemo } from "react";
import type { Column } from "../../../kit/data-grid.tsx";
import { useFormat } from "../../../kit/i18n/format.ts";
import { useText } from "../../../kit/i18n/text.tsx";
import { SafeText } from "../../../kit/raw-text.tsx";
import { SeverityMark } from "../../../kit/severity.tsx";
import { When } from "../../../kit/when.tsx";
import type { CaseSummary } from "../../api/case-types.ts";
import { RestrictedMark, stageText, TlpMark } from "./words.tsx";

export const BESIDE_PANEL: ReadonlySet<string> = new Set(["severity", "title", "stage"]);

function Title({ record }: { record: CaseSummary }) {
  return (
    <span className="case-title" title={record.title}>
      {record.restricted && <RestrictedMark />}
      <span className="truncate">
        <SafeText text={record.title} />
      </span>
    </span>
  );
}

export function NarrowCase({ record }: { record: CaseSummary }) {
  const t = useText();
  return (
    <>
      <div>
        <span className="truncate grow">
          <Title record={record} />
        </span>
        <SeverityMark level={record.severity} />
      </div>
      <div className="small quiet">
        <span className="truncate grow">
          {record.number} · {stageText(record, t)}
        </span>
        <When at={record.updatedAt} />
      </div>
    </>
  );
}

export function useCaseColumns(): Column<CaseSummary>[] {
  const t = useText();
  const format = useFormat();
  return useMemo(
    () => [
      {
        id: "severity",
        header: t("case.severity"),
        width: "118px",
        sort: "severity",
        render: (record) => <SeverityMark level={record.severity} />,
      },
      {
        id: "number",
        header: t("case.number"),
        width: "118px",
        render: (record) => <span className="num">{record.number}</span>,
      },
      {
        id: "title",
        header: t("case.title"),
        width: "minmax(220px, 5fr)",
        render: (record) => <Title record={record} />,
      },
      {
        id: "stage",
        header: t("case.stage"),
        width: "108px",
        render: (record) => <span className="truncate">{stageText(record, t)}</span>,
      },
      {
        id: "lead",
        header: t("case.lead"),
        width: "minmax(110px, 1fr)",
        render: (record) =>
          record.lead === null ? (
            <span className="quiet">{t("case.lead.none")}</span>
          ) : (
            <bdi className="truncate">{record.lead.name}</bdi>
          ),
      },
      {
        id: "tasks",
        header: t("case.tasks"),
        width: "66px",
        numeric: true,
        render: ({ tasks }) => `${format.number(tasks.done)}/${format.number(tasks.total)}`,
      },
      {
        id: "alerts",
        header: t("case.alerts"),
        width: "66px",
        numeric: true,
        render: (record) => format.number(record.alerts),
      },
      { id: "tlp", header: t("case.tlp"), width: "126px", render: (record) => <TlpMark tlp={record.tlp} /> },
      {
        id: "age",
        header: t("case.opened"),
        width: "112px",
        sort: "created",
        render: (record) => <When at={record.createdAt} />,
      },
      {
        id: "updated",
        header: t("case.updated"),
        width: "112px",
        sort: "updated",
        render: (record) => <When at={record.updatedAt} />,
      },
    ],
    [t, format],
  );
}
