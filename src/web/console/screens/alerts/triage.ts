import { type RefObject, useRef, useState } from "react";
import { useMay, useSession } from "../../api/session.ts";
import type { Alert, AlertAction } from "../../api/types.ts";
import { useKeys } from "../../keys/use-keys.ts";
import { type AskKind, BULK_CONFIRM, isInQueue } from "./action-props.ts";
import type { Asking } from "./action-dialogs.tsx";
import { useAlertActions } from "./actions.ts";
import { useCursor } from "./cursor.ts";
import { useAlertDetail } from "./detail.ts";
import { belongs, useQueue } from "./queue.ts";
import { type AlertSearch, filterOf } from "./search.ts";
import { useSelection } from "./selection.ts";
import { huntOfRule } from "../saved-hunts/search.ts";

export type Triage = ReturnType<typeof useTriage>;

const isOfHunt = (alert: Alert) => huntOfRule(alert.rule.id) !== undefined;

interface KeyWork {
  readonly cursor: ReturnType<typeof useCursor>;
  readonly selection: ReturnType<typeof useSelection>;
  readonly chosen: readonly Alert[];
  readonly mayWrite: boolean;
  readonly mayTune: boolean;
  readonly mayCase: boolean;
  readonly perform: (action: AlertAction) => void;
  readonly ask: (kind: AskKind) => void;
  readonly setExcepting: (alert: Alert) => void;
}

function useTriageKeys(
  work: KeyWork,
  filterInput: RefObject<HTMLInputElement | null>,
  panel: { readonly opened: string | undefined; readonly change: (part: AlertSearch) => void },
): void {
  const { cursor, selection, chosen, mayWrite, mayTune, mayCase, perform, ask, setExcepting } = work;
  const { opened, change } = panel;
  const escape = () => (opened === undefined ? selection.clear() : cursor.closePanel());
  const [only] = chosen.length === 1 ? chosen : [];
  useKeys({
    next: () => cursor.step(1),
    previous: () => cursor.step(-1),
    open: () => cursor.current !== undefined && change({ alert: cursor.current }),
    select: () => cursor.current !== undefined && mayWrite && selection.toggle(cursor.current, false),
    filter: () => filterInput.current?.focus(),
    take: () => perform({ action: "take" }),
    escalate: () => (mayCase ? ask("case") : perform({ action: "escalate" })),
    "close-alert": () => ask("close"),
    snooze: () => ask("snooze"),
    tag: () => ask("tag"),
    merge: () => ask(chosen.length > 1 ? "merge" : "merge-into"),
    duplicate: () => chosen.some(isInQueue) && ask("duplicate"),
    // A hunt has no exceptions: its query is its own
    exception: () => only !== undefined && mayTune && !isOfHunt(only) && setExcepting(only),
    ...(opened !== undefined || selection.checked.size > 0 ? { close: escape } : {}),
  });
}

/** The alert under the cursor; a link may open one that no loaded row shows, and then the keys are about what one reads. */
function useAtHand(rows: readonly Alert[], current: string | undefined, opened: string | undefined): readonly Alert[] {
  const under = rows.filter((alert) => alert.id === current);
  const shown = useAlertDetail(opened).data?.alert;
  return under.length === 0 && shown !== undefined ? [shown] : under;
}

/** The working state of the queue: rows, cursor, selection, and what the keys and buttons do to them. */
export function useTriage(search: AlertSearch, change: (part: AlertSearch, replace?: boolean) => void) {
  const may = useMay();
  const mayWrite = may("alerts.write");
  const mayTune = may("rules.write");
  const { user } = useSession();
  const filter = filterOf(search);
  const scroll = useRef<HTMLDivElement>(null);
  const filterInput = useRef<HTMLInputElement>(null);
  const calm = useRef(true);
  const [asking, setAsking] = useState<Asking>();
  const [excepting, setExcepting] = useState<Alert>();
  const queue = useQueue(filter, () => calm.current);
  const { rows } = queue;
  const cursor = useCursor(rows, search.alert, change);
  const selection = useSelection(rows);
  calm.current = cursor.current === undefined && selection.checked.size === 0 && (scroll.current?.scrollTop ?? 0) === 0;
  const { act, merge, split, overtaken, foresee } = useAlertActions(
    (ids) => ids[0] !== undefined && cursor.move(ids[0]),
  );

  const targets = rows.filter((alert) => selection.checked.has(alert.id));
  const atHand = useAtHand(rows, cursor.current, search.alert);
  const chosen = targets.length > 0 ? targets : atHand;
  const run = (alerts: readonly Alert[], action: AlertAction) => {
    const leaving = alerts.filter((alert) => !belongs(foresee(alert, action), filter, user.id));
    cursor.leave(new Set(leaving.map((alert) => alert.id)));
    selection.clear();
    void act(alerts, action);
  };
  const mergeAll = (alerts: readonly Pick<Alert, "id">[]) => {
    selection.clear();
    void merge(alerts);
  };
  const perform = (action: AlertAction, alerts: readonly Alert[] = chosen) => {
    if (alerts.length === 0 || !mayWrite) return;
    if (alerts.length > BULK_CONFIRM) setAsking({ kind: "confirm", alerts, action });
    else run(alerts, action);
  };
  const ask = (kind: AskKind, alerts: readonly Alert[] = chosen) => {
    if (alerts.length > 0 && mayWrite) setAsking({ kind, alerts });
  };
  useTriageKeys(
    { cursor, selection, chosen, mayWrite, mayTune, mayCase: may("cases.write"), perform, ask, setExcepting },
    filterInput,
    {
      opened: search.alert,
      change,
    },
  );
  return {
    filter,
    queue,
    cursor,
    selection,
    targets,
    run,
    perform,
    ask,
    mergeAll,
    split,
    ...overtaken,
    asking,
    setAsking,
    excepting,
    setExcepting,
    scroll,
    filterInput,
    mayWrite,
  };
}
