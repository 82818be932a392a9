import { type SubmitEvent, useState } from "react";
import { Button } from "../../../kit/button.tsx";
import { Dialog } from "../../../kit/dialog.tsx";
import { TextField } from "../../../kit/field.tsx";
import { useText } from "../../../kit/i18n/text.tsx";
import type { SeenItem } from "../../api/asset-types.ts";
import { FaultView } from "../../fault-view.tsx";
import { ChosenItems } from "./chosen-items.tsx";
import { useIgnore } from "./use-assets.ts";

interface IgnoreDialogProps {
  readonly items: readonly SeenItem[];
  readonly onClose: () => void;
  readonly onDone: () => void;
}

export function IgnoreDialog({ items, onClose, onDone }: IgnoreDialogProps) {
  const t = useText();
  const [reason, setReason] = useState("");
  const ignore = useIgnore(onDone);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    ignore.mutate({ items: items.map(({ kind, value }) => ({ kind, value })), reason });
  };
  return (
    <Dialog title={t("assets.seen.ignore.title", { n: items.length })} onClose={onClose} testId="ignore-dialog">
      <form onSubmit={submit}>
        <div className="dialog-body stack">
          <ChosenItems items={items} />
          <p>{t("assets.seen.ignore.body")}</p>
          <TextField
            label={t("assets.reason_needed")}
            required
            maxLength={500}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
            data-testid="ignore-reason"
          />
          {ignore.isError && <FaultView error={ignore.error} />}
        </div>
        <div className="dialog-foot">
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button
            kind="primary"
            type="submit"
            disabled={reason.trim() === "" || ignore.isPending}
            title={reason.trim() === "" ? t("assets.reason_needed") : undefined}
            data-testid="ignore-submit"
          >
            {t("assets.seen.ignore")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
