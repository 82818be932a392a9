import { Button } from "../../../kit/button.tsx";
import { Dialog } from "../../../kit/dialog.tsx";
import { useText } from "../../../kit/i18n/text.tsx";
import { When } from "../../../kit/when.tsx";
import { Subject } from "./dialog-subject.tsx";
import type { Conflict } from "./actions.ts";

interface ConflictDialogProps {
  readonly conflict: Conflict;
  readonly onClose: () => void;
  readonly onAgain: () => void;
}

/** Who did what meanwhile; nothing was overwritten, and the person decides. */
export function ConflictDialog({ conflict, onClose, onAgain }: ConflictDialogProps) {
  const t = useText();
  const wanted = t(`keys.verb.${conflict.action.action}`);
  return (
    <Dialog title={t("conflict.title")} onClose={onClose} testId="conflict-dialog">
      <div className="dialog-body stack">
        <Subject alerts={conflict.alerts} />
        <ul className="bullets">
          {conflict.refused.slice(0, 10).map(
            ({ id, meanwhile }) =>
              meanwhile !== undefined && (
                <li key={id}>
                  <bdi>
                    <strong>{meanwhile.actor.name}</strong>
                  </bdi>{" "}
                  {t(`history.${meanwhile.action}`, { to: "…", until: "…", tags: "…", what: "…" })}{" "}
                  <span className="quiet">
                    <When at={meanwhile.at} as="both" />
                  </span>
                </li>
              ),
          )}
        </ul>
        <p>{t("conflict.about", { what: wanted })}</p>
      </div>
      <div className="dialog-foot">
        <Button onClick={onAgain} data-testid="conflict-again">
          {t("conflict.again", { what: wanted })}
        </Button>
        <Button kind="primary" onClick={onClose} data-testid="conflict-theirs">
          {t("conflict.theirs")}
        </Button>
      </div>
    </Dialog>
  );
}
