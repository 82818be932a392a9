import { type UseMutationResult, useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Button } from "../../../kit/button.tsx";
import { CopyButton } from "../../../kit/copy-button.tsx";
import { Dialog } from "../../../kit/dialog.tsx";
import { SelectField, TextField } from "../../../kit/field.tsx";
import { useText } from "../../../kit/i18n/text.tsx";
import { api } from "../../api/client.ts";
import type { Token, TokenCreated } from "../../api/types.ts";
import { FaultView } from "../../fault-view.tsx";

const SCOPES = ["ingest", "read", "backup"] as const satisfies readonly Token["scope"][];
const LIVES = [30, 90, 365] as const;

/** The only moment a secret exists outside the server's hash. */
export function ToldOnce({ secret, onClose }: { secret: string; onClose: () => void }) {
  const t = useText();
  return (
    <>
      <div className="dialog-body stack">
        <p>{t("tokens.secret.once")}</p>
        <div className="secret">
          <code data-testid="token-secret">{secret}</code>
          <CopyButton text={secret} />
        </div>
      </div>
      <div className="dialog-foot">
        <Button kind="primary" onClick={onClose} data-testid="token-done">
          {t("tokens.secret.done")}
        </Button>
      </div>
    </>
  );
}

type Create = UseMutationResult<TokenCreated, Error, void>;

function useTokenForm() {
  const client = useQueryClient();
  const [name, setName] = useState("");
  const [scope, setScope] = useState<(typeof SCOPES)[number]>("ingest");
  const [sensor, setSensor] = useState("");
  const [days, setDays] = useState("");
  const create = useMutation({
    mutationFn: () =>
      api.post<TokenCreated>("/tokens", {
        name,
        scope,
        ...(scope === "ingest" && sensor.trim() !== "" ? { sensor } : {}),
        ...(days === "" ? {} : { expiresInDays: Number(days) }),
      }),
    onSuccess: () => client.invalidateQueries({ queryKey: ["tokens"] }),
  });
  return { name, setName, scope, setScope, sensor, setSensor, days, setDays, create: create as Create };
}

function TokenForm({ form, onClose }: { form: ReturnType<typeof useTokenForm>; onClose: () => void }) {
  const t = useText();
  const { name, setName, scope, setScope, sensor, setSensor, days, setDays, create } = form;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate();
  };
  return (
    <form onSubmit={submit}>
      <div className="dialog-body stack">
        <TextField
          label={t("tokens.name")}
          hint={t("tokens.name.hint")}
          name="name"
          required
          maxLength={120}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <SelectField
          label={t("tokens.scope")}
          hint={t(`scope.${scope}.hint`)}
          value={scope}
          onChange={(event) => setScope(event.target.value as (typeof SCOPES)[number])}
        >
          {SCOPES.map((each) => (
            <option key={each} value={each}>
              {t(`scope.${each}`)}
            </option>
          ))}
        </SelectField>
        {scope === "ingest" && (
          <TextField
            label={t("tokens.sensor_optional")}
            hint={t("tokens.sensor.hint")}
            maxLength={120}
            value={sensor}
            onChange={(event) => setSensor(event.target.value)}
          />
        )}
        <SelectField label={t("tokens.expires")} value={days} onChange={(event) => setDays(event.target.value)}>
          <option value="">{t("tokens.no_expiry")}</option>
          {LIVES.map((life) => (
            <option key={life} value={life}>
              {t("tokens.after_days", { n: life })}
            </option>
          ))}
        </SelectField>
        {create.isError && <FaultView error={create.error} />}
      </div>
      <div className="dialog-foot">
        <Button onClick={onClose}>{t("action.cancel")}</Button>
        <Button kind="primary" type="submit" disabled={create.isPending} data-testid="token-save">
          {t("tokens.create")}
        </Button>
      </div>
    </form>
  );
}

export function NewToken({ onClose }: { onClose: () => void }) {
  const t = useText();
  const form = useTokenForm();
  const created = form.create.data;
  return (
    <Dialog
      title={created === undefined ? t("tokens.new") : t("tokens.secret.title")}
      onClose={onClose}
      testId="token-dialog"
    >
      {created === undefined ? (
        <TokenForm form={form} onClose={onClose} />
      ) : (
        <ToldOnce secret={created.secret} onClose={onClose} />
      )}
    </Dialog>
  );
}
