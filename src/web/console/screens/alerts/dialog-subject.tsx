import { useLanguage, useText } from "../../../kit/i18n/text.tsx";
import { SafeText } from "../../../kit/raw-text.tsx";
import type { Alert, AlertAction } from "../../api/types.ts";
import { ruleTitle } from "./columns.tsx";

export interface DialogProps {
  readonly alerts: readonly Alert[];
  readonly onClose: () => void;
  readonly onDone: (action: AlertAction) => void;
}

/** Which alerts a dialog is about. */
export function Subject({ alerts }: { alerts: readonly Alert[] }) {
  const t = useText();
  const language = useLanguage();
  const first = alerts[0];
  if (first === undefined) return null;
  return (
    <p className="quiet">
      {alerts.length === 1 ? (
        <SafeText text={ruleTitle(first.rule, language)} />
      ) : (
        t("queue.selected", { n: alerts.length })
      )}
    </p>
  );
}
