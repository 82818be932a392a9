import { Button, IconButton } from "../../../kit/button.tsx";
import { useText } from "../../../kit/i18n/text.tsx";
import { useMay, useSession } from "../../api/session.ts";
import { type ActionButtonsProps, isInQueue } from "./action-props.ts";
import { MoreActions } from "./more-actions.tsx";

/** What a second person has to say about a proposal. */
function ProposalButtons({ alerts, onAction, onAsk }: ActionButtonsProps) {
  const t = useText();
  const { user } = useSession();
  const proposed = alerts.filter((alert) => alert.proposedBy !== null);
  if (proposed.length === 0) return null;
  const own = proposed.every((alert) => alert.proposedBy?.id === user.id);
  const why = own ? t("fault.alerts.action.own_proposal") : undefined;
  return (
    <>
      <Button
        icon="check"
        disabled={own}
        title={why}
        onClick={() => onAction({ action: "confirm" })}
        data-testid="action-confirm"
      >
        {t("action.confirm_false")}
      </Button>
      <Button icon="undo" disabled={own} title={why} onClick={() => onAsk("reject")} data-testid="action-reject">
        {t("action.reject_false")}
      </Button>
    </>
  );
}

/** Every key has its button; what does not apply to the chosen rows is not offered. */
export function ActionButtons(props: ActionButtonsProps) {
  const { alerts, onAction, onAsk, onExcept } = props;
  const t = useText();
  const may = useMay();
  const { user } = useSession();
  const live = alerts.filter(isInQueue);
  const someNotMine = live.some((alert) => alert.assignee?.id !== user.id);
  const someClosed = alerts.some((alert) => alert.status === "closed");
  const someMerged = alerts.some((alert) => alert.status === "merged");
  const mayCase = may("cases.write");
  const someCalm = live.some((alert) => mayCase || alert.status !== "escalated");
  return (
    <div className="row wrap actions">
      {someNotMine && (
        <Button icon="person" hotkey="a" onClick={() => onAction({ action: "take" })} data-testid="action-take">
          {t("action.take")}
        </Button>
      )}
      {live.length > 0 && (
        <Button icon="check" hotkey="c" onClick={() => onAsk("close")} data-testid="action-close">
          {t("action.close_alert")}
        </Button>
      )}
      {someCalm && (
        <Button
          icon="escalate"
          hotkey="e"
          onClick={() => (mayCase ? onAsk("case") : onAction({ action: "escalate" }))}
          data-testid="action-escalate"
        >
          {t("action.escalate")}
        </Button>
      )}
      {live.length > 0 && (
        <Button icon="pause" hotkey="s" onClick={() => onAsk("snooze")} data-testid="action-snooze">
          {t("action.snooze")}
        </Button>
      )}
      <ProposalButtons {...props} />
      {someClosed && (
        <Button icon="undo" onClick={() => onAsk("reopen")} data-testid="action-reopen">
          {t("action.reopen")}
        </Button>
      )}
      {someMerged && (
        <Button icon="release" onClick={() => onAction({ action: "unmerge" })} data-testid="action-unmerge">
          {t("action.unmerge")}
        </Button>
      )}
      {onExcept !== undefined && (
        <Button kind="plain" hotkey="p" onClick={onExcept} data-testid="action-exception">
          {t("exception.from_alert")}
        </Button>
      )}
      <IconButton icon="note" label={t("ask.note")} onClick={() => onAsk("note")} data-testid="action-note" />
      <MoreActions {...props} mayTune={may("rules.write")} />
    </div>
  );
}

export function ActionBar({ alerts, onAction, onAsk, onClear }: ActionButtonsProps & { onClear: () => void }) {
  const t = useText();
  return (
    <section className="bulk-bar" aria-label={t("queue.bulk")} data-testid="bulk-bar">
      <strong>{t("queue.selected", { n: alerts.length })}</strong>
      <ActionButtons alerts={alerts} onAction={onAction} onAsk={onAsk} />
      <Button kind="plain" icon="close" onClick={onClear}>
        {t("queue.clear")}
      </Button>
    </section>
  );
}
