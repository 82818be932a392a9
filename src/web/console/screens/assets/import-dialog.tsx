import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "../../../kit/button.tsx";
import { Dialog } from "../../../kit/dialog.tsx";
import { FileButton } from "../../../kit/file-button.tsx";
import { useFormat } from "../../../kit/i18n/format.ts";
import { useText } from "../../../kit/i18n/text.tsx";
import { SafeText } from "../../../kit/raw-text.tsx";
import { Table } from "../../../kit/table.tsx";
import { useToast } from "../../../kit/toast.tsx";
import type { AssetImport } from "../../api/asset-types.ts";
import { api } from "../../api/client.ts";
import { saveText } from "../../download.ts";
import { FaultView } from "../../fault-view.tsx";

/** Spreadsheets read Vietnamese only with it in front. */
const MARK = "\uFEFF";
const formatOf = (file: File) => (file.name.toLowerCase().endsWith(".json") ? "json" : "csv");

function Problems({ report }: { report: AssetImport }) {
  const t = useText();
  const format = useFormat();
  return (
    <section data-testid="import-problems">
      <div className="notice bad">
        <p>
          <strong>{t("assets.import.has_problems", { n: report.problemCount })}</strong>
        </p>
      </div>
      <Table
        label={t("assets.import.problems")}
        rows={report.problems}
        rowKey={(_, at) => String(at)}
        columns={[
          {
            id: "line",
            header: t("assets.import.line"),
            numeric: true,
            width: "72px",
            render: ({ line }) => format.number(line),
          },
          {
            id: "problem",
            header: t("assets.import.what"),
            render: ({ code, params }) => <SafeText text={t(`assets.import.problem.${code}`, params)} />,
          },
        ]}
      />
      {report.problemCount > report.problems.length && (
        <p className="quiet">{t("assets.and_more", { n: report.problemCount - report.problems.length })}</p>
      )}
    </section>
  );
}

function Outlook({ report }: { report: AssetImport }) {
  const t = useText();
  const format = useFormat();
  const { created, changed, unchanged, identifiers, examples } = report;
  return (
    <section className="stack" data-testid="import-outlook">
      <dl className="facts">
        {(
          [
            ["assets.import.created", created],
            ["assets.import.changed", changed],
            ["assets.import.unchanged", unchanged],
            ["assets.import.identifiers", identifiers],
          ] as const
        ).map(([key, count]) => (
          <div key={key}>
            <dt>{t(key)}</dt>
            <dd>{format.number(count)}</dd>
          </div>
        ))}
      </dl>
      {created + changed === 0 && <p>{t("assets.import.nothing")}</p>}
      {examples.length > 0 && (
        <div className="import-examples">
          <Table
            label={t("assets.import.outlook")}
            rows={examples}
            rowKey={({ line }) => String(line)}
            columns={[
              { id: "line", header: t("assets.import.line"), numeric: true, render: ({ line }) => format.number(line) },
              {
                id: "name",
                header: t("assets.field.name"),
                names: true,
                render: ({ name }) => <SafeText text={name} />,
              },
              {
                id: "what",
                header: t("assets.import.what"),
                render: ({ isNew, fields }) =>
                  isNew ? t("assets.import.new") : fields.map((field) => t(`assets.field.${field}`)).join(", "),
              },
              {
                id: "identifiers",
                header: t("assets.field.identifiers"),
                numeric: true,
                render: ({ identifiersAdded }) => format.number(identifiersAdded),
              },
            ]}
          />
        </div>
      )}
    </section>
  );
}

/** A file is looked at first: what it would do, and every line that is wrong. Then all of it is taken, or nothing. */
export function ImportDialog({ onClose }: { onClose: () => void }) {
  const t = useText();
  const toast = useToast();
  const client = useQueryClient();
  const [file, setFile] = useState<File>();
  const preview = useMutation({
    mutationFn: (chosen: File) =>
      api.upload<AssetImport>("/assets/import/preview", { format: formatOf(chosen), name: chosen.name }, chosen),
  });
  const apply = useMutation({
    mutationFn: (chosen: File) =>
      api.upload<AssetImport>("/assets/import", { format: formatOf(chosen), name: chosen.name }, chosen),
    onSuccess: async ({ created, changed }) => {
      onClose();
      toast.show({ text: t("assets.did.import", { created, changed }) });
      await client.invalidateQueries({ queryKey: ["assets"] });
    },
  });
  const report = preview.data;
  const isSound = report !== undefined && report.problemCount === 0 && report.created + report.changed > 0;
  return (
    <Dialog wide title={t("assets.import.title")} onClose={onClose} testId="asset-import-dialog">
      <div className="dialog-body stack">
        <p>{t("assets.import.body")}</p>
        <div className="row wrap">
          <FileButton
            accept=".csv,.json,text/csv,application/json"
            testId="asset-import-file"
            onFile={(chosen) => {
              setFile(chosen);
              apply.reset();
              preview.mutate(chosen);
            }}
          >
            {t("assets.import.choose")}
          </FileButton>
          <Button icon="download" onClick={() => saveText("assets.csv", `${MARK}${t("assets.import.sample")}`)}>
            {t("assets.import.template")}
          </Button>
          {file !== undefined && <SafeText text={file.name} />}
        </div>
        {preview.isPending && <progress aria-label={t("assets.import.reading")} />}
        {preview.isError && <FaultView error={preview.error} />}
        {report !== undefined && report.problemCount > 0 && <Problems report={report} />}
        {report !== undefined && report.problemCount === 0 && <Outlook report={report} />}
        {apply.isError && <FaultView error={apply.error} />}
      </div>
      <div className="dialog-foot">
        <Button onClick={onClose}>{t("action.cancel")}</Button>
        <Button
          kind="primary"
          disabled={!isSound || apply.isPending || file === undefined}
          title={isSound ? undefined : t("assets.import.first")}
          onClick={() => file !== undefined && apply.mutate(file)}
          data-testid="asset-import-apply"
        >
          {t("assets.import.apply")}
        </Button>
      </div>
    </Dialog>
  );
}
