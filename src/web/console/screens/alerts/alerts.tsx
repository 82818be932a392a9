import { useNavigate } from "@tanstack/react-router";
import { useCallback, useMemo, useRef, useState } from "react";
import { Button, IconButton } from "../../../kit/button.tsx";
import { DataGrid } from "../../../kit/data-grid.tsx";
import { useFormat } from "../../../kit/i18n/format.ts";
import { useLanguage, useText } from "../../../kit/i18n/text.tsx";
import { Skeleton } from "../../../kit/skeleton.tsx";
import { Split } from "../../../kit/split.tsx";
import { useStored } from "../../../kit/storage.ts";
import { useMay } from "../../api/session.ts";
import type { Alert, AlertAction } from "../../api/types.ts";
import { useColumnChoice } from "../../columns.tsx";
import { FaultView } from "../../fault-view.tsx";
import { useKeys } from "../../keys/use-keys.ts";
import { useLiveState } from "../../live/live.tsx";
import { alertsRoute } from "../../router.tsx";
import { SavedViews } from "../../saved-views.tsx";
import { ActionBar, BULK_CONFIRM } from "./action-bar.tsx";
import { useAlertActions } from "./actions.ts";
import { ActionDialogs, type Asking } from "./action-dialogs.tsx";
import { alertColumns, BESIDE_PANEL, NarrowAlert } from "./columns.tsx";
import { EmptyQueue } from "./empty-queue.tsx";
import { ExportMenu } from "./export-menu.tsx";
import { FilterBar } from "./filter-bar.tsx";
import { AlertPanel } from "./panel.tsx";
import { belongs, useQueue } from "./queue.ts";
import { useCursor } from "./cursor.ts";
import { type AlertSearch, filterOf } from "./search.ts";
import { useSelection } from "./selection.ts";

const keyOf = (alert: Alert) => alert.id;
const NO_ALERTS: readonly Alert[] = [];

