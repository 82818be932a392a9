import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useText } from "../../../../kit/i18n/text.tsx";
import { useToast } from "../../../../kit/toast.tsx";
import { api } from "../../../api/client.ts";
import type { Hold } from "../../../api/storage-types.ts";
import { FormDialog } from "../../../form-dialog.tsx";
import { TextArea } from "../text-area.tsx";
import { useStorageChanged } from "../use-storage.ts";

export function ReleaseDialog({ hold, onClose }: { hold: Hold; onClose: () => void }) {
  const t = useText();
  const toast = useToast();
  const changed = useStorageChanged();
  const [reason, setReason] = useState("");
  const release = useMutation({
    mutationFn: () => api.post(`/holds/${encodeURIComponent(hold.id)}/release`, { reason: reason.trim() }),
    onSuccess: async () => {
      await changed();
      toast.show({ text: t("holds.was_released", { name: hold.name }) });
      onClose();
    },
  });
  const submit = () => {
    release.mutate();
  };
  return (
    <FormDialog
      title={t("holds.release.title", { name: hold.name })}
      onClose={onClose}
      testId="release-dialog"
      onSubmit={submit}
      work={release}
      submit={t("holds.release")}
      submitTestId="release-do"
      danger
      blocked={reason.trim() === ""}
    >
      <p>{t("holds.release.body")}</p>
      <TextArea
        label={t("holds.release.reason")}
        name="reason"
        required
        maxLength={2000}
        value={reason}
        onChange={(event) => setReason(event.target.value)}
      />
    </FormDialog>
  );
}
