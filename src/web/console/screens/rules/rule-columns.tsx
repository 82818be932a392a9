import { useMemo } from "react";
import type { Column } from "../../../kit/data-grid.tsx";
import { useFormat } from "../../../kit/i18n/format.ts";
import { useLanguage, useText } from "../../../kit/i18n/text.tsx";
import { SafeText } from "../../../kit/raw-text.tsx";
import { SeverityMark } from "../../../kit/severity.tsx";
import { When } from "../../../kit/when.tsx";
import type { RuleSummary } from "../../api/rule-types.ts";
import { logsourceText } from "../../events/summary.ts";
import { ruleTitle } from "../alerts/columns.tsx";
import { DataSourceMark } from "./data-source.tsx";

/** Beside an open panel only what tells rows apart remains. */
export const BESIDE_PANEL = new Set(["level", "title", "enabled"]);

/** Says that not everything this rule finds is shown. */
function ExceptionMark({ rule }: { rule: RuleSummary }) {
  const t = useText();
  if (rule.exceptions === 0) return null;
  return (
    <span className="tag exception-mark" title={t("rule.exceptions_n", { n: rule.exceptions })}>
      <span aria-hidden="true">−{rule.exceptions}</span>
      <span className="visually-hidden">{t("rule.exceptions_n", { n: rule.exceptions })}</span>
    </span>
  );
}

function RuleName({ rule }: { rule: RuleSummary }) {
  const title = ruleTitle(rule, useLanguage());
  return (
    <span className="rule-name" title={title}>
      <span className="truncate">
        <SafeText text={title} />
      </span>
      <ExceptionMark rule={rule} />
    </span>
  );
}

function RuleState({ rule }: { rule: RuleSummary }) {
  const t = useText();
  if (!rule.enabled) return <span className="quiet">{t("rule.off")}</span>;
  return rule.runs ? t("rule.on") : <span className="bad-text">{t("rule.stuck")}</span>;
}

export function useRuleColumns(): Column<RuleSummary>[] {
  const t = useText();
  const format = useFormat();
  return useMemo(
    () => [
      {
        id: "level",
        header: t("alert.level"),
        width: "118px",
        sort: "level",
        render: (rule) => <SeverityMark level={rule.level} />,
      },
      {
        id: "title",
        header: t("rule.title"),
        width: "minmax(200px, 3fr)",
        sort: "title",
        render: (rule) => <RuleName rule={rule} />,
      },
      {
        id: "kind",
        header: t("rule.kind"),
        width: "96px",
        render: (rule) => <span className="quiet">{t(`rule.kind.${rule.kind}`)}</span>,
      },
      {
        id: "logsource",
        header: t("rule.logsource"),
        width: "minmax(130px, 1.2fr)",
        render: (rule) => <span className="quiet">{logsourceText(rule.logsource)}</span>,
      },
      {
        id: "dataSource",
        header: t("rule.data"),
        width: "116px",
        render: (rule) => <DataSourceMark state={rule.dataSource} />,
      },
      {
        id: "fired",
        header: t("rule.fired"),
        width: "64px",
        numeric: true,
        sort: "fired",
        render: (rule) => format.number(rule.firedCount),
      },
      {
        id: "last",
        header: t("rule.last_fired"),
        width: "98px",
        render: (rule) =>
          rule.lastFiredAt === null ? <span className="quiet">—</span> : <When at={rule.lastFiredAt} />,
      },
      {
        id: "author",
        header: t("rule.author"),
        width: "minmax(100px, 1fr)",
        render: (rule) => <bdi className="quiet">{rule.author}</bdi>,
      },
      {
        id: "enabled",
        header: t("rule.state"),
        width: "92px",
        render: (rule) => <RuleState rule={rule} />,
      },
    ],
    [t, format],
  );
}

export function NarrowRule({ rule }: { rule: RuleSummary }) {
  const t = useText();
  const language = useLanguage();
  return (
    <>
      <div>
        <SeverityMark level={rule.level} />
        <span className="truncate grow">
          <SafeText text={ruleTitle(rule, language)} />
        </span>
      </div>
      <div className="small quiet">
        <span className="truncate grow">{logsourceText(rule.logsource) || t(`rule.kind.${rule.kind}`)}</span>
        <ExceptionMark rule={rule} />
        <DataSourceMark state={rule.dataSource} />
      </div>
    </>
  );
}
