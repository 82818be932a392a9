import { type SubmitEvent, useState } from "react";
import { Button } from "../../../kit/button.tsx";
import { Dialog } from "../../../kit/dialog.tsx";
import { TextField } from "../../../kit/field.tsx";
import { useText } from "../../../kit/i18n/text.tsx";
import { SafeText } from "../../../kit/raw-text.tsx";
import type { Asset } from "../../api/asset-types.ts";
import { FaultView } from "../../fault-view.tsx";
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
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    change.mutate({ act, reason });
  };
  return (
    <Dialog title={t(`assets.${act}.title`)} onClose={onClose} testId="state-dialog">
      <form onSubmit={submit}>
        <div className="dialog-body stack">
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
          {change.isError && <FaultView error={change.error} />}
        </div>
        <div className="dialog-foot">
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button
            kind={act === "retire" ? "danger" : "primary"}
            type="submit"
            disabled={change.isPending || reason.trim() === ""}
            title={reason.trim() === "" ? t("assets.reason_needed") : undefined}
            data-testid="state-submit"
          >
            {t(`assets.${act}`)}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
