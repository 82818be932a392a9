import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";
import { Button } from "../../../../kit/button.tsx";
import { Dialog } from "../../../../kit/dialog.tsx";
import { SelectField } from "../../../../kit/field.tsx";
import { useText } from "../../../../kit/i18n/text.tsx";
import { api } from "../../../api/client.ts";
import type { ServiceAccount, ServiceAccountSecret, ServiceSecret } from "../../../api/types.ts";
import { FaultView } from "../../../fault-view.tsx";
import { ToldOnce } from "../token-dialog.tsx";

const GRACES = [24, 0, 1, 168] as const;

export const pathOf = (account: ServiceAccount) => `/service-accounts/${encodeURIComponent(account.id)}`;

export function useAccountsChanged() {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: ["service-accounts"] });
}

/** A new secret, and how long the one before it still opens. */
export function RotateSecret({ account, onClose }: { account: ServiceAccount; onClose: () => void }) {
  const t = useText();
  const [grace, setGrace] = useState<number>(account.secrets.length > 1 ? 0 : GRACES[0]);
  const changed = useAccountsChanged();
  const rotate = useMutation({
    mutationFn: () => api.post<ServiceAccountSecret>(`${pathOf(account)}/secrets`, { graceHours: grace }),
    onSuccess: changed,
  });
  if (rotate.data !== undefined) {
    return (
      <Dialog title={t("services.secret.title", { name: account.name })} onClose={onClose} testId="service-dialog">
        <ToldOnce secret={rotate.data.secret} onClose={onClose} />
      </Dialog>
    );
  }
  const submit = (event: FormEvent) => {
    event.preventDefault();
    rotate.mutate();
  };
  return (
    <Dialog title={t("services.rotate.title", { name: account.name })} onClose={onClose} testId="service-dialog">
      <form onSubmit={submit}>
        <div className="dialog-body stack">
          <p>{t("services.rotate.body")}</p>
          {account.secrets.length > 1 && <p className="notice">{t("services.rotate.in_grace")}</p>}
          <SelectField
            label={t("services.grace")}
            hint={t(grace === 0 ? "services.grace.none.hint" : "services.grace.hint")}
            value={grace}
            onChange={(event) => setGrace(Number(event.target.value))}
          >
            {GRACES.map((hours) => (
              <option key={hours} value={hours} disabled={hours > 0 && account.secrets.length > 1}>
                {t(`services.grace.${hours}`)}
              </option>
            ))}
          </SelectField>
          {rotate.isError && <FaultView error={rotate.error} />}
        </div>
        <div className="dialog-foot">
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button kind="primary" type="submit" disabled={rotate.isPending} data-testid="rotate-submit">
            {t("services.rotate")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

export function RevokeSecret(props: { account: ServiceAccount; secret: ServiceSecret; onClose: () => void }) {
  const { account, secret, onClose } = props;
  const t = useText();
  return (
    <Ending
      title={t("services.revoke.title", { hint: secret.hint })}
      path={`${pathOf(account)}/secrets/${encodeURIComponent(secret.id)}`}
      submit={t("tokens.revoke")}
      onClose={onClose}
    >
      {t("services.revoke.body", { name: account.name })}
    </Ending>
  );
}

export function RetireAccount({ account, onClose }: { account: ServiceAccount; onClose: () => void }) {
  const t = useText();
  return (
    <Ending
      title={t("services.retire.title", { name: account.name })}
      path={pathOf(account)}
      submit={t("services.retire")}
      onClose={onClose}
    >
      {t("services.retire.body")}
    </Ending>
  );
}

interface EndingProps {
  readonly title: string;
  readonly path: string;
  readonly submit: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

function Ending({ title, path, submit, onClose, children }: EndingProps) {
  const t = useText();
  const changed = useAccountsChanged();
  const end = useMutation({
    mutationFn: () => api.remove(path),
    onSuccess: async () => {
      await changed();
      onClose();
    },
  });
  return (
    <Dialog title={title} onClose={onClose} testId="service-ending">
      <div className="dialog-body stack">
        <p>{children}</p>
        {end.isError && <FaultView error={end.error} />}
      </div>
      <div className="dialog-foot">
        <Button onClick={onClose}>{t("action.cancel")}</Button>
        <Button kind="danger" disabled={end.isPending} onClick={() => end.mutate()} data-testid="service-end-submit">
          {submit}
        </Button>
      </div>
    </Dialog>
  );
}
