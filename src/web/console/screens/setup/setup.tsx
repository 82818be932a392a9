import { useMutation, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { Button } from "../../../kit/button.tsx";
import { TextField } from "../../../kit/field.tsx";
import { useLanguage, useText } from "../../../kit/i18n/text.tsx";
import { api } from "../../api/client.ts";
import { useSessionActions } from "../../api/session.ts";
import type { Session, SetupState } from "../../api/types.ts";
import { FaultView } from "../../fault-view.tsx";
import { isTooShort, NewPassword } from "../../new-password.tsx";
import { Door } from "../sign-in/door.tsx";
import { SampleOffer } from "./sample-offer.tsx";

function useSetupForm(onDone: () => void) {
  const language = useLanguage();
  const { enter } = useSessionActions();
  // The token stands behind # so that it never reaches a server's log.
  const [token] = useState(() => location.hash.slice(1));
  const [displayName, setDisplayName] = useState("");
  const [username, setUsername] = useState("");
  const [password, setPassword] = useState("");
  const create = useMutation({
    mutationFn: () => api.post<Session>("/setup", { token, username, displayName, password, language }),
    onSuccess: async (session) => {
      history.replaceState(history.state, "", location.pathname);
      await enter(session);
      onDone();
    },
  });
  return { token, displayName, setDisplayName, username, setUsername, password, setPassword, create };
}

function FirstAdmin({ onDone }: { onDone: () => void }) {
  const t = useText();
  const form = useSetupForm(onDone);
  const short = isTooShort(form.password);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!short) form.create.mutate();
  };
  if (form.token === "") return <p className="quiet">{t("setup.no_token")}</p>;
  return (
    <>
      <p className="quiet">{t("setup.intro")}</p>
      <form onSubmit={submit} className="large" data-testid="setup-form">
        <TextField
          label={t("user.display_name")}
          name="displayName"
          autoComplete="name"
          required
          maxLength={120}
          value={form.displayName}
          onChange={(event) => form.setDisplayName(event.target.value)}
        />
        <TextField
          label={t("sign_in.username")}
          hint={t("user.username.hint")}
          name="username"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          required
          pattern="[a-z0-9][a-z0-9._\-]+"
          maxLength={64}
          value={form.username}
          onChange={(event) => form.setUsername(event.target.value)}
        />
        <NewPassword
          label={t("sign_in.password")}
          hint={t("user.password.hint")}
          name="password"
          required
          value={form.password}
          onChange={form.setPassword}
        />
        {form.create.isError && <FaultView error={form.create.error} />}
        <Button
          kind="primary"
          className="large"
          type="submit"
          disabled={form.create.isPending}
          data-testid="setup-submit"
        >
          {t("setup.create")}
        </Button>
      </form>
    </>
  );
}

export function Setup() {
  const t = useText();
  const [created, setCreated] = useState(false);
  const state = useQuery({
    queryKey: ["setup"],
    queryFn: ({ signal }) => api.get<SetupState>("/setup", undefined, signal),
  });
  if (created) {
    return (
      <Door title={t("setup.ready.title")} version={state.data?.version}>
        <SampleOffer />
      </Door>
    );
  }
  if (state.data?.needed === false) {
    return (
      <Door title={t("setup.done.title")} version={state.data.version}>
        <p className="quiet">{t("setup.done.body")}</p>
        <p>
          <Link to="/watch" search={{}}>
            {t("setup.done.go")}
          </Link>
        </p>
      </Door>
    );
  }
  return (
    <Door title={t("setup.title")} version={state.data?.version}>
      <FirstAdmin onDone={() => setCreated(true)} />
    </Door>
  );
}
