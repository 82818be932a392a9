import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { IconButton } from "../../../kit/button.tsx";
import { useLanguage, useText } from "../../../kit/i18n/text.tsx";
import { SafeText } from "../../../kit/raw-text.tsx";
import { SeverityMark } from "../../../kit/severity.tsx";
import { When } from "../../../kit/when.tsx";
import type { CaseAlert } from "../../api/case-types.ts";
import { api } from "../../api/client.ts";
import { ruleTitle } from "../alerts/columns.tsx";
import { FormDialog, Reason } from "./case-dialogs.tsx";
import type { TabProps } from "./part-row.tsx";
import { SimilarList } from "./similar-list.tsx";
import { casePath, useSimilarCases } from "./use-cases.ts";

function RemoveDialog({ page, writing, alert, onClose }: TabProps & { alert: CaseAlert; onClose: () => void }) {
  const t = useText();
  const [reason, setReason] = useState("");
  return (
    <FormDialog
      page={page}
      writing={writing}
      onClose={onClose}
      title={t("case.alert.remove")}
      testId="remove-alert"
      submit={t("case.alert.remove")}
      ready={reason.trim() !== ""}
      work={() => api.post(`${casePath(page.id)}/alerts/${encodeURIComponent(alert.id)}/removal`, { reason })}
    >
      <p className="quiet">{t("case.alert.remove.means")}</p>
      <Reason value={reason} onChange={setReason} required />
    </FormDialog>
  );
}

export function AlertsTab(props: TabProps) {
  const { page } = props;
  const t = useText();
  const language = useLanguage();
  const [removing, setRemoving] = useState<CaseAlert>();
  const similar = useSimilarCases(page.id);
  return (
    <div className="case-halves">
      <section className="part-section">
        <div className="row section-head">
          <h2>{t("case.list.alert")}</h2>
        </div>
        {page.alertList.length === 0 && <p className="quiet">{t("case.none.alert")}</p>}
        <ul className="part-list">
          {page.alertList.map((alert) => (
            <li key={alert.id} className="part" data-testid="case-alert">
              <div className="part-body">
                <p className="part-text">
                  <SeverityMark level={alert.rule.level} />{" "}
                  <Link to="/alerts" search={{ alert: alert.id, status: "all" }}>
                    <SafeText text={ruleTitle(alert.rule, language)} />
                  </Link>
                </p>
                <p className="quiet small">
                  <SafeText text={`${alert.entity.kind} ${alert.entity.value}`} /> · {t("case.alert.added")}{" "}
                  <When at={alert.addedAt} />
                  {alert.fromCase !== null && ` · ${t("case.carried")}`}
                </p>
              </div>
              {page.may.write && (
                <span className="part-tools no-print">
                  <IconButton icon="close" label={t("case.alert.remove")} onClick={() => setRemoving(alert)} />
                </span>
              )}
            </li>
          ))}
        </ul>
        {removing !== undefined && <RemoveDialog {...props} alert={removing} onClose={() => setRemoving(undefined)} />}
      </section>
      <section className="part-section">
        <div className="row section-head">
          <h2>{t("case.similar")}</h2>
        </div>
        <SimilarList cases={similar.data?.items ?? []} none={t("case.similar.none")} />
      </section>
    </div>
  );
}
