import { useQueryClient } from "@tanstack/react-query";
import { Button } from "../../../kit/button.tsx";
import { useText } from "../../../kit/i18n/text.tsx";
import { useSession, useSessionActions } from "../../api/session.ts";
import { PasswordForm } from "../settings/password-form.tsx";
import { Door } from "./door.tsx";

/** Somebody else chose the password and knows it: nothing else opens before there is an own one. */
export function MustChangePassword() {
  const t = useText();
  const client = useQueryClient();
  const { version } = useSession();
  const { signOut } = useSessionActions();
  return (
    <Door title={t("first_password.title")} version={version}>
      <div className="stack" data-testid="must-change-password">
        <p>{t("first_password.body")}</p>
        <PasswordForm autoFocus onChanged={() => client.invalidateQueries({ queryKey: ["session"] })} />
        <Button icon="out" onClick={() => void signOut()} data-testid="sign-out">
          {t("action.sign_out")}
        </Button>
      </div>
    </Door>
  );
}
