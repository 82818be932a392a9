import { Button } from "../../../kit/button.tsx";
import { useText } from "../../../kit/i18n/text.tsx";
import type { useRuleChange } from "./use-rule.ts";

interface Props {
  readonly enabled: boolean;
  readonly change: ReturnType<typeof useRuleChange>;
  /** Off and worth turning on: the first thing to do here. */
  readonly primary?: boolean;
  /** Why it cannot be turned on now. */
  readonly notYet?: string | undefined;
}

/** Turns a rule on and off. */
export function RuleSwitch({ enabled, change, primary = false, notYet }: Props) {
  const t = useText();
  const withheld = enabled ? undefined : notYet;
  return (
    <Button
      icon={enabled ? "stop" : "play"}
      kind={primary && !enabled ? "primary" : undefined}
      disabled={change.isPending || withheld !== undefined}
      title={withheld}
      onClick={() => change.mutate({ enabled: !enabled })}
      data-testid="rule-switch"
    >
      {t(enabled ? "rule.disable" : "rule.enable")}
    </Button>
  );
}
