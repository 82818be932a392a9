import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button, IconButton } from "../../../kit/button.tsx";
import { CopyButton } from "../../../kit/copy-button.tsx";
import { useFormat } from "../../../kit/i18n/format.ts";
import { useLanguage, useText } from "../../../kit/i18n/text.tsx";
import { RawText, SafeText } from "../../../kit/raw-text.tsx";
import { SeverityMark } from "../../../kit/severity.tsx";
import { Skeleton } from "../../../kit/skeleton.tsx";
import { useToast } from "../../../kit/toast.tsx";
import { When } from "../../../kit/when.tsx";
import { api } from "../../api/client.ts";
import { useMay } from "../../api/session.ts";
import type { RuleDetail, RuleSummary } from "../../api/types.ts";
import { FaultView, faultText } from "../../fault-view.tsx";
import { RuleText } from "../../rule-text.tsx";
import { ruleTitle } from "../alerts/columns.tsx";
import { DataSourceMark } from "./data-source.tsx";

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
      <div>
        <dt>{t("rule.origin")}</dt>
        <dd>{rule.origin === "builtin" ? t("rule.builtin") : t("rule.imported")}</dd>
      </div>
      {rule.status !== null && (
        <div>
          <dt>{t("rule.maturity")}</dt>
          <dd>{rule.status}</dd>
        </div>
      )}
    </dl>
  );
}

/** Only web addresses become links; a rule is text from outside. */
function Reference({ href }: { href: string }) {
  const isWeb = /^https?:\/\//iu.test(href);
  return isWeb ? (
    <a href={href} target="_blank" rel="noreferrer noopener">
      <RawText text={href} />
    </a>
  ) : (
    <RawText text={href} />
  );
}

function Description({ detail }: { detail: RuleDetail }) {
  const t = useText();
  const language = useLanguage();
  const description = (language === "vi" ? detail.descriptionVi : null) ?? detail.description;
  const falsePositives =
    language === "vi" && detail.falsePositivesVi.length > 0 ? detail.falsePositivesVi : detail.falsePositives;
  return (
    <>
      {description !== null && (
        <p className="prose">
          <SafeText text={description} />
        </p>
      )}
      {falsePositives.length > 0 && (
        <section>
          <h3>{t("rule.false_positives")}</h3>
          <ul className="bullets">
            {falsePositives.map((text) => (
              <li key={text}>
                <SafeText text={text} />
              </li>
            ))}
          </ul>
        </section>
      )}
      {detail.references.length > 0 && (
        <section>
          <h3>{t("rule.references")}</h3>
          <ul className="bullets">
            {detail.references.map((href) => (
              <li key={href}>
                <Reference href={href} />
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

function useSwitch(id: string) {
  const client = useQueryClient();
  const toast = useToast();
  const t = useText();
  const set = async (enabled: boolean) => {
    try {
      await api.patch<RuleSummary>(`/rules/${encodeURIComponent(id)}`, { enabled });
      await client.invalidateQueries({ queryKey: ["rules"] });
      toast.show({ text: enabled ? t("rule.did.enable") : t("rule.did.disable"), undo: () => void set(!enabled) });
    } catch (error) {
      toast.show({ text: faultText(error, t), tone: "bad" });
    }
  };
  return useMutation({ mutationFn: set });
}

export function RulePanel({ id, onClose }: { id: string; onClose: () => void }) {
  const t = useText();
  const may = useMay();
  const language = useLanguage();
  const toggle = useSwitch(id);
  const detail = useQuery({
    queryKey: ["rules", "detail", id],
    queryFn: ({ signal }) => api.get<RuleDetail>(`/rules/${encodeURIComponent(id)}`, undefined, signal),
  });
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
      </header>
      <div className="row wrap actions">
        {may("rules.write") && (
          <Button
            icon={rule.enabled ? "stop" : "play"}
            disabled={toggle.isPending}
            onClick={() => toggle.mutate(!rule.enabled)}
            data-testid="rule-switch"
          >
            {rule.enabled ? t("rule.disable") : t("rule.enable")}
          </Button>
        )}
        <CopyButton text={text} label={t("rule.copy")} />
      </div>
      <div className="tab-body stack">
        <Description detail={detail.data} />
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
