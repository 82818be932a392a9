import "./rules.css";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Empty } from "../../../kit/empty.tsx";
import { useFormat } from "../../../kit/i18n/format.ts";
import { useText } from "../../../kit/i18n/text.tsx";
import { Skeleton } from "../../../kit/skeleton.tsx";
import { Table } from "../../../kit/table.tsx";
import { When } from "../../../kit/when.tsx";
import { api } from "../../api/client.ts";
import type { DataSourceCoverage } from "../../api/rule-types.ts";
import { logsourceText } from "../../events/summary.ts";
import { FaultView } from "../../fault-view.tsx";
import { RULE_TABS } from "../../frame/places.ts";
import { PageTabs } from "../../page-tabs.tsx";
import { DATA_SOURCES, DataSourceMark } from "./data-source.tsx";

type Item = DataSourceCoverage["items"][number];

function Part({ state, items }: { state: Item["state"]; items: readonly Item[] }) {
  const t = useText();
  const format = useFormat();
  const rules = items.reduce((sum, item) => sum + item.rules, 0);
  if (items.length === 0) return null;
  return (
    <section className="coverage-part" data-testid={`coverage-${state}`}>
      <h2>
        <DataSourceMark state={state} /> <span className="quiet">{t("coverage.rules", { n: rules })}</span>
      </h2>
      <p className="quiet">{t(`coverage.${state}`)}</p>
      <Table
        label={t(`data_source.${state}`)}
        className="coverage-table"
        rows={items}
        rowKey={(item) => logsourceText(item.logsource)}
        columns={[
          {
            id: "source",
            header: t("rule.logsource"),
            render: (item) => logsourceText(item.logsource) || t("coverage.any"),
          },
          {
            id: "rules",
            header: t("place.rules"),
            numeric: true,
            width: "110px",
            render: (item) => (
              <Link to="/rules" search={{ product: item.logsource.product, dataSource: state }}>
                {format.number(item.rules)}
              </Link>
            ),
          },
          {
            id: "events",
            header: t("coverage.events"),
            numeric: true,
            width: "160px",
            render: (item) => format.number(item.events7d),
          },
          {
            id: "last",
            header: t("coverage.last"),
            width: "150px",
            render: (item) =>
              item.lastEventAt === null ? <span className="quiet">—</span> : <When at={item.lastEventAt} />,
          },
        ]}
      />
    </section>
  );
}

/** What rules ask for against what arrives: a rule without data is a promise nobody keeps. */
export function Coverage() {
  const t = useText();
  const coverage = useQuery({
    queryKey: ["rules", "coverage"],
    queryFn: ({ signal }) => api.get<DataSourceCoverage>("/rules/coverage", undefined, signal),
  });
  const items = coverage.data?.items ?? [];
  return (
    <>
      <PageTabs tabs={RULE_TABS} label={t("place.rules")} />
      <div className="page-body coverage">
        <h1>{t("place.coverage")}</h1>
        {coverage.isPending && <Skeleton />}
        {coverage.isError && <FaultView error={coverage.error} onRetry={() => void coverage.refetch()} />}
        {coverage.isSuccess && items.length === 0 && (
          <Empty title={t("coverage.empty.title")}>{t("coverage.empty.body")}</Empty>
        )}
        {DATA_SOURCES.toReversed().map((state) => (
          <Part
            key={state}
            state={state}
            items={items.filter((item) => item.state === state).toSorted((a, b) => b.rules - a.rules)}
          />
        ))}
      </div>
    </>
  );
}
