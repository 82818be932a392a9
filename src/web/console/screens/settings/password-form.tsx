import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Button } from "../../../kit/button.tsx";
import { TextField } from "../../../kit/field.tsx";
import { useText } from "../../../kit/i18n/text.tsx";
import { api } from "../../api/client.ts";
import { FaultView } from "../../fault-view.tsx";

const MIN_PASSWORD = 12;

interface PasswordFormProps {
  readonly onChanged: () => void | Promise<void>;
  readonly autoFocus?: boolean;
}

/** One's own password, changed by who knows the one there is. */
export function PasswordForm({ onChanged, autoFocus = false }: PasswordFormProps) {
  const t = useText();
  const [current, setCurrent] = useState("");
  const [next, setNext] = useState("");
  const save = useMutation({
    mutationFn: () => api.post<void>("/session/password", { current, next }),
    onSuccess: () => {
      setCurrent("");
      setNext("");
      return onChanged();
    },
  });
  const short = next !== "" && next.length < MIN_PASSWORD;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!short) save.mutate();
  };
  return (
    <form onSubmit={submit} className="stack">
      <TextField
        label={t("profile.password.current")}
        name="current"
        type="password"
        autoComplete="current-password"
        autoFocus={autoFocus}
        required
        value={current}
        onChange={(event) => setCurrent(event.target.value)}
      />
      <TextField
        label={t("profile.password.next")}
        hint={t("user.password.hint")}
        error={short ? t("user.password.short", { n: MIN_PASSWORD }) : undefined}
        name="next"
        type="password"
        autoComplete="new-password"
        required
        value={next}
        onChange={(event) => setNext(event.target.value)}
      />
      {save.isError && <FaultView error={save.error} />}
      <Button
        type="submit"
        data-testid="password-save"
        disabled={current === "" || next === "" || short || save.isPending}
      >
        {t("profile.password.change")}
      </Button>
    </form>
  );
}
