import { useState } from "react";
import { TextField } from "../../../kit/field.tsx";
import { useText } from "../../../kit/i18n/text.tsx";
import { SafeText } from "../../../kit/raw-text.tsx";
import type { Asset } from "../../api/asset-types.ts";
import { FormDialog } from "../../form-dialog.tsx";
import { useAssetState } from "./use-assets.ts";

interface StateDialogProps {
  readonly system: Asset;
  readonly act: "retire" | "restore";
  readonly onClose: () => void;
}

export function StateDialog({ system, act, onClose }: StateDialogProps) {
  const t = useText();
  const [reason, setReason] = useState("");
  const change = useAssetState(system, onClose);
  const submit = () => {
    change.mutate({ act, reason });
  };
  return (
    <FormDialog
      title={t(`assets.${act}.title`)}
      onClose={onClose}
      testId="state-dialog"
      onSubmit={submit}
      work={change}
      submit={t(`assets.${act}`)}
      submitTestId="state-submit"
      danger={act === "retire"}
      blocked={reason.trim() === "" ? t("assets.reason_needed") : undefined}
    >
      <p>
        <strong>
          <SafeText text={system.name} />
        </strong>
      </p>
      <p>{t(`assets.${act}.body`)}</p>
      <TextField
        label={t("assets.reason_needed")}
        required
        maxLength={500}
        value={reason}
        onChange={(event) => setReason(event.target.value)}
        data-testid="state-reason"
      />
    </FormDialog>
  );
}
