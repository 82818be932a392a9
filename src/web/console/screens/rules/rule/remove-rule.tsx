import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Button } from "../../../../kit/button.tsx";
import { Dialog } from "../../../../kit/dialog.tsx";
import { useText } from "../../../../kit/i18n/text.tsx";
import { useToast } from "../../../../kit/toast.tsx";
import { api } from "../../../api/client.ts";
import type { RuleSummary } from "../../../api/rule-types.ts";
import { FaultView } from "../../../fault-view.tsx";
import { ruleKey } from "../use-rule.ts";

/** Deleting is the one thing here that cannot be taken back, so it is asked. */
export function RemoveRuleDialog({ rule, onClose }: { rule: RuleSummary; onClose: () => void }) {
  const t = useText();
  const toast = useToast();
  const client = useQueryClient();
  const navigate = useNavigate();
  const remove = useMutation({
    mutationFn: () => api.remove(`/rules/own/${encodeURIComponent(rule.id)}`),
    onSuccess: async () => {
      onClose();
      await navigate({ to: "/rules", search: {} });
      client.removeQueries({ queryKey: ruleKey(rule.id) });
      await client.invalidateQueries({ queryKey: ["rules"] });
      toast.show({ text: t("rule.did.remove") });
    },
  });
  return (
    <Dialog title={t("rule.remove")} onClose={onClose} testId="remove-dialog">
      <div className="dialog-body stack">
        <p>{t("rule.remove.body", { title: rule.title })}</p>
        {remove.isError && <FaultView error={remove.error} />}
      </div>
      <div className="dialog-foot">
        <Button onClick={onClose}>{t("action.cancel")}</Button>
        <Button kind="danger" disabled={remove.isPending} onClick={() => remove.mutate()} data-testid="remove-submit">
          {t("rule.remove")}
        </Button>
      </div>
    </Dialog>
  );
}
