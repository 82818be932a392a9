import { useQuery } from "@tanstack/react-query";
import { Button } from "../../../../kit/button.tsx";
import { Dialog } from "../../../../kit/dialog.tsx";
import { useText } from "../../../../kit/i18n/text.tsx";
import { Skeleton } from "../../../../kit/skeleton.tsx";
import { api } from "../../../api/client.ts";
import type { RuleDetail } from "../../../api/rule-types.ts";
import { FaultView } from "../../../fault-view.tsx";
import { RuleDiff } from "../rule-diff.tsx";

interface ConflictDialogProps {
  readonly id: string;
  readonly mine: string;
  readonly onClose: () => void;
  /** Save mine over theirs, knowing it. */
  readonly onKeepMine: (theirVersion: string) => void;
  readonly onTakeTheirs: (detail: RuleDetail) => void;
}

/** Somebody else saved meanwhile: both texts, line by line, and the choice. */
export function ConflictDialog({ id, mine, onClose, onKeepMine, onTakeTheirs }: ConflictDialogProps) {
  const t = useText();
  const theirs = useQuery({
    queryKey: ["rules", "conflict", id],
    queryFn: ({ signal }) => api.get<RuleDetail>(`/rules/${encodeURIComponent(id)}`, undefined, signal),
    gcTime: 0,
    staleTime: 0,
  });
  return (
    <Dialog title={t("editor.conflict.title")} onClose={onClose} wide testId="conflict-dialog">
      <div className="dialog-body stack">
        <p>{t("editor.conflict.body")}</p>
        {theirs.isPending && <Skeleton />}
        {theirs.isError && <FaultView error={theirs.error} onRetry={() => void theirs.refetch()} />}
        {theirs.data !== undefined && (
          <RuleDiff
            before={theirs.data.text}
            after={mine}
            names={{ before: t("editor.conflict.theirs"), after: t("editor.conflict.mine") }}
          />
        )}
      </div>
      <div className="dialog-foot">
        <Button onClick={onClose}>{t("action.cancel")}</Button>
        <Button
          disabled={theirs.data === undefined}
          onClick={() => theirs.data !== undefined && onTakeTheirs(theirs.data)}
          data-testid="conflict-theirs"
        >
          {t("editor.conflict.take_theirs")}
        </Button>
        <Button
          kind="primary"
          disabled={theirs.data === undefined}
          onClick={() => theirs.data !== undefined && onKeepMine(theirs.data.version)}
          data-testid="conflict-mine"
        >
          {t("editor.conflict.keep_mine")}
        </Button>
      </div>
    </Dialog>
  );
}
