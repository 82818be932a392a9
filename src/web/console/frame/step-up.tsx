import { useMutation, useQuery } from "@tanstack/react-query";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { Button } from "../../kit/button.tsx";
import { Dialog } from "../../kit/dialog.tsx";
import { TextField } from "../../kit/field.tsx";
import { useText } from "../../kit/i18n/text.tsx";
import { Skeleton } from "../../kit/skeleton.tsx";
import { api, whenProofNeeded } from "../api/client.ts";
import { useSessionActions } from "../api/session.ts";
import type { FactorOverview, PasskeyRequest } from "../api/types.ts";
import { CodeField } from "../code-field.tsx";
import { FaultView } from "../fault-view.tsx";
import { askForPasskey, passkeysWorkHere } from "../passkeys.ts";

function useProof(onProven: () => void) {
  return useMutation({
    mutationFn: async (given: { password: string; code?: string } | "passkey") => {
      if (given !== "passkey") return api.post<void>("/session/proof", given);
      const options = await api.post<PasskeyRequest>("/session/proof/passkey-options", {});
      return api.post<void>("/session/proof", { passkey: await askForPasskey(options) });
    },
    onSuccess: onProven,
  });
}

function ProofForm({ has, onProven, onClose }: { has: FactorOverview; onProven: () => void; onClose: () => void }) {
  const t = useText();
  const { signOut } = useSessionActions();
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const prove = useProof(onProven);
  const byPasskey = has.passkeys.length > 0 && passkeysWorkHere();
  const needsCode = has.totp || has.passkeys.length > 0;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    prove.mutate(needsCode ? { password, code } : { password });
  };
  return (
    <form onSubmit={submit}>
      <div className="dialog-body stack">
        <p>{t("step_up.why")}</p>
        {has.password && (
          <TextField
            label={t("sign_in.password")}
            name="password"
            type="password"
            autoComplete="current-password"
            required
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
        )}
        {has.password && needsCode && <CodeField recovery={!has.totp} value={code} onChange={setCode} />}
        {!has.password && !byPasskey && <p>{t("step_up.sign_in_again")}</p>}
        {prove.isError && <FaultView error={prove.error} />}
      </div>
      <div className="dialog-foot">
        <Button onClick={onClose}>{t("action.cancel")}</Button>
        {byPasskey && (
          <Button
            kind={has.password ? undefined : "primary"}
            icon="key"
            onClick={() => prove.mutate("passkey")}
            data-testid="proof-passkey"
          >
            {t("step_up.passkey")}
          </Button>
        )}
        {has.password && (
          <Button kind="primary" type="submit" disabled={prove.isPending} data-testid="proof-submit">
            {t("step_up.go_on")}
          </Button>
        )}
        {!has.password && !byPasskey && (
          <Button kind="primary" onClick={() => void signOut()}>
            {t("action.sign_out")}
          </Button>
        )}
      </div>
    </form>
  );
}

/** Asks who is there when the server wants to know; what was asked for is then sent again by itself. */
export function StepUp() {
  const t = useText();
  const [open, setOpen] = useState(false);
  // Several requests may wait for one answer.
  const waiting = useRef<((proven: boolean) => void)[]>([]);
  useEffect(
    () =>
      whenProofNeeded(() => {
        setOpen(true);
        return new Promise<boolean>((resolve) => waiting.current.push(resolve));
      }),
    [],
  );
  const settle = (proven: boolean) => {
    setOpen(false);
    for (const resolve of waiting.current.splice(0)) resolve(proven);
  };
  const factors = useQuery({
    queryKey: ["factors"],
    queryFn: ({ signal }) => api.get<FactorOverview>("/session/factors", undefined, signal),
    enabled: open,
  });
  if (!open) return null;
  return (
    <Dialog title={t("step_up.title")} onClose={() => settle(false)} testId="step-up">
      {factors.isPending && <Skeleton />}
      {factors.isError && <FaultView error={factors.error} />}
      {factors.isSuccess && (
        <ProofForm has={factors.data} onProven={() => settle(true)} onClose={() => settle(false)} />
      )}
    </Dialog>
  );
}
