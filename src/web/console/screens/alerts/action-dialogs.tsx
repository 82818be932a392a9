import { type FormEvent, type KeyboardEvent, useId, useState } from "react";
import { Button } from "../../../kit/button.tsx";
import { Dialog } from "../../../kit/dialog.tsx";
import { useLanguage, useText } from "../../../kit/i18n/text.tsx";
import { SafeText } from "../../../kit/raw-text.tsx";
import type { Alert, AlertAction, CloseReason } from "../../api/types.ts";
import type { AskKind } from "./action-bar.tsx";
import { ruleTitle } from "./columns.tsx";
import { useUserNames } from "./filter-bar.tsx";

export type Asking =
  | { readonly kind: AskKind; readonly alerts: readonly Alert[] }
  | { readonly kind: "confirm"; readonly alerts: readonly Alert[]; readonly action: AlertAction };

interface DialogProps {
  readonly alerts: readonly Alert[];
  readonly onClose: () => void;
  readonly onDone: (action: AlertAction) => void;
}

const REASONS = ["true_positive", "false_positive", "benign", "duplicate"] as const satisfies readonly CloseReason[];

function Subject({ alerts }: { alerts: readonly Alert[] }) {
  const t = useText();
  const language = useLanguage();
  const first = alerts[0];
  if (first === undefined) return null;
  return (
    <p className="quiet">
      {alerts.length === 1 ? (
        <SafeText text={ruleTitle(first.rule, language)} />
      ) : (
        t("queue.selected", { n: alerts.length })
      )}
    </p>
  );
}

function NoteField({
  value,
  onChange,
  required,
}: {
  value: string;
  onChange: (text: string) => void;
  required: boolean;
}) {
  const t = useText();
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{required ? t("note.label") : t("note.optional")}</label>
      <textarea
        id={id}
        className="input"
        maxLength={10_000}
        required={required}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        data-testid="note-text"
      />
    </div>
  );
}

/** The reason is mandatory and one key away: 1–4 choose, Enter closes. */
function CloseDialog({ alerts, onClose, onDone }: DialogProps) {
  const t = useText();
  const [reason, setReason] = useState<CloseReason>();
  const [note, setNote] = useState("");
  const submit = (event?: FormEvent) => {
    event?.preventDefault();
    if (reason !== undefined) onDone({ action: "close", reason, ...(note.trim() === "" ? {} : { note }) });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) submit();
    else if (!(event.target instanceof HTMLTextAreaElement)) {
      const picked = REASONS[Number(event.key) - 1];
      if (picked !== undefined) setReason(picked);
    }
  };
  return (
    <Dialog title={t("close.title")} onClose={onClose} testId="close-dialog">
      {/* Number keys choose among the radio buttons inside */}
      <form onSubmit={submit} onKeyDown={onKeyDown}>
        <div className="dialog-body stack">
          <Subject alerts={alerts} />
          <fieldset className="reasons">
            <legend className="visually-hidden">{t("close.reason")}</legend>
            {REASONS.map((each, index) => (
              <label key={each} className="reason" data-testid={`reason-${each}`}>
                <input type="radio" name="reason" required checked={reason === each} onChange={() => setReason(each)} />
                <kbd aria-hidden="true">{index + 1}</kbd>
                <span>
                  <strong>{t(`reason.${each}`)}</strong>
                  <span className="quiet">{t(`reason.${each}.hint`)}</span>
                </span>
              </label>
            ))}
          </fieldset>
          <NoteField value={note} onChange={setNote} required={false} />
        </div>
        <div className="dialog-foot">
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button
            kind="primary"
            type="submit"
            disabled={reason === undefined}
            title={reason === undefined ? t("close.need_reason") : undefined}
            data-testid="close-submit"
          >
            {t("action.close_alert")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function NoteDialog({ kind, alerts, onClose, onDone }: DialogProps & { kind: "note" | "reopen" | "escalate" }) {
  const t = useText();
  const [note, setNote] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (kind === "note") onDone({ action: "note", note });
    else onDone({ action: kind, ...(note.trim() === "" ? {} : { note }) });
  };
  return (
    <Dialog title={t(`ask.${kind}`)} onClose={onClose} testId={`${kind}-dialog`}>
      <form onSubmit={submit}>
        <div className="dialog-body stack">
          <Subject alerts={alerts} />
          <NoteField value={note} onChange={setNote} required={kind === "note"} />
        </div>
        <div className="dialog-foot">
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button kind="primary" type="submit" data-testid="note-submit">
            {t(`ask.${kind}.do`)}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function AssignDialog({ alerts, onClose, onDone }: DialogProps) {
  const t = useText();
  const names = useUserNames(true);
  return (
    <Dialog title={t("ask.assign")} onClose={onClose} testId="assign-dialog">
      <div className="dialog-body stack">
        <Subject alerts={alerts} />
        <ul className="people">
          {names.data?.items.map((user) => (
            <li key={user.id}>
              <Button
                kind="plain"
                icon="person"
                onClick={() => onDone({ action: "assign", assignee: user.id })}
                data-testid="assign-person"
              >
                <bdi>{user.displayName}</bdi>
              </Button>
            </li>
          ))}
        </ul>
      </div>
    </Dialog>
  );
}

function ConfirmDialog({ alerts, action, onClose, onDone }: DialogProps & { action: AlertAction }) {
  const t = useText();
  return (
    <Dialog title={t("confirm.title")} onClose={onClose} testId="confirm-dialog">
      <div className="dialog-body">
        <p>{t(`confirm.${action.action}`, { n: alerts.length })}</p>
      </div>
      <div className="dialog-foot">
        <Button onClick={onClose}>{t("action.cancel")}</Button>
        <Button kind="primary" onClick={() => onDone(action)} data-testid="confirm-submit">
          {t("confirm.do", { n: alerts.length })}
        </Button>
      </div>
    </Dialog>
  );
}

interface ActionDialogsProps {
  readonly asking: Asking;
  readonly onClose: () => void;
  readonly onAction: (alerts: readonly Alert[], action: AlertAction) => void;
}

export function ActionDialogs({ asking, onClose, onAction }: ActionDialogsProps) {
  const props: DialogProps = {
    alerts: asking.alerts,
    onClose,
    onDone: (action) => {
      onClose();
      onAction(asking.alerts, action);
    },
  };
  if (asking.kind === "confirm") return <ConfirmDialog {...props} action={asking.action} />;
  if (asking.kind === "close") return <CloseDialog {...props} />;
  if (asking.kind === "assign") return <AssignDialog {...props} />;
  return <NoteDialog {...props} kind={asking.kind} />;
}
