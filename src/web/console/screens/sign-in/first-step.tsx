import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Button } from "../../../kit/button.tsx";
import { TextField } from "../../../kit/field.tsx";
import { useText } from "../../../kit/i18n/text.tsx";
import { api } from "../../api/client.ts";
import { useSessionActions } from "../../api/session.ts";
import type { PasskeyRequest, PendingSignIn, Session, SetupState } from "../../api/types.ts";
import { FaultView } from "../../fault-view.tsx";
import { OidcButton } from "./oidc-button.tsx";
import { askForPasskey, passkeysWorkHere } from "../../passkeys.ts";

function PasskeyButton() {
  const t = useText();
  const { enter } = useSessionActions();
  const signIn = useMutation({
    mutationFn: async () => {
      const options = await api.post<PasskeyRequest>("/session/passkey-options", { as: "first" });
      return api.post<Session>("/session/passkey", { passkey: await askForPasskey(options) });
    },
    onSuccess: enter,
  });
  return (
    <>
      <Button
        className="large"
        icon="key"
        disabled={signIn.isPending}
        onClick={() => signIn.mutate()}
        data-testid="passkey-sign-in"
      >
        {t("sign_in.passkey")}
      </Button>
      {signIn.isError && <FaultView error={signIn.error} />}
    </>
  );
}

function PasswordForm({ onOwed }: { onOwed: (owed: PendingSignIn) => void }) {
  const t = useText();
  const { enter } = useSessionActions();
  const [username, setUsername] = useState("");
  const [password, setPassword] = useState("");
  const signIn = useMutation({
    mutationFn: () => api.post<Session | PendingSignIn>("/session", { username, password }),
    onSuccess: (answer) => ("next" in answer ? onOwed(answer) : enter(answer)),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    signIn.mutate();
  };
  return (
    <form onSubmit={submit} className="large" data-testid="sign-in">
      <TextField
        label={t("sign_in.username")}
        name="username"
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        required
        value={username}
        onChange={(event) => setUsername(event.target.value)}
      />
      <TextField
        label={t("sign_in.password")}
        name="password"
        type="password"
        autoComplete="current-password"
        required
        value={password}
        onChange={(event) => setPassword(event.target.value)}
      />
      {signIn.isError && <FaultView error={signIn.error} />}
      <Button kind="primary" className="large" type="submit" disabled={signIn.isPending} data-testid="sign-in-submit">
        {t("action.sign_in")}
      </Button>
    </form>
  );
}

interface FirstStepProps {
  readonly setup: SetupState | undefined;
  readonly onOwed: (owed: PendingSignIn) => void;
}

/** Name and password, or what stands for both: a passkey, the organisation's own sign-in. */
export function FirstStep({ setup, onOwed }: FirstStepProps) {
  const t = useText();
  const oidc = setup?.oidc ?? undefined;
  // Where passwords are for emergencies, their form is not what everybody meets first.
  const [emergency, setEmergency] = useState(false);
  const withForm = setup?.passwords !== "break-glass" || emergency;
  return (
    <>
      {withForm && <PasswordForm onOwed={onOwed} />}
      {(oidc !== undefined || passkeysWorkHere()) && (
        <div className={withForm ? "other-ways" : "other-ways alone"}>
          {oidc !== undefined && <OidcButton label={oidc.label} isMain={!withForm} />}
          {passkeysWorkHere() && <PasskeyButton />}
        </div>
      )}
      {!withForm && (
        <Button kind="plain" onClick={() => setEmergency(true)} data-testid="emergency">
          {t("sign_in.emergency")}
        </Button>
      )}
    </>
  );
}
