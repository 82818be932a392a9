import { atLeast, isSeverity } from "../../../../kernel/severity.ts";
import { type FormEvent, type KeyboardEvent, lazy, Suspense, useState } from "react";
import { Button } from "../../../kit/button.tsx";
import { Dialog } from "../../../kit/dialog.tsx";
import { useLanguage, useText } from "../../../kit/i18n/text.tsx";
import { SafeText } from "../../../kit/raw-text.tsx";
import type { Alert, AlertAction, CloseReason, TriagePolicy } from "../../api/types.ts";
import type { AskKind } from "./action-props.ts";
import { ruleTitle } from "./columns.tsx";
import { type DialogProps, Subject } from "./dialog-subject.tsx";
import { DuplicateDialog } from "./duplicate-dialog.tsx";
import { GroupingDialog } from "./grouping-dialog.tsx";
import { NoteField, NoteDialog } from "./note-dialog.tsx";
import { useUserNames } from "./filter-bar.tsx";
import { useTriagePolicy } from "./policy.ts";
import { SnoozeDialog } from "./snooze-dialog.tsx";
import { SplitDialog } from "./split-dialog.tsx";
import { TagDialog } from "./tag-dialog.tsx";

const EscalateDialog = lazy(async () => ({ default: (await import("../cases/escalate-dialog.tsx")).EscalateDialog }));

export type Asking =
  | { readonly kind: AskKind; readonly alerts: readonly Alert[] }
  | { readonly kind: "confirm"; readonly alerts: readonly Alert[]; readonly action: AlertAction };

const REASONS = ["true_positive", "false_positive", "benign", "duplicate"] as const satisfies readonly CloseReason[];

function proposes(policy: TriagePolicy | undefined, alert: Alert): boolean {
  return isSeverity(policy?.confirmFrom) && atLeast(alert.rule.level, policy.confirmFrom);
}

/** The reason is mandatory and one key away: 1–4 choose, Enter closes. */
function CloseDialog({ alerts, onClose, onDone }: DialogProps) {
  const t = useText();
  const [reason, setReason] = useState<CloseReason>();
  const [note, setNote] = useState("");
  const policy = useTriagePolicy().data;
  const least = reason === undefined ? 0 : (policy?.minimumText[reason] ?? 0);
  const missing = Math.max(0, least - [...note.trim()].length);
  const submit = (event?: FormEvent) => {
    event?.preventDefault();
    if (reason !== undefined && missing === 0)
      onDone({ action: "close", reason, ...(note.trim() === "" ? {} : { note }) });
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
          <NoteField value={note} onChange={setNote} required={least > 0} />
          {missing > 0 && <p className="quiet">{t("close.text_missing", { n: missing })}</p>}
          {reason === "false_positive" && alerts.some((alert) => proposes(policy, alert)) && (
            <p className="quiet" data-testid="close-proposes">
              {t("close.proposes")}
            </p>
          )}
        </div>
        <div className="dialog-foot">
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button
            kind="primary"
            type="submit"
            disabled={reason === undefined || missing > 0}
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

/** The oldest takes the others in; which one that is stands here before it happens. */
function MergeDialog({ alerts, onClose, onMerge }: DialogProps & { onMerge: () => void }) {
  const t = useText();
  const language = useLanguage();
  const oldest = alerts.toSorted((a, b) => Date.parse(a.createdAt) - Date.parse(b.createdAt))[0];
  return (
    <Dialog title={t("ask.merge")} onClose={onClose} testId="merge-dialog">
      <div className="dialog-body stack">
        <p>{t("ask.merge.about", { n: alerts.length })}</p>
        {oldest !== undefined && (
          <p>
            <strong>
              <SafeText text={ruleTitle(oldest.rule, language)} />
            </strong>{" "}
            · <SafeText text={oldest.entity.value} />
          </p>
        )}
      </div>
      <div className="dialog-foot">
        <Button onClick={onClose}>{t("action.cancel")}</Button>
        <Button kind="primary" onClick={onMerge} data-testid="merge-submit">
          {t("ask.merge.do")}
        </Button>
      </div>
    </Dialog>
  );
}

interface ActionDialogsProps {
  readonly asking: Asking;
  readonly onClose: () => void;
  readonly onAction: (alerts: readonly Alert[], action: AlertAction) => void;
  readonly onMerge: (alerts: readonly Pick<Alert, "id">[]) => void;
  readonly onSplit: (alert: Alert, part: { readonly kind: string; readonly value: string }) => void;
}

export function ActionDialogs({ asking, onClose, onAction, onMerge, onSplit }: ActionDialogsProps) {
  const props: DialogProps = {
    alerts: asking.alerts,
    onClose,
    onDone: (action) => {
      onClose();
      onAction(asking.alerts, action);
    },
  };
  if (asking.kind === "confirm") return <ConfirmDialog {...props} action={asking.action} />;
  if (asking.kind === "case")
    return (
      <Suspense>
        <EscalateDialog alerts={asking.alerts} onClose={onClose} />
      </Suspense>
    );
  if (asking.kind === "close") return <CloseDialog {...props} />;
  if (asking.kind === "assign") return <AssignDialog {...props} />;
  if (asking.kind === "snooze") return <SnoozeDialog {...props} />;
  if (asking.kind === "tag") return <TagDialog {...props} />;
  if (asking.kind === "duplicate" || asking.kind === "merge-into") {
    return (
      <DuplicateDialog
        kind={asking.kind}
        alerts={asking.alerts}
        onClose={onClose}
        onAction={onAction}
        onMerge={onMerge}
      />
    );
  }
  if (asking.kind === "merge") {
    return <MergeDialog {...props} onMerge={() => (onClose(), onMerge(asking.alerts))} />;
  }
  const [only] = asking.alerts;
  if (asking.kind === "split" || asking.kind === "grouping") {
    if (only === undefined) return null;
    return asking.kind === "split" ? (
      <SplitDialog alert={only} onClose={onClose} onSplit={(part) => (onClose(), onSplit(only, part))} />
    ) : (
      <GroupingDialog alert={only} onClose={onClose} />
    );
  }
  return <NoteDialog {...props} kind={asking.kind} />;
}
