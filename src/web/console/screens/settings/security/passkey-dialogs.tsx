import { type FormEvent, useState } from "react";
import { Button } from "../../../../kit/button.tsx";
import { Dialog } from "../../../../kit/dialog.tsx";
import { TextField } from "../../../../kit/field.tsx";
import { useText } from "../../../../kit/i18n/text.tsx";
import type { FactorAdded, Passkey } from "../../../api/types.ts";
import { FaultView } from "../../../fault-view.tsx";
import { useAddPasskey, useRenamePasskey } from "./use-factors.ts";

interface NameDialogProps {
  readonly title: string;
  readonly lead?: string;
  readonly first: string;
  readonly act: string;
  readonly isPending: boolean;
  readonly error: Error | null;
  readonly onName: (name: string) => void;
  readonly onClose: () => void;
}

function NameDialog({ title, lead, first, act, isPending, error, onName, onClose }: NameDialogProps) {
  const t = useText();
  const [name, setName] = useState(first);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onName(name);
  };
  return (
    <Dialog title={title} onClose={onClose} testId="passkey-dialog">
      <form onSubmit={submit}>
        <div className="dialog-body stack">
          {lead !== undefined && <p>{lead}</p>}
          <TextField
            label={t("passkey.name")}
            hint={t("passkey.name.hint")}
            name="name"
            required
            maxLength={60}
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
          {error !== null && <FaultView error={error} />}
        </div>
        <div className="dialog-foot">
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button kind="primary" type="submit" disabled={isPending} data-testid="passkey-save">
            {act}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

export function NewPasskey({ onAdded, onClose }: { onAdded: (added: FactorAdded) => void; onClose: () => void }) {
  const t = useText();
  const add = useAddPasskey(onAdded);
  return (
    <NameDialog
      title={t("passkey.add")}
      lead={t("passkey.lead")}
      first=""
      act={t("passkey.add")}
      isPending={add.isPending}
      error={add.error}
      onName={(name) => add.mutate(name)}
      onClose={onClose}
    />
  );
}

export function RenamePasskey({ passkey, onClose }: { passkey: Passkey; onClose: () => void }) {
  const t = useText();
  const rename = useRenamePasskey(passkey, onClose);
  return (
    <NameDialog
      title={t("passkey.rename")}
      first={passkey.name}
      act={t("action.save")}
      isPending={rename.isPending}
      error={rename.error}
      onName={(name) => rename.mutate(name)}
      onClose={onClose}
    />
  );
}
