import { useState } from "react";
import { TextField } from "../../../kit/field.tsx";
import { useText } from "../../../kit/i18n/text.tsx";
import type { SeenItem } from "../../api/asset-types.ts";
import { FormDialog } from "../../form-dialog.tsx";
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
  const submit = () => {
    ignore.mutate({ items: items.map(({ kind, value }) => ({ kind, value })), reason });
  };
  return (
    <FormDialog
      title={t("assets.seen.ignore.title", { n: items.length })}
      onClose={onClose}
      testId="ignore-dialog"
      onSubmit={submit}
      work={ignore}
      submit={t("assets.seen.ignore")}
      submitTestId="ignore-submit"
      blocked={reason.trim() === "" ? t("assets.reason_needed") : undefined}
    >
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
    </FormDialog>
  );
}
