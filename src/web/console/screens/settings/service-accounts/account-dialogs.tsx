import { useMutation } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";
import { Button } from "../../../../kit/button.tsx";
import { Dialog } from "../../../../kit/dialog.tsx";
import { SelectField, TextArea, TextField } from "../../../../kit/field.tsx";
import { useFormat } from "../../../../kit/i18n/format.ts";
import { hasText, useText } from "../../../../kit/i18n/text.tsx";
import { api } from "../../../api/client.ts";
import { useSession } from "../../../api/session.ts";
import type { ServiceAccount, ServiceAccountList, ServiceAccountSecret } from "../../../api/types.ts";
import { FaultView } from "../../../fault-view.tsx";
import { useRoleName } from "../role-words.ts";
import { ToldOnce } from "../token-dialog.tsx";
import { pathOf, useAccountsChanged } from "./secret-dialogs.tsx";

const LIVES = [30, 90, 365] as const;
const ROTATIONS = [30, 90, 180, 365] as const;
/** Of the choice of an end. */
const KEPT = "keep";
const NEVER = "";

interface Wanted {
  readonly name: string;
  readonly description: string;
  readonly owner: string;
  readonly role: string;
  readonly life: string;
  readonly rotateAfterDays: number;
}

interface FieldsProps {
  readonly wanted: Wanted;
  readonly list: ServiceAccountList;
  /** Absent for an account that is not there yet. */
  readonly account?: ServiceAccount;
  readonly onChange: (change: Partial<Wanted>) => void;
}

/** The one an account has stands among the choices, also where one could not choose it. */
function withPresent<One extends { readonly id: string }>(choices: readonly One[], present: One | undefined) {
  return present === undefined || choices.some(({ id }) => id === present.id) ? choices : [present, ...choices];
}

function Fields({ wanted, list, account, onChange }: FieldsProps) {
  const t = useText();
  const format = useFormat();
  const roleName = useRoleName();
  const hint = `role.${wanted.role}.hint`;
  const roles = withPresent(list.roles, account && { id: account.role, name: account.roleName });
  const owners = withPresent(list.owners, account?.owner);
  const rotations: readonly number[] = ROTATIONS.some((days) => days === wanted.rotateAfterDays)
    ? ROTATIONS
    : [wanted.rotateAfterDays, ...ROTATIONS];
  return (
    <>
      <TextField
        label={t("services.name")}
        hint={t("services.name.hint")}
        name="name"
        required
        maxLength={80}
        value={wanted.name}
        onChange={(event) => onChange({ name: event.target.value })}
      />
      <TextArea
        label={t("services.description")}
        rows={2}
        maxLength={400}
        value={wanted.description}
        onChange={(event) => onChange({ description: event.target.value })}
      />
      <SelectField
        label={t("services.role")}
        hint={hasText(hint) ? t(hint) : t("services.role.hint")}
        name="role"
        value={wanted.role}
        onChange={(event) => onChange({ role: event.target.value })}
      >
        {roles.map(({ id, name }) => (
          <option key={id} value={id}>
            {roleName(id, name)}
          </option>
        ))}
      </SelectField>
      <SelectField
        label={t("services.owner")}
        hint={t("services.owner.hint")}
        value={wanted.owner}
        onChange={(event) => onChange({ owner: event.target.value })}
      >
        {owners.map(({ id, displayName }) => (
          <option key={id} value={id}>
            {displayName}
          </option>
        ))}
      </SelectField>
      <SelectField
        label={t("services.expires")}
        value={wanted.life}
        onChange={(event) => onChange({ life: event.target.value })}
      >
        {account?.expiresAt != null && (
          <option value={KEPT}>{t("services.expires.kept", { at: format.date(new Date(account.expiresAt)) })}</option>
        )}
        <option value={NEVER}>{t("tokens.no_expiry")}</option>
        {LIVES.map((days) => (
          <option key={days} value={days}>
            {t("tokens.after_days", { n: days })}
          </option>
        ))}
      </SelectField>
      <SelectField
        label={t("services.rotate_after")}
        hint={t("services.rotate_after.hint")}
        value={wanted.rotateAfterDays}
        onChange={(event) => onChange({ rotateAfterDays: Number(event.target.value) })}
      >
        {rotations.map((days) => (
          <option key={days} value={days}>
            {t("tokens.after_days", { n: days })}
          </option>
        ))}
      </SelectField>
    </>
  );
}

