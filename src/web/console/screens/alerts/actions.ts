import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { hasText, useText } from "../../../kit/i18n/text.tsx";
import { useToast } from "../../../kit/toast.tsx";
import { api } from "../../api/client.ts";
import { useSession } from "../../api/session.ts";
import type { Alert, AlertAction, AlertActionResult } from "../../api/types.ts";
import { faultText } from "../../fault-view.tsx";
import { foreseen } from "./foreseen.ts";
import { belongs, type QueuePages, rewriteRows } from "./queue.ts";
import type { AlertFilter } from "./search.ts";

const LISTS = ["alerts", "list"] as const;

/** Somebody else was quicker: what they did, and what was wanted. */
export interface Conflict {
  readonly refused: readonly NonNullable<AlertActionResult["refused"][number]>[];
  readonly alerts: readonly Alert[];
  readonly action: AlertAction;
}

interface Sent {
  readonly path: string;
  readonly body: unknown;
  /** Names the text that tells it was done. */
  readonly deed: string;
  readonly wanted?: { readonly alerts: readonly Alert[]; readonly action: AlertAction };
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

/** What the server answered: into the lists, told to the person, with the way back. */
function useOutcome(onUndone: (ids: readonly string[]) => void) {
  const client = useQueryClient();
  const toast = useToast();
  const t = useText();
  const { user } = useSession();
  const [conflict, setConflict] = useState<Conflict>();

  const settle = async (result: AlertActionResult) => {
    const changed = new Map(result.changed.map((alert) => [alert.id, alert]));
    applyToLists(client, user.id, (alert) => changed.get(alert.id) ?? alert);
    await client.invalidateQueries({ queryKey: ["alerts", "detail"] });
    void client.invalidateQueries({ queryKey: ["watch"] });
    void client.invalidateQueries({ queryKey: ["alert-queues"] });
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

  const tell = async (result: AlertActionResult, { deed, wanted }: Sent) => {
    const undoId = result.undoId;
    if (result.changed.length > 0) {
      toast.show({
        text: t(`did.${deed}`, { n: result.changed.length }),
        ...(undoId === null ? {} : { undo: () => void undo(undoId) }),
      });
    }
    const overtaken = result.refused.filter(({ meanwhile }) => meanwhile !== undefined);
    const refusal = result.refused.find(({ meanwhile }) => meanwhile === undefined);
    if (overtaken.length > 0 && wanted !== undefined) {
      const ids = new Set(overtaken.map(({ id }) => id));
      setConflict({ ...wanted, refused: overtaken, alerts: wanted.alerts.filter(({ id }) => ids.has(id)) });
    }
    if (refusal !== undefined) {
      const key = `fault.${refusal.code}`;
      toast.show({
        text: t("did.refused", {
          n: result.refused.length - overtaken.length,
          why: hasText(key) ? t(key) : refusal.code,
        }),
        tone: "bad",
      });
    }
    if (result.refused.length > 0) await client.invalidateQueries({ queryKey: LISTS });
  };

  return { settle, tell, conflict, setConflict };
}

/** Actions on alerts: shown at once, confirmed by the server, undoable for ten seconds. */
export function useAlertActions(onUndone: (ids: readonly string[]) => void) {
  const client = useQueryClient();
  const toast = useToast();
  const t = useText();
  const { user } = useSession();
  const { settle, tell, conflict, setConflict } = useOutcome(onUndone);

  const send = async (sent: Sent) => {
    await client.cancelQueries({ queryKey: LISTS });
    const before = client.getQueriesData<QueuePages>({ queryKey: LISTS });
    const { wanted } = sent;
    if (wanted !== undefined) {
      const chosen = new Set(wanted.alerts.map(({ id }) => id));
      applyToLists(client, user.id, (alert) => (chosen.has(alert.id) ? foreseen(alert, wanted.action, user) : alert));
    }
    try {
      const result = await api.post<AlertActionResult>(sent.path, sent.body);
      await settle(result);
      await tell(result, sent);
    } catch (error) {
      for (const [key, pages] of before) client.setQueryData(key, pages);
      toast.show({ text: faultText(error, t), tone: "bad" });
    }
  };

  /** What was seen travels along, unless the person has seen the conflict and wants it all the same. */
  const act = (alerts: readonly Alert[], action: AlertAction, regardless?: "regardless") => {
    const seen = Object.fromEntries(alerts.map(({ id, version }) => [id, version]));
    const body = { ids: alerts.map(({ id }) => id), do: action, ...(regardless === undefined ? { seen } : {}) };
    return send({ path: "/alerts/actions", body, deed: action.action, wanted: { alerts, action } });
  };
  const refreshed = async (sent: Sent) => {
    await send(sent);
    await client.invalidateQueries({ queryKey: LISTS });
  };
  return {
    act,
    merge: (alerts: readonly Pick<Alert, "id">[]) =>
      refreshed({ path: "/alerts/merge", body: { ids: alerts.map(({ id }) => id) }, deed: "merge" }),
    split: ({ id }: Alert, part: { readonly kind: string; readonly value: string }) =>
      refreshed({ path: `/alerts/${encodeURIComponent(id)}/split`, body: part, deed: "split" }),
    overtaken: {
      conflict,
      forgetConflict: () => setConflict(undefined),
      again: () => {
        setConflict(undefined);
        if (conflict !== undefined) void act(conflict.alerts, conflict.action, "regardless");
      },
    },
    foresee: (alert: Alert, action: AlertAction) => foreseen(alert, action, user),
  };
}
