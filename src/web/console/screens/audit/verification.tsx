import { useMutation } from "@tanstack/react-query";
import { Button } from "../../../kit/button.tsx";
import { CopyButton } from "../../../kit/copy-button.tsx";
import { useFormat } from "../../../kit/i18n/format.ts";
import { useText } from "../../../kit/i18n/text.tsx";
import { api } from "../../api/client.ts";
import type { AuditVerification } from "../../api/types.ts";
import { FaultView } from "../../fault-view.tsx";

/** Recomputes every hash of the log and says whether anything was changed, and where. */
export function Verification() {
  const t = useText();
  const format = useFormat();
  const verify = useMutation({ mutationFn: () => api.get<AuditVerification>("/audit/verification") });
  const result = verify.data;
  return (
    <section className="log-verification" aria-label={t("audit.verify")}>
      <Button icon="check" disabled={verify.isPending} onClick={() => verify.mutate()} data-testid="audit-verify">
        {verify.isPending ? t("audit.verifying") : t("audit.verify")}
      </Button>
      {verify.isError && <FaultView error={verify.error} />}
      <div role="status" data-testid="audit-verdict" className="row wrap">
        {result?.ok === true && (
          <>
            <span className="good-text">
              {t("audit.verify.ok", { n: format.number(result.size), ms: format.number(result.tookMs) })}
            </span>
            <span className="quiet small">{t("audit.root")}</span>
            <code className="truncate root-hash">{result.rootHash}</code>
            <CopyButton text={result.rootHash} iconOnly />
          </>
        )}
        {result?.ok === false && (
          <span className="bad-text">
            {t("audit.verify.bad", { index: result.firstBad?.index ?? 0, reason: result.firstBad?.reason ?? "" })}
          </span>
        )}
      </div>
    </section>
  );
}
