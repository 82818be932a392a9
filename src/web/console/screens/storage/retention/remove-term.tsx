import { useMutation } from "@tanstack/react-query";
import { Button } from "../../../../kit/button.tsx";
import { Dialog } from "../../../../kit/dialog.tsx";
import { useText } from "../../../../kit/i18n/text.tsx";
import { useToast } from "../../../../kit/toast.tsx";
import { api } from "../../../api/client.ts";
import type { Term } from "../../../api/storage-types.ts";
import { FaultView } from "../../../fault-view.tsx";
import { useStorageChanged } from "../use-storage.ts";

export function RemoveTerm({ term, onClose }: { term: Term; onClose: () => void }) {
  const t = useText();
  const toast = useToast();
  const changed = useStorageChanged();
  const remove = useMutation({
    mutationFn: () => api.remove(`/retention/terms/${encodeURIComponent(term.id)}`),
    onSuccess: async () => {
      await changed();
      toast.show({ text: t("retention.removed", { name: term.name }) });
      onClose();
    },
  });
  return (
    <Dialog title={t("retention.term.remove", { name: term.name })} onClose={onClose} testId="term-remove-dialog">
      <div className="dialog-body stack">
        <p>{t("retention.remove.body")}</p>
        {term.binding && <p>{t("retention.remove.binding")}</p>}
        {remove.isError && <FaultView error={remove.error} />}
      </div>
      <div className="dialog-foot">
        <Button onClick={onClose}>{t("action.cancel")}</Button>
        <Button kind="danger" disabled={remove.isPending} onClick={() => remove.mutate()} data-testid="term-remove-do">
          {t("retention.remove")}
        </Button>
      </div>
    </Dialog>
  );
}
