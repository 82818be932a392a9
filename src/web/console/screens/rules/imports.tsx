import "./rules.css";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { Button } from "../../../kit/button.tsx";
import { Dialog } from "../../../kit/dialog.tsx";
import { useFormat } from "../../../kit/i18n/format.ts";
import { useText } from "../../../kit/i18n/text.tsx";
import { RawText } from "../../../kit/raw-text.tsx";
import { Skeleton } from "../../../kit/skeleton.tsx";
import { Table, type TableColumn } from "../../../kit/table.tsx";
import { When } from "../../../kit/when.tsx";
import { api } from "../../api/client.ts";
import { useMay } from "../../api/session.ts";
import type { RuleImport, RuleImportList, RuleImportReport } from "../../api/rule-types.ts";
import { FaultView } from "../../fault-view.tsx";
import { RULE_TABS } from "../../frame/places.ts";
import { PageTabs } from "../../page-tabs.tsx";
import { DropZone } from "./drop-zone.tsx";
import { ImportReport } from "./import-report.tsx";

function RemoveDialog({ target, onClose }: { target: RuleImport; onClose: () => void }) {
  const t = useText();
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: () => api.remove(`/rules/imports/${encodeURIComponent(target.id)}`),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ["rules"] });
      onClose();
    },
  });
  return (
    <Dialog title={t("imports.remove.title")} onClose={onClose}>
      <div className="dialog-body stack">
        <p>{t("imports.remove.body", { name: target.name, n: target.loaded })}</p>
        {remove.isError && <FaultView error={remove.error} />}
      </div>
      <div className="dialog-foot">
        <Button onClick={onClose}>{t("action.cancel")}</Button>
        <Button kind="danger" disabled={remove.isPending} onClick={() => remove.mutate()}>
          {t("imports.remove")}
        </Button>
      </div>
    </Dialog>
  );
}

const COUNTS = [
  ["loaded", "imports.loaded"],
  ["rejected", "imports.rejected"],
  ["noDataSource", "imports.no_data"],
] as const;

function History({ items, onOpen }: { items: readonly RuleImport[]; onOpen: (id: string) => void }) {
  const t = useText();
  const format = useFormat();
  const may = useMay();
  const [removing, setRemoving] = useState<RuleImport>();
  return (
    <section>
      <h2>{t("imports.history")}</h2>
      <Table
        label={t("imports.history")}
        rows={items}
        rowKey={(item) => item.id}
        testId="import-list"
        className="import-table"
        columns={[
          {
            id: "name",
            header: t("imports.name"),
            render: (item) => (
              <>
                <RawText text={item.name} />
                <div className="quiet small">
                  {t("imports.by", { name: item.by, licence: item.licence ?? t("rule.no_licence") })}
                </div>
              </>
            ),
          },
          { id: "at", header: t("imports.at"), render: (item) => <When at={item.at} /> },
          ...COUNTS.map(
            ([id, header]): TableColumn<RuleImport> => ({
              id,
              header: t(header),
              numeric: true,
              render: (item) => format.number(item[id]),
            }),
          ),
          {
            id: "do",
            header: t("imports.actions"),
            silentHeader: true,
            render: (item) => (
              <div className="row">
                <Button onClick={() => onOpen(item.id)}>{t("imports.report")}</Button>
                {may("rules.write") && (
                  <Button kind="plain" onClick={() => setRemoving(item)}>
                    {t("imports.remove")}
                  </Button>
                )}
              </div>
            ),
          },
        ]}
      />
      {removing !== undefined && <RemoveDialog target={removing} onClose={() => setRemoving(undefined)} />}
    </section>
  );
}

export function Imports() {
  const t = useText();
  const may = useMay();
  const client = useQueryClient();
  const navigate = useNavigate();
  const search = useSearch({ from: "/rules/imports" });
  const open = (report: string | undefined) => void navigate({ to: "/rules/imports", search: { report } });
  const imports = useQuery({
    queryKey: ["rules", "imports"],
    queryFn: ({ signal }) => api.get<RuleImportList>("/rules/imports", undefined, signal),
  });
  const report = useQuery({
    queryKey: ["rules", "imports", search.report],
    queryFn: ({ signal }) =>
      api.get<RuleImportReport>(`/rules/imports/${encodeURIComponent(search.report ?? "")}`, undefined, signal),
    enabled: search.report !== undefined,
  });
  const upload = useMutation({
    mutationFn: (file: File) => api.upload<RuleImportReport>("/rules/imports", { name: file.name }, file),
    onSuccess: (made) => {
      client.setQueryData(["rules", "imports", made.import.id], made);
      void client.invalidateQueries({ queryKey: ["rules", "list"] });
      void imports.refetch();
      open(made.import.id);
    },
  });
  return (
    <>
      <PageTabs tabs={RULE_TABS} label={t("place.rules")} />
      <div className="page-body imports">
        <h1>{t("place.imports")}</h1>
        {may("rules.write") ? (
          <DropZone busy={upload.isPending} onFile={(file) => upload.mutate(file)} />
        ) : (
          <p className="quiet">{t("imports.admins_only")}</p>
        )}
        {upload.isError && <FaultView error={upload.error} />}
        {search.report !== undefined && report.isPending && <Skeleton />}
        {report.isError && <FaultView error={report.error} onRetry={() => void report.refetch()} />}
        {search.report !== undefined && report.data !== undefined && (
          <ImportReport report={report.data} onClose={() => open(undefined)} />
        )}
        {imports.isError && <FaultView error={imports.error} onRetry={() => void imports.refetch()} />}
        {imports.data !== undefined && imports.data.items.length > 0 && (
          <History items={imports.data.items} onOpen={open} />
        )}
      </div>
    </>
  );
}
