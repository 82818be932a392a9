import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "../../../../kit/button.tsx";
import { CopyButton } from "../../../../kit/copy-button.tsx";
import { Dialog } from "../../../../kit/dialog.tsx";
import { useText } from "../../../../kit/i18n/text.tsx";
import { SafeText } from "../../../../kit/raw-text.tsx";
import { Skeleton } from "../../../../kit/skeleton.tsx";
import { When } from "../../../../kit/when.tsx";
import type { BreakGlassSealed, BreakGlassState } from "../../../api/break-glass-types.ts";
import { api } from "../../../api/client.ts";
import { FaultView } from "../../../fault-view.tsx";

const KEY = ["break-glass"] as const;

/** The only moment the credential exists in clear. */
function Sealed({ sealed, onClose }: { sealed: BreakGlassSealed; onClose: () => void }) {
  const t = useText();
  return (
    <Dialog title={t("break_glass.sealed.title")} onClose={onClose} testId="sealed-dialog">
      <div className="dialog-body stack">
        <p>{t("break_glass.sealed.body")}</p>
        <div className="secret">
          <code data-testid="break-glass-credential">{sealed.credential}</code>
          <CopyButton text={sealed.credential} />
        </div>
        <p className="quiet">{t("break_glass.sealed.name", { name: sealed.username })}</p>
      </div>
      <div className="dialog-foot">
        <Button icon="print" onClick={() => window.print()}>
          {t("break_glass.print")}
        </Button>
        <Button kind="primary" onClick={onClose} data-testid="sealed-done">
          {t("recovery.done")}
        </Button>
      </div>
    </Dialog>
  );
}

function Facts({ state }: { state: BreakGlassState }) {
  const t = useText();
  return (
    <>
      <p className={state.state === "used" ? "bad-text" : undefined} data-testid="break-glass-state">
        {t(`break_glass.state.${state.state}`)}
        {state.state === "sealed" && state.sealedAt !== null && (
          <>
            {" · "}
            <bdi>{state.sealedBy}</bdi> · <When at={state.sealedAt} as="exact" />
          </>
        )}
      </p>
      {state.alarms.length > 0 && (
        <ol className="history">
          {state.alarms.map((alarm) => (
            <li key={alarm.id}>
              {t("break_glass.alarm.from", { peer: alarm.peer })} · <When at={alarm.raisedAt} as="exact" />
              {alarm.reason !== null && (
                <blockquote>
                  <bdi>{alarm.acknowledgedBy}</bdi>: <SafeText text={alarm.reason} />
                </blockquote>
              )}
            </li>
          ))}
        </ol>
      )}
    </>
  );
}

export function BreakGlassSection() {
  const t = useText();
  const client = useQueryClient();
  const [sealed, setSealed] = useState<BreakGlassSealed>();
  const state = useQuery({
    queryKey: [...KEY, "state"],
    queryFn: ({ signal }) => api.get<BreakGlassState>("/break-glass", undefined, signal),
  });
  const again = () => client.invalidateQueries({ queryKey: KEY });
  const seal = useMutation({
    mutationFn: () => api.post<BreakGlassSealed>("/break-glass/seal", {}),
    onSuccess: async (made) => {
      setSealed(made);
      await again();
    },
  });
  const remove = useMutation({ mutationFn: () => api.remove("/break-glass"), onSuccess: again });
  const error = seal.error ?? remove.error;
  const exists = state.isSuccess && state.data.state !== "none";
  return (
    <section data-testid="break-glass">
      <h2>{t("break_glass.title")}</h2>
      <p className="quiet">{t("break_glass.lead")}</p>
      {state.isPending && <Skeleton />}
      {state.isError && <FaultView error={state.error} onRetry={() => void state.refetch()} />}
      {state.isSuccess && <Facts state={state.data} />}
      {error !== null && <FaultView error={error} />}
      <div className="row factor-row">
        <Button onClick={() => seal.mutate()} disabled={seal.isPending} data-testid="break-glass-seal">
          {t(exists ? "break_glass.seal_again" : "break_glass.seal")}
        </Button>
        {exists && (
          <Button kind="plain" onClick={() => remove.mutate()} disabled={remove.isPending}>
            {t("break_glass.remove")}
          </Button>
        )}
      </div>
      {sealed !== undefined && <Sealed sealed={sealed} onClose={() => setSealed(undefined)} />}
    </section>
  );
}
