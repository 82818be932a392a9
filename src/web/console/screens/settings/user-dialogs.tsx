import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Button } from "../../../kit/button.tsx";
import { Dialog } from "../../../kit/dialog.tsx";
import { SelectField, TextField } from "../../../kit/field.tsx";
import { hasText, useLanguage, useText } from "../../../kit/i18n/text.tsx";
import { api } from "../../api/client.ts";
import type { SetupState, User } from "../../api/types.ts";
import { FaultView } from "../../fault-view.tsx";
import { isTooShort, NewPassword } from "../../new-password.tsx";
import { useRoleName } from "./role-words.ts";
import { useRoles } from "./roles/use-roles.ts";

interface RoleFieldProps {
  readonly value: string;
  readonly onChange: (role: string) => void;
  readonly disabled?: boolean;
}

function RoleField({ value, onChange, disabled }: RoleFieldProps) {
  const t = useText();
  const roleName = useRoleName();
  const roles = useRoles().data?.items ?? [];
  const hint = `role.${value}.hint`;
  const note = roles.find(({ id }) => id === value)?.note;
  return (
    <SelectField
      label={t("user.role")}
      hint={hasText(hint) ? t(hint) : note}
      value={value}
      disabled={disabled}
      onChange={(event) => onChange(event.target.value)}
    >
      {roles.map(({ id, name }) => (
        <option key={id} value={id}>
          {roleName(id, name)}
        </option>
      ))}
    </SelectField>
  );
}

function useSaved(onClose: () => void) {
  const client = useQueryClient();
  return async () => {
    await client.invalidateQueries({ queryKey: ["users"] });
    await client.invalidateQueries({ queryKey: ["user-names"] });
    onClose();
  };
}

/** Whether people may do without a password here. */
export function useHasOidc(): boolean {
  const setup = useQuery({
    queryKey: ["setup"],
    queryFn: ({ signal }) => api.get<SetupState>("/setup", undefined, signal),
  });
  return setup.data?.oidc != null;
}

export function NewUser({ onClose }: { onClose: () => void }) {
  const t = useText();
  const language = useLanguage();
  const oidc = useHasOidc();
  const [displayName, setDisplayName] = useState("");
  const [username, setUsername] = useState("");
  const [password, setPassword] = useState("");
  const [role, setRole] = useState("analyst");
  const create = useMutation({
    mutationFn: () =>
      api.post<User>("/users", {
        displayName,
        username,
        role,
        language,
        ...(password === "" ? {} : { password }),
      }),
    onSuccess: useSaved(onClose),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate();
  };
  const short = isTooShort(password);
  return (
    <Dialog title={t("users.new")} onClose={onClose} testId="user-dialog">
      <form onSubmit={submit}>
        <div className="dialog-body stack">
          <TextField
            label={t("user.display_name")}
            name="displayName"
            required
            maxLength={120}
            value={displayName}
            onChange={(event) => setDisplayName(event.target.value)}
          />
          <TextField
            label={t("sign_in.username")}
            hint={t("user.username.hint")}
            name="username"
            autoCapitalize="none"
            autoComplete="off"
            spellCheck={false}
            required
            pattern="[a-z0-9][a-z0-9._\-]+"
            maxLength={64}
            value={username}
            onChange={(event) => setUsername(event.target.value)}
          />
          <RoleField value={role} onChange={setRole} />
          <NewPassword
            label={t("users.first_password")}
            hint={t(oidc ? "users.first_password.oidc" : "users.first_password.hint")}
            name="password"
            required={!oidc}
            value={password}
            onChange={setPassword}
          />
          {create.isError && <FaultView error={create.error} />}
        </div>
        <div className="dialog-foot">
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button kind="primary" type="submit" disabled={short || create.isPending} data-testid="user-save">
            {t("users.create")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

export function EditUser({ user, isMe, onClose }: { user: User; isMe: boolean; onClose: () => void }) {
  const t = useText();
  const [displayName, setDisplayName] = useState(user.displayName);
  const [role, setRole] = useState(user.role);
  const [disabled, setDisabled] = useState(user.disabled);
  const [password, setPassword] = useState("");
  const save = useMutation({
    mutationFn: () =>
      api.patch<User>(`/users/${encodeURIComponent(user.id)}`, {
        ...(displayName === user.displayName ? {} : { displayName }),
        ...(role === user.role ? {} : { role }),
        ...(disabled === user.disabled ? {} : { disabled }),
        ...(password === "" ? {} : { password }),
      }),
    onSuccess: useSaved(onClose),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  const short = isTooShort(password);
  return (
    <Dialog title={t("users.edit_name", { name: user.displayName })} onClose={onClose} testId="user-dialog">
      <form onSubmit={submit}>
        <div className="dialog-body stack">
          <TextField
            label={t("user.display_name")}
            required
            maxLength={120}
            value={displayName}
            onChange={(event) => setDisplayName(event.target.value)}
          />
          <RoleField value={role} onChange={setRole} disabled={isMe} />
          {isMe ? (
            <p className="quiet small">{t("users.not_yourself")}</p>
          ) : (
            <label className="check">
              <input type="checkbox" checked={disabled} onChange={(event) => setDisabled(event.target.checked)} />
              <span>
                {t("users.disable")}
                <span className="quiet small">{t("users.disable.hint")}</span>
              </span>
            </label>
          )}
          <NewPassword
            label={t("users.reset_password")}
            hint={t("users.reset_password.hint")}
            name="password"
            value={password}
            onChange={setPassword}
          />
          {save.isError && <FaultView error={save.error} />}
        </div>
        <div className="dialog-foot">
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button kind="primary" type="submit" disabled={short || save.isPending} data-testid="user-save">
            {t("action.save")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
