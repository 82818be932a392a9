import { useState } from "react";
import { Button } from "../../../kit/button.tsx";
import { Dialog } from "../../../kit/dialog.tsx";
import { hasText, useText } from "../../../kit/i18n/text.tsx";
import { Table } from "../../../kit/table.tsx";
import type { ImportReply } from "../../api/people-types.ts";
import { FaultView } from "../../fault-view.tsx";
import { TextArea } from "../storage/text-area.tsx";
import { useImport } from "./use-people.ts";

function Outcome({ outcome }: { outcome: ImportReply }) {
  const t = useText();
  const { created, updated, unchanged, problems, applied } = outcome;
  const codeText = (code: string) => (hasText(`fault.${code}`) ? t(`fault.${code}`) : code);
  return (
    <div role="status" className="stack" data-testid="import-outcome">
      <p>{t(applied ? "people.import.done" : "people.import.would", { created, updated, unchanged })}</p>
      {problems.length > 0 && (
        <>
          <p className="bad-text">{t("people.import.problems", { n: problems.length })}</p>
          <Table
            label={t("people.import.problems", { n: problems.length })}
            rows={problems}
            rowKey={({ line, column }, index) => `${line}-${column}-${index}`}
            columns={[
              { id: "line", header: t("people.import.line"), numeric: true, width: "72px", render: ({ line }) => line },
              { id: "column", header: t("people.import.column"), width: "120px", render: ({ column }) => column },
              { id: "why", header: t("people.import.why"), render: ({ code }) => codeText(code) },
            ]}
          />
        </>
      )}
    </div>
  );
}

/** First what would happen, then the same for real. */
export function ImportDialog({ onClose }: { onClose: () => void }) {
  const t = useText();
  const [csv, setCsv] = useState("");
  const [checked, setChecked] = useState<string>();
  const run = useImport();
  const attempt = (apply: boolean) => {
    setChecked(csv);
    run.mutate({ csv, apply });
  };
  const outcome = checked === csv ? run.data : undefined;
  const ready = outcome !== undefined && !outcome.applied && outcome.problems.length === 0;
  return (
    <Dialog title={t("people.import.title")} onClose={onClose} testId="import-dialog" wide>
      <div className="dialog-body stack">
        <p className="quiet">{t("people.import.body")}</p>
        <input
          type="file"
          accept=".csv,text/csv"
          aria-label={t("people.import.file")}
          onChange={(event) => void event.target.files?.[0]?.text().then(setCsv)}
        />
        <TextArea
          label={t("people.import.text")}
          hint={t("people.import.columns")}
          rows={8}
          className="input import-text"
          value={csv}
          onChange={(event) => setCsv(event.target.value)}
          data-testid="import-text"
        />
        {run.isError && <FaultView error={run.error} />}
        {outcome !== undefined && <Outcome outcome={outcome} />}
      </div>
      <div className="dialog-foot">
        <Button onClick={onClose}>{t(outcome?.applied === true ? "action.close_window" : "action.cancel")}</Button>
        <Button disabled={csv.trim() === "" || run.isPending} onClick={() => attempt(false)} data-testid="import-check">
          {t("people.import.check")}
        </Button>
        <Button
          kind="primary"
          disabled={!ready || run.isPending}
          onClick={() => attempt(true)}
          data-testid="import-apply"
        >
          {t("people.import.apply")}
        </Button>
      </div>
    </Dialog>
  );
}