export function Alerts() {
  const t = useText();
  const format = useFormat();
  const language = useLanguage();
  const may = useMay();
  const navigate = useNavigate();
  const search = alertsRoute.useSearch();
  const filter = filterOf(search);
  const { connected } = useLiveState();
  const scroll = useRef<HTMLDivElement>(null);
  const filterInput = useRef<HTMLInputElement>(null);
  const [dense, setDense] = useStored("alerts.dense", false);
  const [asking, setAsking] = useState<Asking>();
  const change = useCallback(
    (part: AlertSearch, replace = false) =>
      void navigate({ to: "/alerts", search: (now) => ({ ...now, ...part }), replace }),
    [navigate],
  );

  const calm = useRef(true);
  const queue = useQueue(filter, () => calm.current);
  const { rows } = queue;
  const cursor = useCursor(rows, search.alert, change);
  const selection = useSelection(rows);
  calm.current = cursor.current === undefined && selection.checked.size === 0 && (scroll.current?.scrollTop ?? 0) === 0;

  const { act, foresee } = useAlertActions((ids) => ids[0] !== undefined && cursor.move(ids[0]));
  const targets = selection.checked.size > 0 ? rows.filter((alert) => selection.checked.has(alert.id)) : NO_ALERTS;
  const chosen = targets.length > 0 ? targets : rows.filter((alert) => alert.id === cursor.current);
  const run = (alerts: readonly Alert[], action: AlertAction) => {
    const leaving = alerts.filter((alert) => !belongs(foresee(alert, action), filter, "")).map(keyOf);
    cursor.leave(new Set(leaving));
    selection.clear();
    void act(alerts.map(keyOf), action);
  };
  const perform = (action: AlertAction, alerts = chosen) => {
    if (alerts.length === 0 || !may("alerts.write")) return;
    if (alerts.length > BULK_CONFIRM) setAsking({ kind: "confirm", alerts, action });
    else run(alerts, action);
  };
  const ask = (kind: "close" | "note" | "assign" | "reopen" | "escalate", alerts = chosen) => {
    if (alerts.length > 0 && may("alerts.write")) setAsking({ kind, alerts });
  };

  useKeys({
    next: () => cursor.step(1),
    previous: () => cursor.step(-1),
    open: () => cursor.current !== undefined && change({ alert: cursor.current }),
    select: () => cursor.current !== undefined && selection.toggle(cursor.current, false),
    filter: () => filterInput.current?.focus(),
    take: () => perform({ action: "take" }),
    escalate: () => perform({ action: "escalate" }),
    "close-alert": () => ask("close"),
    ...(search.alert !== undefined || selection.checked.size > 0
      ? { close: () => (search.alert === undefined ? selection.clear() : cursor.closePanel()) }
      : {}),
  });

  const tools = useMemo(() => ({ t, format, language }), [t, format, language]);
  const all = useMemo(() => alertColumns(tools), [tools]);
  const [visible, columnMenu] = useColumnChoice("alerts", all);
  const columns = search.alert === undefined ? visible : all.filter((column) => BESIDE_PANEL.has(column.id));
  const loadMore = useCallback(() => {
    if (queue.query.hasNextPage && !queue.query.isFetchingNextPage) void queue.query.fetchNextPage();
  }, [queue.query]);

  const list = (
    <div className={connected || !queue.query.isPlaceholderData ? "grid" : "grid stale"} data-testid="alert-list">
      {selection.checked.size > 0 && may("alerts.write") && (
        <ActionBar alerts={targets} onAction={perform} onAsk={ask} onClear={selection.clear} />
      )}
      {queue.waiting > 0 && (
        <div className="waiting" aria-live="polite">
          <Button
            icon="up"
            onClick={() => void queue.show().then(() => scroll.current?.scrollTo({ top: 0 }))}
            data-testid="new-alerts"
          >
            {t("queue.waiting", { n: queue.waiting })}
          </Button>
        </div>
      )}
      {queue.query.isError && <FaultView error={queue.query.error} onRetry={() => void queue.query.refetch()} />}
      {queue.query.isPending && <Skeleton lines={14} />}
      {queue.query.isSuccess && rows.length === 0 && (
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
          onOpen={(id) => change({ alert: id }, search.alert !== undefined)}
          {...(may("alerts.write") ? { checked: selection.checked, onCheck: selection.toggle } : {})}
          rowClass={(alert) =>
            `${alert.exerciseId === null ? "" : "exercise"} ${alert.status === "closed" ? "quiet" : ""}`
          }
          narrow={(alert) => <NarrowAlert alert={alert} tools={tools} />}
          onEnd={loadMore}
          sort={filter.sort ?? "urgency"}
          onSort={(sort) => change({ sort: sort === "urgency" ? undefined : sort })}
          total={queue.total}
          scrollRef={scroll}
          dense={dense}
        />
      )}
      <div className="grid-foot">
        <span className="grow" data-testid="alert-total">
          {queue.total !== undefined && t("queue.total", { n: queue.total })}
        </span>
        <SavedViews name="alerts" search={filter} onOpen={(saved) => void navigate({ to: "/alerts", search: saved })} />
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
  const panel =
    search.alert === undefined ? undefined : (
      <AlertPanel
        key={search.alert}
        id={search.alert}
        search={search}
        onChange={(part) => change(part, true)}
        onClose={cursor.closePanel}
        onAction={(action, alert) => perform(action, [alert])}
        onAsk={(kind, alert) => ask(kind, [alert])}
      />
    );
  return (
    <>
      <FilterBar filter={filter} onChange={change} inputRef={filterInput} />
      <Split name="alerts" list={list} panel={panel} />
      {asking !== undefined && (
        <ActionDialogs
          asking={asking}
          onClose={() => setAsking(undefined)}
          onAction={(alerts, action) => run(alerts, action)}
        />
      )}
    </>
  );
}
