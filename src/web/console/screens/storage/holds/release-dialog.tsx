import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Button } from "../../../../kit/button.tsx";
import { Dialog } from "../../../../kit/dialog.tsx";
import { useText } from "../../../../kit/i18n/text.tsx";
import { useToast } from "../../../../kit/toast.tsx";
import { api } from "../../../api/client.ts";
import type { Hold } from "../../../api/storage-types.ts";
import { FaultView } from "../../../fault-view.tsx";
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
  const submit = (event: FormEvent) => {
    event.preventDefault();
    release.mutate();
  };
  return (
    <Dialog title={t("holds.release.title", { name: hold.name })} onClose={onClose} testId="release-dialog">
      <form onSubmit={submit}>
        <div className="dialog-body stack">
          <p>{t("holds.release.body")}</p>
          <TextArea
            label={t("holds.release.reason")}
            name="reason"
            required
            maxLength={2000}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
          />
          {release.isError && <FaultView error={release.error} />}
        </div>
        <div className="dialog-foot">
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button
            kind="danger"
            type="submit"
            disabled={reason.trim() === "" || release.isPending}
            data-testid="release-do"
          >
            {t("holds.release")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
