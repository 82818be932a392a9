import { Button } from "../../../../kit/button.tsx";
import { useText } from "../../../../kit/i18n/text.tsx";
import { useMay } from "../../../api/session.ts";
import { useRule, useRuleChange } from "../use-rule.ts";

/** After a back-test: the rule of the library is off, and one button away from watching. */
export function TurnOn({ ruleId }: { ruleId: string }) {
  const t = useText();
  const may = useMay();
  const detail = useRule(ruleId);
  const change = useRuleChange(ruleId);
  if (!may("rules.write") || detail.data === undefined) return null;
  if (detail.data.rule.enabled) return <span className="tag holds">{t("rule.on")}</span>;
  return (
    <Button
      kind="primary"
      icon="play"
      disabled={change.isPending}
      onClick={() => change.mutate({ enabled: true })}
      data-testid="retro-enable"
    >
      {t("rule.enable")}
    </Button>
  );
}
