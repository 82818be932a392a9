import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Button } from "../../../kit/button.tsx";
import { useText } from "../../../kit/i18n/text.tsx";
import { api } from "../../api/client.ts";
import type { PasskeyRequest, PendingSignIn, Session } from "../../api/types.ts";
import { CodeField } from "../../code-field.tsx";
import { FaultView } from "../../fault-view.tsx";
import { askForPasskey, passkeysWorkHere } from "../../passkeys.ts";

interface SecondStepProps {
  readonly methods: PendingSignIn["methods"];
  readonly onEntered: (session: Session) => void | Promise<void>;
  readonly onBack: () => void;
}

/** After the password: a code of the app, a passkey, or one of the codes on paper. */
export function SecondStep({ methods, onEntered, onBack }: SecondStepProps) {
  const t = useText();
  const [code, setCode] = useState("");
  const [paper, setPaper] = useState(!methods.totp && !methods.passkey);
  const withCode = useMutation({
    mutationFn: () => api.post<Session>("/session/second-step", { code }),
    onSuccess: onEntered,
  });
  const withPasskey = useMutation({
    mutationFn: async () => {
      const options = await api.post<PasskeyRequest>("/session/passkey-options", { as: "second" });
      return api.post<Session>("/session/second-step", { passkey: await askForPasskey(options) });
    },
    onSuccess: onEntered,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    withCode.mutate();
  };
  const error = withCode.error ?? withPasskey.error;
  const byCode = methods.totp || paper;
  return (
    <form onSubmit={submit} className="large" data-testid="second-step">
      {byCode && <CodeField recovery={paper} value={code} onChange={setCode} />}
      {error !== null && <FaultView error={error} />}
      {byCode && (
        <Button kind="primary" className="large" type="submit" disabled={withCode.isPending} data-testid="code-submit">
          {t("action.sign_in")}
        </Button>
      )}
      {methods.passkey && passkeysWorkHere() && (
        <Button className="large" icon="key" onClick={() => withPasskey.mutate()} data-testid="passkey-second">
          {t("sign_in.passkey")}
        </Button>
      )}
      <div className="row wrap">
        {methods.recovery && (
          <Button kind="plain" onClick={() => setPaper(!paper)} data-testid="use-recovery">
            {t(paper ? "sign_in.use_app" : "sign_in.use_recovery")}
          </Button>
        )}
        <Button kind="plain" onClick={onBack}>
          {t("sign_in.back")}
        </Button>
      </div>
    </form>
  );
}
