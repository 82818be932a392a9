import { Button } from "../../../kit/button.tsx";
import { Dialog } from "../../../kit/dialog.tsx";
import { useText } from "../../../kit/i18n/text.tsx";
import { Skeleton } from "../../../kit/skeleton.tsx";
import { FaultView } from "../../fault-view.tsx";
import { HistoryList } from "./history.tsx";
import { type Conflict, useNotebookHistory, type Writing } from "./use-notebook.ts";

/** The page was written in since it was read: what was written, and the choice. Nothing typed is lost either way. */
export function ConflictDialog({ id, conflict, writing }: { id: string; conflict: Conflict; writing: Writing }) {
  const t = useText();
  const history = useNotebookHistory(id);
  const since = (history.data?.items ?? []).filter(({ seq }) => seq > conflict.seen);
  return (
    <Dialog title={t("notebook.conflict.title")} onClose={writing.keepDraft} testId="notebook-conflict">
      <div className="dialog-body stack">
        <p>{t("notebook.conflict.body")}</p>
        {history.isPending && <Skeleton lines={3} />}
        {history.isError && <FaultView error={history.error} onRetry={() => void history.refetch()} />}
        {since.length > 0 && <HistoryList items={since} />}
      </div>
      <div className="dialog-foot">
        <Button onClick={writing.keepDraft} data-testid="conflict-look">
          {t("notebook.conflict.look")}
        </Button>
        <Button kind="primary" onClick={() => void writing.writeAnyway()} data-testid="conflict-write">
          {t("notebook.conflict.write")}
        </Button>
      </div>
    </Dialog>
  );
}
