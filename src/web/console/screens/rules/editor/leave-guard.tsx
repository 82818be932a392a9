import { useBlocker } from "@tanstack/react-router";
import { Button } from "../../../../kit/button.tsx";
import { Dialog } from "../../../../kit/dialog.tsx";
import { useText } from "../../../../kit/i18n/text.tsx";

/** Asks before unsaved work is left; closing the browser's tab asks in the browser's own words. */
export function LeaveGuard({ isDirty }: { isDirty: () => boolean }) {
  const t = useText();
  const blocker = useBlocker({
    shouldBlockFn: ({ current, next }) => isDirty() && current.pathname !== next.pathname,
    enableBeforeUnload: isDirty,
    withResolver: true,
  });
  if (blocker.status !== "blocked") return null;
  return (
    <Dialog title={t("editor.leave.title")} onClose={blocker.reset} testId="leave-dialog">
      <div className="dialog-body">
        <p>{t("editor.leave.body")}</p>
      </div>
      <div className="dialog-foot">
        <Button kind="danger" onClick={blocker.proceed} data-testid="leave-drop">
          {t("editor.leave.drop")}
        </Button>
        <Button kind="primary" onClick={blocker.reset} data-testid="leave-stay">
          {t("editor.leave.stay")}
        </Button>
      </div>
    </Dialog>
  );
}
