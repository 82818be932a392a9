import "./settings.css";
import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { Button } from "../../../kit/button.tsx";
import { SelectField, TextField } from "../../../kit/field.tsx";
import { type Language, useText } from "../../../kit/i18n/text.tsx";
import { SavedCheck } from "../../../kit/saved-check.tsx";
import { useToast } from "../../../kit/toast.tsx";
import { useSession, useSessionActions } from "../../api/session.ts";
import type { ProfileChange } from "../../api/types.ts";
import { FaultView } from "../../fault-view.tsx";
import { SETTINGS } from "../../frame/places.ts";
import { PageTabs } from "../../page-tabs.tsx";
import { PasswordForm } from "./password-form.tsx";
import { useRoleName } from "./role-words.ts";

const THEMES = ["system", "light", "dark"] as const;

function NameForm() {
  const t = useText();
  const { user } = useSession();
  const { changeProfile } = useSessionActions();
  const [name, setName] = useState(user.displayName);
  const save = useMutation({ mutationFn: () => changeProfile({ displayName: name }) });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <form onSubmit={submit} className="stack">
      <TextField
        label={t("user.display_name")}
        required
        maxLength={120}
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      {save.isError && <FaultView error={save.error} />}
      <div className="row">
        <Button type="submit" disabled={name.trim() === "" || name === user.displayName || save.isPending}>
          {t("action.save")}
        </Button>
        <span className="quiet small">{name === user.displayName ? t("form.saved") : t("form.unsaved")}</span>
      </div>
    </form>
  );
}

/** Choices take effect at once and follow the person to every device. */
function Choices() {
  const t = useText();
  const { user } = useSession();
  const { changeProfile } = useSessionActions();
  const change = useMutation({ mutationFn: (part: ProfileChange) => changeProfile(part) });
  return (
    <div className="stack">
      <SelectField
        label={t("profile.language")}
        value={user.language}
        onChange={(event) => change.mutate({ language: event.target.value as Language })}
      >
        <option value="vi">{t("language.vi")}</option>
        <option value="en">{t("language.en")}</option>
      </SelectField>
      <SelectField
        label={t("profile.theme")}
        value={user.theme}
        onChange={(event) => change.mutate({ theme: event.target.value as (typeof THEMES)[number] })}
      >
        {THEMES.map((theme) => (
          <option key={theme} value={theme}>
            {t(`theme.${theme}`)}
          </option>
        ))}
      </SelectField>
      <label className="check">
        <SavedCheck
          checked={user.shortcuts}
          save={(on) => change.mutateAsync({ shortcuts: on })}
          data-testid="shortcuts-switch"
        />
        <span>
          {t("profile.shortcuts")}
          <span className="quiet small">{t("profile.shortcuts.hint")}</span>
        </span>
      </label>
      {change.isError && <FaultView error={change.error} />}
    </div>
  );
}

export function Profile() {
  const t = useText();
  const { user, secondFactor } = useSession();
  const { signOut } = useSessionActions();
  const roleName = useRoleName();
  const toast = useToast();
  return (
    <>
      <PageTabs tabs={SETTINGS} label={t("place.settings")} />
      <div className="page-body settings" data-testid="profile">
        <h1>{t("place.profile")}</h1>
        <p className="quiet">
          {user.username} · <bdi>{roleName(user.role, user.roleName)}</bdi>
        </p>
        {!secondFactor.has && (
          <p className="notice factor-advice">
            <span>
              {t("factor.advice")} <Link to="/settings/security">{t("place.security")}</Link>
            </span>
          </p>
        )}
        <section>
          <h2>{t("profile.display")}</h2>
          <Choices />
        </section>
        <section>
          <h2>{t("profile.name")}</h2>
          <NameForm />
        </section>
        <section>
          <h2>{t("profile.password")}</h2>
          <PasswordForm onChanged={() => toast.show({ text: t("profile.password.changed") })} />
        </section>
        <section>
          <Button icon="out" onClick={() => void signOut()}>
            {t("action.sign_out")}
          </Button>
        </section>
      </div>
    </>
  );
}