interface FormProps {
  readonly fields: ReactNode;
  readonly foot: ReactNode;
  readonly error: Error | null;
  readonly onSubmit: () => void;
}

function Form({ fields, foot, error, onSubmit }: FormProps) {
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit();
  };
  return (
    <form onSubmit={submit}>
      <div className="dialog-body stack">
        {fields}
        {error !== null && <FaultView error={error} />}
      </div>
      <div className="dialog-foot">{foot}</div>
    </form>
  );
}

export function NewAccount({ list, onClose }: { list: ServiceAccountList; onClose: () => void }) {
  const t = useText();
  const { user } = useSession();
  const changed = useAccountsChanged();
  const [wanted, setWanted] = useState<Wanted>({
    name: "",
    description: "",
    owner: list.owners.find(({ id }) => id === user.id)?.id ?? list.owners[0]?.id ?? "",
    role: list.roles[0]?.id ?? "",
    life: NEVER,
    rotateAfterDays: 90,
  });
  const create = useMutation({
    mutationFn: () => {
      const { life, ...rest } = wanted;
      return api.post<ServiceAccountSecret>("/service-accounts", {
        ...rest,
        ...(life === NEVER ? {} : { expiresInDays: Number(life) }),
      });
    },
    onSuccess: changed,
  });
  const made = create.data;
  const title = made === undefined ? t("services.new") : t("services.secret.title", { name: made.account.name });
  return (
    <Dialog title={title} onClose={onClose} testId="service-dialog">
      {made !== undefined ? (
        <ToldOnce secret={made.secret} onClose={onClose} />
      ) : list.roles.length === 0 ? (
        <div className="dialog-body stack">
          <p>{t("services.no_role")}</p>
        </div>
      ) : (
        <Form
          fields={<Fields wanted={wanted} list={list} onChange={(change) => setWanted({ ...wanted, ...change })} />}
          error={create.error}
          onSubmit={() => create.mutate()}
          foot={
            <>
              <Button onClick={onClose}>{t("action.cancel")}</Button>
              <Button kind="primary" type="submit" disabled={create.isPending} data-testid="service-save">
                {t("services.create")}
              </Button>
            </>
          }
        />
      )}
    </Dialog>
  );
}

interface EditAccountProps {
  readonly account: ServiceAccount;
  readonly list: ServiceAccountList;
  readonly onRetire: () => void;
  readonly onClose: () => void;
}

export function EditAccount({ account, list, onRetire, onClose }: EditAccountProps) {
  const t = useText();
  const changed = useAccountsChanged();
  const [disabled, setDisabled] = useState(account.state === "disabled");
  const [wanted, setWanted] = useState<Wanted>({
    name: account.name,
    description: account.description,
    owner: account.owner.id,
    role: account.role,
    life: account.expiresAt === null ? NEVER : KEPT,
    rotateAfterDays: account.rotateAfterDays,
  });
  const save = useMutation({
    mutationFn: () => {
      const { life, ...rest } = wanted;
      const end = life === KEPT ? {} : { expiresInDays: life === NEVER ? null : Number(life) };
      return api.patch<ServiceAccount>(pathOf(account), { ...rest, ...end, disabled });
    },
    onSuccess: async () => {
      await changed();
      onClose();
    },
  });
  return (
    <Dialog title={t("users.edit_name", { name: account.name })} onClose={onClose} testId="service-dialog">
      <Form
        fields={
          <>
            <Fields
              wanted={wanted}
              list={list}
              account={account}
              onChange={(change) => setWanted({ ...wanted, ...change })}
            />
            <label className="check">
              <input type="checkbox" checked={disabled} onChange={(event) => setDisabled(event.target.checked)} />
              <span>
                {t("services.disable")}
                <span className="quiet small">{t("services.disable.hint")}</span>
              </span>
            </label>
          </>
        }
        error={save.error}
        onSubmit={() => save.mutate()}
        foot={
          <>
            <Button kind="danger" onClick={onRetire} data-testid="service-retire">
              {t("services.retire")}
            </Button>
            <span className="grow" />
            <Button onClick={onClose}>{t("action.cancel")}</Button>
            <Button kind="primary" type="submit" disabled={save.isPending} data-testid="service-save">
              {t("action.save")}
            </Button>
          </>
        }
      />
    </Dialog>
  );
}
