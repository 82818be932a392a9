import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Button } from "../../../kit/button.tsx";
import { TextField } from "../../../kit/field.tsx";
import { useText } from "../../../kit/i18n/text.tsx";
import { api } from "../../api/client.ts";
import { FaultView } from "../../fault-view.tsx";
import { isTooShort, NewPassword } from "../../new-password.tsx";

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
  const short = isTooShort(next);
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
      <NewPassword
        label={t("profile.password.next")}
        hint={t("user.password.hint")}
        name="next"
        required
        value={next}
        onChange={setNext}
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
