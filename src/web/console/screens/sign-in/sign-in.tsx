import { useMutation, useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Button } from "../../../kit/button.tsx";
import { TextField } from "../../../kit/field.tsx";
import { useText } from "../../../kit/i18n/text.tsx";
import { api } from "../../api/client.ts";
import { useSessionActions } from "../../api/session.ts";
import type { Session, SetupState } from "../../api/types.ts";
import { FaultView } from "../../fault-view.tsx";
import { Door } from "./door.tsx";

export function SignIn() {
  const t = useText();
  const { enter } = useSessionActions();
  const [username, setUsername] = useState("");
  const [password, setPassword] = useState("");
  const setup = useQuery({
    queryKey: ["setup"],
    queryFn: ({ signal }) => api.get<SetupState>("/setup", undefined, signal),
  });
  const signIn = useMutation({
    mutationFn: () => api.post<Session>("/session", { username, password }),
    onSuccess: enter,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    signIn.mutate();
  };
  // Which of the two stands here is known in a moment; a form that vanishes under the hand is worse than none.
  if (setup.isPending) return <main className="door" />;
  if (setup.data?.needed) {
    return (
      <Door title={t("setup.needed.title")} version={setup.data.version}>
        <p>{t("setup.needed.body")}</p>
        <p className="quiet">{t("setup.needed.lost")}</p>
      </Door>
    );
  }
  return (
    <Door title={t("sign_in.title")} version={setup.data?.version}>
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
    </Door>
  );
}
