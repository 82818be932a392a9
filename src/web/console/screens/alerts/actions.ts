import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { hasText, useText } from "../../../kit/i18n/text.tsx";
import { useToast } from "../../../kit/toast.tsx";
import { api } from "../../api/client.ts";
import { useSession } from "../../api/session.ts";
import type { Alert, AlertAction, AlertActionResult, User } from "../../api/types.ts";
import { faultText } from "../../fault-view.tsx";
import { belongs, type QueuePages, rewriteRows } from "./queue.ts";
import type { AlertFilter } from "./search.ts";

const LISTS = ["alerts", "list"] as const;

/** What the row will look like when the server agrees. */
export function foreseen(alert: Alert, action: AlertAction, me: Pick<User, "id" | "displayName">): Alert {
  const mine = { id: me.id, name: me.displayName };
  switch (action.action) {
    case "take":
      return { ...alert, status: alert.status === "open" ? "taken" : alert.status, assignee: mine };
    case "release":
      return { ...alert, status: "open", assignee: null };
    case "assign":
      return {
        ...alert,
        status: alert.status === "open" ? "taken" : alert.status,
        assignee: { id: action.assignee, name: "…" },
      };
    case "escalate":
      return { ...alert, status: "escalated" };
    case "close":
      return { ...alert, status: "closed", closeReason: action.reason };
    case "reopen":
      return { ...alert, status: alert.assignee === null ? "open" : "taken", closeReason: null };
    case "note":
      return { ...alert, noteCount: alert.noteCount + 1 };
  }
}

function applyToLists(client: QueryClient, me: string, change: (alert: Alert) => Alert): void {
  for (const [key, pages] of client.getQueriesData<QueuePages>({ queryKey: LISTS })) {
    if (pages === undefined) continue;
    const filter = key[2] as AlertFilter;
    client.setQueryData(
      key,
      rewriteRows(pages, (alert) => {
        const next = change(alert);
        return next === alert || belongs(next, filter, me) ? next : undefined;
      }),
    );
  }
}

/** Actions on alerts: shown at once, confirmed by the server, undoable for ten seconds. */
export function useAlertActions(onUndone: (ids: readonly string[]) => void) {
  const client = useQueryClient();
  const toast = useToast();
  const t = useText();
  const { user } = useSession();

  const settle = async (result: AlertActionResult) => {
    const changed = new Map(result.changed.map((alert) => [alert.id, alert]));
    applyToLists(client, user.id, (alert) => changed.get(alert.id) ?? alert);
    await client.invalidateQueries({ queryKey: ["alerts", "detail"] });
    void client.invalidateQueries({ queryKey: ["watch"] });
  };

  const undo = async (undoId: string) => {
    try {
      const result = await api.post<AlertActionResult>("/alerts/undo", { undoId });
      await settle(result);
      await client.invalidateQueries({ queryKey: LISTS });
      onUndone(result.changed.map((alert) => alert.id));
    } catch (error) {
      toast.show({ text: faultText(error, t), tone: "bad" });
    }
  };

  const act = async (ids: readonly string[], action: AlertAction) => {
    await client.cancelQueries({ queryKey: LISTS });
    const before = client.getQueriesData<QueuePages>({ queryKey: LISTS });
    const chosen = new Set(ids);
    applyToLists(client, user.id, (alert) => (chosen.has(alert.id) ? foreseen(alert, action, user) : alert));
    try {
      const result = await api.post<AlertActionResult>("/alerts/actions", { ids, do: action });
      await settle(result);
      const undoId = result.undoId;
      if (result.changed.length > 0) {
        toast.show({
          text: t(`did.${action.action}`, { n: result.changed.length }),
          ...(undoId === null ? {} : { undo: () => void undo(undoId) }),
        });
      }
      const refusal = result.refused[0];
      if (refusal !== undefined) {
        const key = `fault.${refusal.code}`;
        toast.show({
          text: t("did.refused", { n: result.refused.length, why: hasText(key) ? t(key) : refusal.code }),
          tone: "bad",
        });
        await client.invalidateQueries({ queryKey: LISTS });
      }
    } catch (error) {
      for (const [key, pages] of before) client.setQueryData(key, pages);
      toast.show({ text: faultText(error, t), tone: "bad" });
    }
  };
  return { act, foresee: (alert: Alert, action: AlertAction) => foreseen(alert, action, user) };
}
