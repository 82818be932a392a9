import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { Button } from "../../../kit/button.tsx";
import { Dialog } from "../../../kit/dialog.tsx";
import { useLanguage, useText } from "../../../kit/i18n/text.tsx";
import { useToast } from "../../../kit/toast.tsx";
import type { CaseList, CaseSummary } from "../../api/case-types.ts";
import { api } from "../../api/client.ts";
import type { Alert } from "../../api/types.ts";
import { faultText } from "../../fault-view.tsx";
import { TextFilter } from "../alerts/filter-bar.tsx";
import { ruleTitle } from "../alerts/columns.tsx";
import { useQuery } from "@tanstack/react-query";
import { NewCaseDialog } from "./new-case.tsx";
import { NOT_CLOSED } from "./search.ts";
import { SimilarList } from "./similar-list.tsx";
import { casePath, useCaseCandidates } from "./use-cases.ts";
import "./cases.css";

const FOUND = 8;

/** Alerts become a case, or join one: those that share something are offered first. */
export function EscalateDialog({ alerts, onClose }: { alerts: readonly Alert[]; onClose: () => void }) {
  const t = useText();
  const language = useLanguage();
  const toast = useToast();
  const client = useQueryClient();
  const navigate = useNavigate();
  const ids = alerts.map(({ id }) => id);
  const candidates = useCaseCandidates(ids);
  const [isNew, setNew] = useState(false);
  const [q, setQ] = useState("");
  const exercise = alerts[0]?.exerciseId === null ? "exclude" : "only";
  const found = useQuery({
    queryKey: ["cases", "to-join", q, exercise],
    queryFn: ({ signal }) => api.get<CaseList>("/cases", { q, stage: NOT_CLOSED, exercise, limit: FOUND }, signal),
  });
  const open = (id: string) => void navigate({ to: "/cases/$id", params: { id }, search: { tab: "alerts" } });
  const join = async (record: CaseSummary) => {
    try {
      await api.post(`${casePath(record.id)}/alerts`, { alerts: ids });
      for (const key of ["cases", "case-links", "alerts"]) await client.invalidateQueries({ queryKey: [key] });
      onClose();
      open(record.id);
    } catch (error) {
      toast.show({ text: faultText(error, t), tone: "bad" });
    }
  };
  const first = alerts[0];
  if (isNew && first !== undefined)
    return (
      <NewCaseDialog
        alerts={ids}
        title={`${ruleTitle(first.rule, language)} · ${first.entity.value}`.slice(0, 200)}
        onClose={onClose}
        onDone={open}
      />
    );
  const add = (record: CaseSummary) => (
    <Button onClick={() => void join(record)} data-testid="escalate-join">
      {t("case.escalate.join")}
    </Button>
  );
  const likely = (candidates.data?.items ?? []).filter((one) => one.case.stage !== "closed");
  const known = new Set(likely.map((one) => one.case.id));
  return (
    <Dialog title={t("case.escalate", { n: alerts.length })} onClose={onClose} wide testId="escalate-case">
      <div className="dialog-body stack">
        <section>
          <h3 className="section-head">{t("case.escalate.similar")}</h3>
          <SimilarList cases={likely} none={t("case.escalate.none")} action={(one) => add(one.case)} />
        </section>
        <section>
          <h3 className="section-head">{t("case.escalate.other")}</h3>
          <TextFilter value={q} label={t("case.filter")} onChange={(text) => setQ(text ?? "")} />
          <ul className="part-list">
            {(found.data?.items ?? [])
              .filter(({ id }) => !known.has(id))
              .map((record) => (
                <li key={record.id} className="part">
                  <p className="part-body">
                    <span className="quiet num">{record.number}</span> {record.title}
                  </p>
                  {add(record)}
                </li>
              ))}
          </ul>
        </section>
      </div>
      <div className="dialog-foot">
        <Button onClick={onClose}>{t("action.cancel")}</Button>
        <Button kind="primary" icon="plus" onClick={() => setNew(true)} data-testid="escalate-new">
          {t("case.escalate.new")}
        </Button>
      </div>
    </Dialog>
  );
}
