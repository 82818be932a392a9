import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useLanguage, useText } from "../../../kit/i18n/text.tsx";
import { SafeText } from "../../../kit/raw-text.tsx";
import { SeverityMark } from "../../../kit/severity.tsx";
import { Skeleton } from "../../../kit/skeleton.tsx";
import { Table } from "../../../kit/table.tsx";
import { When } from "../../../kit/when.tsx";
import { api } from "../../api/client.ts";
import type { AlertPage } from "../../api/types.ts";
import { FaultView } from "../../fault-view.tsx";
import type { EntityRef } from "../../values/entities.ts";
import { ruleTitle, statusText } from "../alerts/columns.tsx";
import type { Span } from "../hunt/search.ts";

const SHOWN = 10;

/** Alerts that are about this very value, whatever their state. */
export function EntityAlerts({ entity, span }: { entity: EntityRef; span: Span }) {
  const t = useText();
  const language = useLanguage();
  const alerts = useQuery({
    queryKey: ["alerts", "of-entity", entity.value, span],
    queryFn: ({ signal }) =>
      api.get<AlertPage>("/alerts", { entity: entity.value, from: span.from, sort: "urgency", limit: SHOWN }, signal),
  });
  return (
    <section data-testid="entity-alerts">
      <div className="row section-head">
        <h2 className="grow">{t("entity_page.alerts", { n: alerts.data?.total ?? 0 })}</h2>
        {(alerts.data?.total ?? 0) > SHOWN && (
          <Link to="/alerts" search={{ status: "all", q: entity.value }} className="small">
            {t("entity_page.alerts.all")}
          </Link>
        )}
      </div>
      {alerts.isPending && <Skeleton lines={3} />}
      {alerts.isError && <FaultView error={alerts.error} onRetry={() => void alerts.refetch()} />}
      {alerts.data?.total === 0 && <p className="quiet">{t("entity_page.alerts.none")}</p>}
      {alerts.data !== undefined && alerts.data.total > 0 && (
        <Table
          label={t("entity_page.alerts.label")}
          className="entity-alert-table"
          rows={alerts.data.items}
          rowKey={({ id }) => id}
          rowTestId="entity-alert"
          columns={[
            { id: "level", header: t("alert.level"), render: ({ rule }) => <SeverityMark level={rule.level} /> },
            {
              id: "title",
              header: t("alert.title"),
              names: true,
              render: (alert) => (
                <Link to="/alerts" search={{ status: "all", alert: alert.id }}>
                  <SafeText text={ruleTitle(alert.rule, language)} />
                </Link>
              ),
            },
            { id: "count", header: t("alert.count"), numeric: true, render: ({ count }) => count },
            { id: "last", header: t("alert.last_seen"), render: ({ lastSeen }) => <When at={lastSeen} /> },
            { id: "status", header: t("alert.status"), render: (alert) => statusText(alert, t) },
          ]}
        />
      )}
    </section>
  );
}
