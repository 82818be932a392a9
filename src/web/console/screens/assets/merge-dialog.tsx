import { useState } from "react";
import { TextField } from "../../../kit/field.tsx";
import { useText } from "../../../kit/i18n/text.tsx";
import { SafeText } from "../../../kit/raw-text.tsx";
import type { Asset } from "../../api/asset-types.ts";
import { FormDialog } from "../../form-dialog.tsx";
import { type Picked, SystemPicker } from "./system-picker.tsx";
import { useMergeAsset } from "./use-assets.ts";

interface MergeDialogProps {
  readonly system: Asset;
  readonly onClose: () => void;
  readonly onMerged: (into: string) => void;
}

export function MergeDialog({ system, onClose, onMerged }: MergeDialogProps) {
  const t = useText();
  const [into, setInto] = useState<Picked>();
  const [reason, setReason] = useState("");
  const merge = useMergeAsset(system, onMerged);
  const submit = () => {
    if (into !== undefined) merge.mutate({ into: into.id, reason });
  };
  return (
    <FormDialog
      title={t("assets.merge.title")}
      onClose={onClose}
      testId="merge-dialog"
      onSubmit={submit}
      work={merge}
      submit={t("assets.merge")}
      submitTestId="merge-submit"
      blocked={into === undefined ? t("assets.merge.choose") : undefined}
    >
      <p>
        <strong>
          <SafeText text={system.name} />
        </strong>
      </p>
      <SystemPicker label={t("assets.merge.into")} value={into} except={system.id} onChange={setInto} />
      <p>{t("assets.merge.body", { n: system.identifiers.length })}</p>
      <TextField
        label={t("assets.reason")}
        hint={t("assets.reason_hint")}
        maxLength={500}
        value={reason}
        onChange={(event) => setReason(event.target.value)}
      />
    </FormDialog>
  );
}
