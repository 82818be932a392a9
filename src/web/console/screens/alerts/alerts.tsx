import { useNavigate, useSearch } from "@tanstack/react-router";
import { lazy, Suspense, useCallback } from "react";
import { useText } from "../../../kit/i18n/text.tsx";
import { Skeleton } from "../../../kit/skeleton.tsx";
import { Split } from "../../../kit/split.tsx";
import { ALERT_TABS } from "../../frame/places.ts";
import { PageTabs } from "../../page-tabs.tsx";
import { ActionDialogs } from "./action-dialogs.tsx";
import { ConflictDialog } from "./conflict-dialog.tsx";
import { FilterBar } from "./filter-bar.tsx";
import { AlertPanel } from "./panel.tsx";
import { QueueList } from "./queue-list.tsx";
import { useQueueStart } from "./queue-start.ts";
import type { AlertFilter, AlertSearch } from "./search.ts";
import { useTriage } from "./triage.ts";

/** Tuning is rare beside triage: its code comes when it is asked for. */
const AlertException = lazy(async () => ({ default: (await import("./alert-exception.tsx")).AlertException }));

/** The triage queue, as the person starts with it when they come without a filter. */
export function Alerts() {
  const t = useText();
  const navigate = useNavigate();
  const search = useSearch({ from: "/alerts" });
  const open = useCallback(
    (filter: AlertFilter) => void navigate({ to: "/alerts", search: filter, replace: true }),
    [navigate],
  );
  const isWaiting = useQueueStart(search, open);
  return (
    <>
      <PageTabs tabs={ALERT_TABS} label={t("place.alerts")} />
      {isWaiting ? <Skeleton lines={14} /> : <Queue search={search} />}
    </>
  );
}

/** The list stays while the panel beside it changes. */
function Queue({ search }: { search: AlertSearch }) {
  const navigate = useNavigate();
  const change = useCallback(
    (part: AlertSearch, replace = false) =>
      void navigate({ to: "/alerts", search: (now) => ({ ...now, ...part }), replace }),
    [navigate],
  );
  const triage = useTriage(search, change);
  const panel =
    search.alert === undefined ? undefined : (
      <AlertPanel
        key={search.alert}
        id={search.alert}
        search={search}
        onChange={(part) => change(part, true)}
        onClose={triage.cursor.closePanel}
        onAction={(action, alert) => triage.perform(action, [alert])}
        onAsk={(kind, alert) => triage.ask(kind, [alert])}
        onExcept={triage.setExcepting}
      />
    );
  return (
    <>
      <FilterBar filter={triage.filter} onChange={change} inputRef={triage.filterInput} />
      <Split name="alerts" list={<QueueList triage={triage} opened={search.alert} onChange={change} />} panel={panel} />
      {triage.asking !== undefined && (
        <ActionDialogs
          asking={triage.asking}
          onClose={() => triage.setAsking(undefined)}
          onAction={(alerts, action) => triage.run(alerts, action)}
          onMerge={triage.mergeAll}
          onSplit={(alert, part) => void triage.split(alert, part)}
        />
      )}
      {triage.conflict !== undefined && (
        <ConflictDialog conflict={triage.conflict} onClose={triage.forgetConflict} onAgain={triage.again} />
      )}
      {triage.excepting !== undefined && (
        <Suspense>
          <AlertException alert={triage.excepting} onClose={() => triage.setExcepting(undefined)} />
        </Suspense>
      )}
    </>
  );
}
