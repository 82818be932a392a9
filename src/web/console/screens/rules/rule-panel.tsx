import { Link } from "@tanstack/react-router";
import { IconButton } from "../../../kit/button.tsx";
import { CopyButton } from "../../../kit/copy-button.tsx";
import { useFormat } from "../../../kit/i18n/format.ts";
import { useLanguage, useText } from "../../../kit/i18n/text.tsx";
import { RawText, SafeText } from "../../../kit/raw-text.tsx";
import { SeverityMark } from "../../../kit/severity.tsx";
import { Skeleton } from "../../../kit/skeleton.tsx";
import { When } from "../../../kit/when.tsx";
import type { RuleDetail } from "../../api/rule-types.ts";
import { useMay } from "../../api/session.ts";
import { FaultView } from "../../fault-view.tsx";
import { RuleText } from "../../rule-text.tsx";
import { ruleTitle } from "../alerts/columns.tsx";
import { DataSourceMark } from "./data-source.tsx";
import { RuleDescription } from "./rule-description.tsx";
import { RuleSwitch } from "./rule-switch.tsx";
import { TechniqueTags } from "./technique-tags.tsx";
import { useRule, useRuleChange } from "./use-rule.ts";

function Facts({ detail }: { detail: RuleDetail }) {
  const t = useText();
  const format = useFormat();
  const { rule } = detail;
  return (
    <dl className="facts">
      <div>
        <dt>{t("rule.fired")}</dt>
        <dd>
          <Link to="/alerts" search={{ rule: rule.id, status: "all" }}>
            {format.number(rule.firedCount)}
          </Link>
        </dd>
      </div>
      {rule.lastFiredAt !== null && (
        <div>
          <dt>{t("rule.last_fired")}</dt>
          <dd>
            <When at={rule.lastFiredAt} />
          </dd>
        </div>
      )}
      <div>
        <dt>{t("rule.data")}</dt>
        <dd>
          <DataSourceMark state={rule.dataSource} />
        </dd>
      </div>
      {rule.exceptions > 0 && (
        <div>
          <dt>{t("rule.exceptions")}</dt>
          <dd>
            <Link to="/rules/$id" params={{ id: rule.id }} search={{ tab: "tuning" }}>
              {format.number(rule.exceptions)}
            </Link>
          </dd>
        </div>
      )}
    </dl>
  );
}

function Actions({ detail }: { detail: RuleDetail }) {
  const t = useText();
  const may = useMay();
  const { rule, text } = detail;
  const change = useRuleChange(rule.id);
  return (
    <div className="row wrap actions">
      <Link className="button primary" to="/rules/$id" params={{ id: rule.id }} search={{}} data-testid="rule-open">
        {t("rule.open_page")}
      </Link>
      {may("rules.write") && <RuleSwitch enabled={rule.enabled} change={change} />}
      <CopyButton text={text} label={t("rule.copy")} />
    </div>
  );
}

/** A quick look beside the list; the rest is on the rule's own page. */
export function RulePanel({ id, onClose }: { id: string; onClose: () => void }) {
  const t = useText();
  const language = useLanguage();
  const detail = useRule(id);
  if (detail.data === undefined) {
    return (
      <section className="panel" aria-label={t("rule.panel")}>
        <IconButton icon="close" label={t("action.close_panel")} onClick={onClose} />
        {detail.isPending ? <Skeleton /> : <FaultView error={detail.error} onRetry={() => void detail.refetch()} />}
      </section>
    );
  }
  const { rule, text, file } = detail.data;
  return (
    <section className="panel" aria-label={t("rule.panel")} data-testid="rule-panel">
      <header className="panel-head">
        <div className="row">
          <SeverityMark level={rule.level} />
          <span className="tag">{rule.enabled ? t("rule.on") : t("rule.off")}</span>
          {rule.kind !== "detection" && <span className="tag">{t(`rule.kind.${rule.kind}`)}</span>}
          <span className="grow" />
          <IconButton icon="close" label={t("action.close_panel")} onClick={onClose} />
        </div>
        <h2>
          <SafeText text={ruleTitle(rule, language)} />
        </h2>
        {language === "vi" && rule.titleVi !== null && (
          <p className="quiet">
            <SafeText text={rule.title} />
          </p>
        )}
        <Facts detail={detail.data} />
        <TechniqueTags techniques={rule.techniques} />
      </header>
      <Actions detail={detail.data} />
      <div className="tab-body stack">
        <RuleDescription detail={detail.data} />
        <section>
          <h3 className="section-head">{t("rule.text")}</h3>
          <p className="quiet small">
            <RawText text={file} />
          </p>
          <RuleText text={text} />
        </section>
      </div>
      <footer className="panel-foot quiet small">
        {t("rule.credit", {
          author: rule.author ?? t("rule.no_author"),
          licence: rule.licence ?? t("rule.no_licence"),
        })}
      </footer>
    </section>
  );
}
