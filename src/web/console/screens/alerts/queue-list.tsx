import { useNavigate } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";
import { Button, IconButton } from "../../../kit/button.tsx";
import { DataGrid } from "../../../kit/data-grid.tsx";
import { useFormat } from "../../../kit/i18n/format.ts";
import { useLanguage, useText } from "../../../kit/i18n/text.tsx";
import { Skeleton } from "../../../kit/skeleton.tsx";
import { useStored } from "../../../kit/storage.ts";
import type { Alert } from "../../api/types.ts";
import { useColumnChoice } from "../../columns.tsx";
import { FaultView } from "../../fault-view.tsx";
import { useLiveState } from "../../live/live.tsx";
import { useOthers } from "../../presence/presence.ts";
import { ActionBar } from "./action-bar.tsx";
import { alertColumns, BESIDE_PANEL, HIDDEN_FIRST, NarrowAlert } from "./columns.tsx";
import { EmptyQueue } from "./empty-queue.tsx";
import { ExportMenu } from "./export-menu.tsx";
import { QueuesMenu } from "./queues-menu.tsx";
import type { AlertSearch } from "./search.ts";
import type { Triage } from "./triage.ts";

interface QueueListProps {
  readonly triage: Triage;
  readonly opened: string | undefined;
  readonly onChange: (part: AlertSearch, replace?: boolean) => void;
}

const keyOf = (alert: Alert) => alert.id;

function classOf(alert: Alert): string {
  return `${alert.exerciseId === null ? "" : "exercise"} ${alert.status === "closed" ? "quiet" : ""}`;
}

/** New rows wait above until they are asked for; what is under the cursor stays there. */
function Waiting({ triage: { queue, scroll } }: { triage: Triage }) {
  const t = useText();
  const show = () => void queue.show().then(() => scroll.current?.scrollTo({ top: 0 }));
  return (
    <div className="waiting" aria-live="polite">
      {queue.waiting > 0 && (
        <Button icon="up" onClick={show} data-testid="new-alerts">
          {t("queue.waiting", { n: queue.waiting })}
        </Button>
      )}
    </div>
  );
}

export function QueueList({ triage, opened, onChange }: QueueListProps) {
  const t = useText();
  const format = useFormat();
  const language = useLanguage();
  const navigate = useNavigate();
  const { lostAt } = useLiveState();
  const [dense, setDense] = useStored("alerts.dense", false);
  const { filter, cursor, selection, queue, mayWrite } = triage;
  const { query, rows, total } = queue;
  const others = useOthers();
  const tools = useMemo(() => ({ t, format, language, others }), [t, format, language, others]);
  const all = useMemo(() => alertColumns(tools), [tools]);
  const [visible, columnMenu] = useColumnChoice("alerts", all, HIDDEN_FIRST);
  const beside = useMemo(() => all.filter((column) => BESIDE_PANEL.has(column.id)), [all]);
  const columns = opened === undefined ? visible : beside;
  const narrow = useCallback((alert: Alert) => <NarrowAlert alert={alert} tools={tools} />, [tools]);
  const more = useCallback(() => {
    if (query.hasNextPage && !query.isFetchingNextPage) void query.fetchNextPage();
  }, [query]);
  const stale = query.isPlaceholderData || lostAt !== undefined;
  return (
    <div className={stale ? "grid stale" : "grid"} data-testid="alert-list">
      {selection.checked.size > 0 && mayWrite && (
        <ActionBar alerts={triage.targets} onAction={triage.perform} onAsk={triage.ask} onClear={selection.clear} />
      )}
      <Waiting triage={triage} />
      {query.isError && <FaultView error={query.error} onRetry={() => void query.refetch()} />}
      {query.isPending && <Skeleton lines={14} />}
      {query.isSuccess && rows.length === 0 && (
        <EmptyQueue filter={filter} onReset={() => void navigate({ to: "/alerts", search: {} })} />
      )}
      {rows.length > 0 && (
        <DataGrid
          label={t("place.alerts")}
          columns={columns}
          rows={rows}
          rowKey={keyOf}
          rowTestId="alert-row"
          current={cursor.current}
          onCurrent={cursor.move}
          onOpen={(id) => onChange({ alert: id }, opened !== undefined)}
          {...(mayWrite ? { checked: selection.checked, onCheck: selection.toggle } : {})}
          rowClass={classOf}
          narrow={narrow}
          onEnd={more}
          sort={filter.sort ?? "urgency"}
          onSort={(sort) => onChange({ sort: sort === "urgency" ? undefined : sort })}
          total={total}
          scrollRef={triage.scroll}
          dense={dense}
        />
      )}
      <div className="grid-foot">
        <span className="grow" data-testid="alert-total">
          {total !== undefined && t(queue.totalIsLeast ? "queue.total_least" : "queue.total", { n: total })}
        </span>
        <QueuesMenu
          filter={filter}
          mayWrite={mayWrite}
          onOpen={(saved) => void navigate({ to: "/alerts", search: saved })}
        />
        {columnMenu}
        <IconButton
          icon="menu"
          label={dense ? t("grid.roomy") : t("grid.dense")}
          aria-pressed={dense}
          onClick={() => setDense(!dense)}
        />
        <ExportMenu filter={filter} />
      </div>
    </div>
  );
}
