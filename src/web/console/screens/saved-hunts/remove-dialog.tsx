import { Button } from "../../../kit/button.tsx";
import { Dialog } from "../../../kit/dialog.tsx";
import { useText } from "../../../kit/i18n/text.tsx";
import { SafeText } from "../../../kit/raw-text.tsx";
import type { SavedHunt } from "../../api/hunt-types.ts";
import { useRemoveHunt } from "./use-saved.ts";

interface RemoveDialogProps {
  readonly hunt: SavedHunt;
  readonly onClose: () => void;
  readonly onGone: () => void;
}

/** What is lost with it is said first: it cannot be brought back. */
export function RemoveDialog({ hunt, onClose, onGone }: RemoveDialogProps) {
  const t = useText();
  const remove = useRemoveHunt(onGone);
  return (
    <Dialog title={t("saved.remove.title")} onClose={onClose} testId="remove-hunt">
      <div className="dialog-body stack">
        <p>
          <strong>
            <SafeText text={hunt.name} />
          </strong>
        </p>
        <p>{t(hunt.schedule === null ? "saved.remove.body" : "saved.remove.body_scheduled")}</p>
      </div>
      <div className="dialog-foot">
        <Button onClick={onClose}>{t("action.cancel")}</Button>
        <Button
          kind="danger"
          disabled={remove.isPending}
          onClick={() => remove.mutate(hunt)}
          data-testid="remove-submit"
        >
          {t("saved.remove")}
        </Button>
      </div>
    </Dialog>
  );
}
