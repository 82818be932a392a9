import "./approvals.css";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo, useRef } from "react";
import { type Column, DataGrid } from "../../../kit/data-grid.tsx";
import { Empty } from "../../../kit/empty.tsx";
import { useText } from "../../../kit/i18n/text.tsx";
import { SafeText } from "../../../kit/raw-text.tsx";
import { Segmented } from "../../../kit/segmented.tsx";
import { Skeleton } from "../../../kit/skeleton.tsx";
import { Split } from "../../../kit/split.tsx";
import { When } from "../../../kit/when.tsx";
import type { ApprovalRequest } from "../../api/approval-types.ts";
import { FaultView } from "../../fault-view.tsx";
import { SETTINGS } from "../../frame/places.ts";
import { PageTabs } from "../../page-tabs.tsx";
import { usePanelCursor } from "../../panel-cursor.ts";
import { ApprovalPanel } from "./approval-panel.tsx";
import type { ApprovalSearch } from "./search.ts";
import { useApprovals } from "./use-approvals.ts";

const VIEWS = ["waiting", "all"] as const;
const keyOf = ({ id }: ApprovalRequest) => id;

function useColumns(): Column<ApprovalRequest>[] {
  const t = useText();
  return [
    {
      id: "state",
      header: t("approvals.column.state"),
      width: "110px",
      render: ({ state }) => t(`approvals.state.${state}`),
    },
    {
      id: "kind",
      header: t("approvals.column.kind"),
      width: "minmax(160px, 1fr)",
      render: ({ kind }) => <span className="truncate">{t(`approvals.kind.${kind}`)}</span>,
    },
    {
      id: "object",
      header: t("approvals.column.object"),
      width: "minmax(140px, 1.4fr)",
      render: ({ object }) => (
        <span className="truncate">
          <SafeText text={object.title} />
        </span>
      ),
    },
    {
      id: "by",
      header: t("approvals.column.by"),
      width: "minmax(90px, 0.7fr)",
      render: ({ by }) => <bdi className="truncate">{by.name}</bdi>,
    },
    { id: "at", header: t("approvals.column.at"), width: "110px", render: ({ openedAt }) => <When at={openedAt} /> },
  ];
}

function Narrow({ request }: { request: ApprovalRequest }) {
  const t = useText();
  return (
    <>
      <div className="row">
        <strong className="grow truncate">{t(`approvals.kind.${request.kind}`)}</strong>
        <span className="tag">{t(`approvals.state.${request.state}`)}</span>
      </div>
      <div className="quiet small truncate">
        <SafeText text={request.object.title} /> · <bdi>{request.by.name}</bdi> · <When at={request.openedAt} />
      </div>
    </>
  );
}

/** What waits for a second person, and what became of it. */
export function ApprovalsScreen() {
  const t = useText();
  const navigate = useNavigate();
  const search = useSearch({ from: "/settings/approvals" });
  const approvals = useApprovals();
  const columns = useColumns();
  const filterInput = useRef<HTMLInputElement>(null);
  const view = search.show === "all" ? "all" : "waiting";
  const rows = useMemo(
    () => (approvals.data?.items ?? []).filter(({ state }) => view === "all" || state === "waiting"),
    [approvals.data, view],
  );
  const opened = approvals.data?.items.find(({ id }) => id === search.request);
  const change = (part: ApprovalSearch, replace = false) =>
    void navigate({ to: "/settings/approvals", search: (now) => ({ ...now, ...part }), replace });
  const open = (request: string | undefined, replace: boolean) => change({ request }, replace);
  const cursor = usePanelCursor({ keys: rows.map(keyOf), opened: search.request, open, filterInput });
  return (
    <>
      <PageTabs tabs={SETTINGS} label={t("place.settings")} />
      <div className="page-head">
        <h1 className="visually-hidden">{t("place.approvals")}</h1>
        <Segmented
          label={t("filter.view")}
          value={view}
          options={VIEWS.map((value) => ({ value, label: t(`approvals.view.${value}`), testId: `approvals-${value}` }))}
          onChange={(next) => change({ show: next === "all" ? next : undefined })}
        />
      </div>
      <Split
        name="approvals"
        list={
          <div className="grid" data-testid="approval-list">
            {approvals.isError && <FaultView error={approvals.error} onRetry={() => void approvals.refetch()} />}
            {approvals.isPending && <Skeleton lines={6} />}
            {approvals.isSuccess && rows.length === 0 && (
              <Empty title={t(`approvals.none.${view}`)}>{t("approvals.none.body")}</Empty>
            )}
            {rows.length > 0 && (
              <DataGrid
                label={t("place.approvals")}
                columns={opened === undefined ? columns : columns.slice(0, 3)}
                rows={rows}
                rowKey={keyOf}
                rowTestId="approval-row"
                current={cursor.current}
                onCurrent={cursor.move}
                onOpen={(id) => open(id, search.request !== undefined)}
                narrow={(request) => <Narrow request={request} />}
              />
            )}
          </div>
        }
        panel={
          opened === undefined ? undefined : <ApprovalPanel key={opened.id} request={opened} onClose={cursor.close} />
        }
      />
    </>
  );
}
