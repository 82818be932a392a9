import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useId, useState } from "react";
import { Button } from "../../kit/button.tsx";
import { Dialog } from "../../kit/dialog.tsx";
import { useText } from "../../kit/i18n/text.tsx";
import { Icon } from "../../kit/icon.tsx";
import { When } from "../../kit/when.tsx";
import { api } from "../api/client.ts";
import type { OpenAlarms } from "../api/break-glass-types.ts";
import { useMay } from "../api/session.ts";
import { FaultView } from "../fault-view.tsx";

const KEY = ["break-glass", "alarms"] as const;
const REFRESH_MS = 60_000;
type Alarm = OpenAlarms["items"][number];

function Acknowledge({ alarm, onClose }: { alarm: Alarm; onClose: () => void }) {
  const t = useText();
  const id = useId();
  const client = useQueryClient();
  const [reason, setReason] = useState("");
  const send = useMutation({
    mutationFn: () =>
      api.post<OpenAlarms>(`/break-glass/alarms/${encodeURIComponent(alarm.id)}/acknowledge`, { reason }),
    onSuccess: async (left) => {
      client.setQueryData(KEY, left);
      onClose();
      await client.invalidateQueries({ queryKey: ["break-glass"] });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    send.mutate();
  };
  return (
    <Dialog title={t("break_glass.acknowledge.title")} onClose={onClose} testId="acknowledge-dialog">
      <form onSubmit={submit}>
        <div className="dialog-body stack">
          <p>{t("break_glass.acknowledge.body")}</p>
          <div className="field">
            <label htmlFor={id}>{t("break_glass.reason")}</label>
            <textarea
              id={id}
              className="input"
              name="reason"
              required
              maxLength={1_000}
              value={reason}
              onChange={(event) => setReason(event.target.value)}
            />
          </div>
          {send.isError && <FaultView error={send.error} />}
        </div>
        <div className="dialog-foot">
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button
            kind="primary"
            type="submit"
            disabled={reason.trim() === "" || send.isPending}
            data-testid="acknowledge-do"
          >
            {t("break_glass.acknowledge")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

/** Somebody came in by the way that is for emergencies: told to everyone, wherever they are, until somebody answers for it. */
export function BreakGlassBanner() {
  const t = useText();
  const may = useMay();
  const [open, setOpen] = useState(false);
  const alarms = useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => api.get<OpenAlarms>("/break-glass/alarms", undefined, signal),
    refetchInterval: REFRESH_MS,
  });
  const [alarm] = alarms.data?.items ?? [];
  if (alarm === undefined) return null;
  return (
    <section className="refusal-banner" role="alert" data-testid="break-glass-banner">
      <Icon name="key" />
      <strong>{t("break_glass.alarm")}</strong>
      <span>
        {t("break_glass.alarm.from", { peer: alarm.peer })} · <When at={alarm.raisedAt} as="both" />
      </span>
      {may("users.admin") && (
        <Button onClick={() => setOpen(true)} data-testid="acknowledge">
          {t("break_glass.acknowledge")}
        </Button>
      )}
      {open && <Acknowledge alarm={alarm} onClose={() => setOpen(false)} />}
    </section>
  );
}
