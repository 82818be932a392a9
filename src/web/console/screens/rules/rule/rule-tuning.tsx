import { useState } from "react";
import { Button } from "../../../../kit/button.tsx";
import { useText } from "../../../../kit/i18n/text.tsx";
import type { RuleDetail } from "../../../api/rule-types.ts";
import { useMay } from "../../../api/session.ts";
import { useKeys } from "../../../keys/use-keys.ts";
import { ExceptionDialog } from "../exception/exception-dialog.tsx";
import { ExceptionTable } from "../exception/exception-table.tsx";
import { SuppressionForm } from "./suppression-form.tsx";

/** How this installation lives with the rule: exceptions, quiet time; all of it outlives an update of the rule. */
export function RuleTuning({ detail }: { detail: RuleDetail }) {
  const t = useText();
  const may = useMay();
  const [adding, setAdding] = useState(false);
  const { rule } = detail;
  const canWrite = may("rules.write");
  const canExcept = canWrite && rule.kind === "detection";
  useKeys(canExcept ? { exception: () => setAdding(true) } : {});
  return (
    <div className="stack rule-narrow" data-testid="rule-tuning">
      <section>
        <div className="row section-head">
          <h2 className="grow">{t("exception.list")}</h2>
          {canExcept && (
            <Button icon="plus" hotkey="p" onClick={() => setAdding(true)} data-testid="exception-new">
              {t("exception.new")}
            </Button>
          )}
        </div>
        {rule.kind === "detection" ? (
          <ExceptionTable ruleId={rule.id} />
        ) : (
          <p className="quiet">{t("exception.only_detections")}</p>
        )}
      </section>
      <section>
        <h2>{t("suppression.title")}</h2>
        {rule.kind === "detection" ? (
          <SuppressionForm key={JSON.stringify(detail.suppression)} detail={detail} readOnly={!canWrite} />
        ) : (
          <p className="quiet">{t(`suppression.of.${rule.kind}`)}</p>
        )}
      </section>
      {adding && <ExceptionDialog rule={rule} onClose={() => setAdding(false)} />}
    </div>
  );
}
