import "./cases.css";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { Button, IconButton } from "../../../kit/button.tsx";
import { Dialog } from "../../../kit/dialog.tsx";
import { useText } from "../../../kit/i18n/text.tsx";
import { SafeText } from "../../../kit/raw-text.tsx";
import { useToast } from "../../../kit/toast.tsx";
import type { CaseList, CaseSummary } from "../../api/case-types.ts";
import { api } from "../../api/client.ts";
import type { NotebookPage } from "../../api/investigation-types.ts";
import { useMay } from "../../api/session.ts";
import { faultText } from "../../fault-view.tsx";
import { TextFilter } from "../alerts/filter-bar.tsx";
import { NOT_CLOSED } from "./search.ts";
import { casePath } from "./use-cases.ts";

const FOUND = 10;

function CaseChoice({ notebook, onClose }: { notebook: NotebookPage; onClose: () => void }) {
  const t = useText();
  const toast = useToast();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [q, setQ] = useState("");
  const [isBusy, setBusy] = useState(false);
  const found = useQuery({
    queryKey: ["cases", "to-keep-in", q],
    queryFn: ({ signal }) =>
      api.get<CaseList>("/cases", { q, stage: NOT_CLOSED, exercise: "include", limit: FOUND }, signal),
  });
  const keep = async ({ id }: CaseSummary) => {
    setBusy(true);
    try {
      await api.post(`${casePath(id)}/evidence/notebooks`, { notebook: notebook.id });
      await client.invalidateQueries({ queryKey: ["cases"] });
      await navigate({ to: "/cases/$id", params: { id }, search: { tab: "evidence" } });
    } catch (error) {
      setBusy(false);
      toast.show({ text: faultText(error, t), tone: "bad" });
    }
  };
  const items = found.data?.items ?? [];
  return (
    <Dialog title={t("case.keep_in")} onClose={onClose} wide testId="keep-in-case">
      <div className="dialog-body stack">
        <p className="quiet">{t("case.evidence.keep_notebook.means")}</p>
        <section>
          <TextFilter value={q} label={t("case.filter")} onChange={(text) => setQ(text ?? "")} />
          {found.isSuccess && items.length === 0 && <p className="quiet">{t("case.keep_in.none")}</p>}
          <ul className="part-list">
            {items.map((record) => (
              <li key={record.id} className="part" data-testid="keep-in-row">
                <p className="part-body">
                  <span className="quiet num">{record.number}</span> <SafeText text={record.title} />
                </p>
                <Button disabled={isBusy} onClick={() => void keep(record)} data-testid="keep-in-do">
                  {t("case.evidence.keep")}
                </Button>
              </li>
            ))}
          </ul>
        </section>
      </div>
      <div className="dialog-foot">
        <Button onClick={onClose}>{t("action.cancel")}</Button>
      </div>
    </Dialog>
  );
}

/** The notebook as it is now, into the evidence of a case. */
export function KeepInCase({ notebook }: { notebook: NotebookPage }) {
  const t = useText();
  const may = useMay();
  const [isOpen, setOpen] = useState(false);
  if (!may("cases.write")) return null;
  return (
    <>
      <IconButton icon="cases" label={t("case.keep_in")} onClick={() => setOpen(true)} data-testid="notebook-keep" />
      {isOpen && <CaseChoice notebook={notebook} onClose={() => setOpen(false)} />}
    </>
  );
}
