import { Button, IconButton } from "../../../kit/button.tsx";
import { useText } from "../../../kit/i18n/text.tsx";
import { useSession } from "../../api/session.ts";
import type { Alert, AlertAction } from "../../api/types.ts";

/** More than this many at once are asked about first; fewer are undone instead. */
export const BULK_CONFIRM = 20;

export type AskKind = "close" | "note" | "assign" | "reopen" | "escalate";

interface ActionButtonsProps {
  readonly alerts: readonly Alert[];
  readonly onAction: (action: AlertAction) => void;
  readonly onAsk: (kind: AskKind) => void;
  /** For one alert, and whoever may tune rules. */
  readonly onExcept?: () => void;
}

/** Every key has its button; what does not apply to the chosen rows is not offered. */
export function ActionButtons({ alerts, onAction, onAsk, onExcept }: ActionButtonsProps) {
  const t = useText();
  const { user } = useSession();
  const someNotMine = alerts.some((alert) => alert.status !== "closed" && alert.assignee?.id !== user.id);
  const someOpen = alerts.some((alert) => alert.status !== "closed");
  const someClosed = alerts.some((alert) => alert.status === "closed");
  const someOwned = alerts.some((alert) => alert.status !== "closed" && alert.assignee !== null);
  const someCalm = alerts.some((alert) => alert.status === "open" || alert.status === "taken");
  return (
    <div className="row wrap actions">
      {someNotMine && (
        <Button icon="person" hotkey="a" onClick={() => onAction({ action: "take" })} data-testid="action-take">
          {t("action.take")}
        </Button>
      )}
      {someOpen && (
        <Button icon="check" hotkey="c" onClick={() => onAsk("close")} data-testid="action-close">
          {t("action.close_alert")}
        </Button>
      )}
      {someCalm && (
        <Button
          icon="escalate"
          hotkey="e"
          onClick={() => onAction({ action: "escalate" })}
          data-testid="action-escalate"
        >
          {t("action.escalate")}
        </Button>
      )}
      {someOpen && (
        <Button kind="plain" onClick={() => onAsk("assign")} data-testid="action-assign">
          {t("action.assign")}
        </Button>
      )}
      {someOwned && (
        <Button kind="plain" onClick={() => onAction({ action: "release" })} data-testid="action-release">
          {t("action.release")}
        </Button>
      )}
      {someClosed && (
        <Button icon="undo" onClick={() => onAsk("reopen")} data-testid="action-reopen">
          {t("action.reopen")}
        </Button>
      )}
      {onExcept !== undefined && (
        <Button kind="plain" hotkey="p" onClick={onExcept} data-testid="action-exception">
          {t("exception.from_alert")}
        </Button>
      )}
      <IconButton icon="note" label={t("ask.note")} onClick={() => onAsk("note")} data-testid="action-note" />
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
