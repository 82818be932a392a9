import { type FormEvent, useEffect, useId, useRef, useState } from "react";
import { Button } from "../../kit/button.tsx";
import { Dialog } from "../../kit/dialog.tsx";
import { useText } from "../../kit/i18n/text.tsx";
import { whenReasonNeeded } from "../api/client.ts";

/** Asks why when the server says that another person has to agree; the request is then sent again with the reason. */
export function ReasonAsk() {
  const t = useText();
  const id = useId();
  const [kind, setKind] = useState<string>();
  const [reason, setReason] = useState("");
  const answer = useRef<(reason: string | undefined) => void>(() => undefined);
  useEffect(
    () =>
      whenReasonNeeded((asked) => {
        setKind(asked);
        setReason("");
        return new Promise((resolve) => {
          answer.current = resolve;
        });
      }),
    [],
  );
  const settle = (given: string | undefined) => {
    setKind(undefined);
    answer.current(given);
  };
  if (kind === undefined) return null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    settle(reason.trim());
  };
  return (
    <Dialog title={t("approvals.ask.title")} onClose={() => settle(undefined)} testId="reason-ask">
      <form onSubmit={submit}>
        <div className="dialog-body stack">
          <p>{t("approvals.ask.body", { what: t(`approvals.kind.${kind}`) })}</p>
          <div className="field">
            <label htmlFor={id}>{t("approvals.ask.reason")}</label>
            <textarea
              id={id}
              className="input"
              name="approval-reason"
              required
              maxLength={300}
              value={reason}
              onChange={(event) => setReason(event.target.value)}
            />
          </div>
        </div>
        <div className="dialog-foot">
          <Button onClick={() => settle(undefined)}>{t("action.cancel")}</Button>
          <Button kind="primary" type="submit" disabled={reason.trim() === ""} data-testid="reason-send">
            {t("approvals.ask.send")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
