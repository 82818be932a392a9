import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button } from "../../../kit/button.tsx";
import { Dialog } from "../../../kit/dialog.tsx";
import { useText } from "../../../kit/i18n/text.tsx";
import { Skeleton } from "../../../kit/skeleton.tsx";
import { api } from "../../api/client.ts";
import type { SessionList, UserEntry } from "../../api/types.ts";
import { FaultView } from "../../fault-view.tsx";
import { useFactorText } from "./factor-words.ts";
import { SessionTable } from "./security/session-table.tsx";

interface UserAccessProps {
  readonly user: UserEntry;
  readonly onClose: () => void;
}

/** Where a person is signed in and with what; ends sessions, and takes factors from who lost them. */
export function UserAccess({ user, onClose }: UserAccessProps) {
  const t = useText();
  const client = useQueryClient();
  const factorText = useFactorText();
  const path = `/users/${encodeURIComponent(user.id)}`;
  const sessions = useQuery({
    queryKey: ["users", user.id, "sessions"],
    queryFn: ({ signal }) => api.get<SessionList>(`${path}/sessions`, undefined, signal),
  });
  const remove = useMutation({
    mutationFn: (what: string) => api.remove(`${path}${what}`),
    onSuccess: () => client.invalidateQueries({ queryKey: ["users"] }),
  });
  const items = sessions.data?.items ?? [];
  const hasFactors = user.factors.totp || user.factors.passkeys > 0;
  return (
    <Dialog title={t("users.access.title", { name: user.displayName })} onClose={onClose} wide testId="user-access">
      <div className="dialog-body stack">
        <p>{factorText(user)}</p>
        {sessions.isPending && <Skeleton />}
        {sessions.isError && <FaultView error={sessions.error} onRetry={() => void sessions.refetch()} />}
        {sessions.isSuccess && items.length === 0 && <p className="quiet">{t("users.access.none")}</p>}
        {items.length > 0 && (
          <SessionTable
            sessions={items}
            busy={remove.isPending}
            onEnd={({ id }) => remove.mutate(`/sessions/${encodeURIComponent(id)}`)}
          />
        )}
        {remove.isError && <FaultView error={remove.error} />}
      </div>
      <div className="dialog-foot">
        <Button
          kind="danger"
          disabled={!hasFactors || remove.isPending}
          title={hasFactors ? t("users.reset_factors.hint") : t("factor.state.none")}
          onClick={() => remove.mutate("/factors")}
          data-testid="reset-factors"
        >
          {t("users.reset_factors")}
        </Button>
        <Button
          disabled={items.length === 0 || remove.isPending}
          onClick={() => remove.mutate("/sessions")}
          data-testid="end-sessions"
        >
          {t("users.end_sessions")}
        </Button>
        <Button kind="primary" onClick={onClose}>
          {t("action.close_window")}
        </Button>
      </div>
    </Dialog>
  );
}
