import { useText } from "../../../../kit/i18n/text.tsx";
import { SavedCheck } from "../../../../kit/saved-check.tsx";
import { Skeleton } from "../../../../kit/skeleton.tsx";
import { FaultView } from "../../../fault-view.tsx";
import { useApprovalKinds, useSwitchKind } from "../../approvals/use-approvals.ts";

const NEEDED = 2;

/** What one person must not do alone. */
export function ApprovalKindsSection() {
  const t = useText();
  const kinds = useApprovalKinds();
  const change = useSwitchKind();
  const deciders = kinds.data?.deciders.length ?? 0;
  return (
    <section data-testid="approval-kinds">
      <h2>{t("policy.approvals")}</h2>
      <p className="quiet">{t("policy.approvals.lead")}</p>
      <p className={deciders < NEEDED ? "bad-text" : "quiet"}>
        {kinds.isSuccess && t("policy.approvals.deciders", { n: deciders })}
      </p>
      {kinds.isPending && <Skeleton />}
      {kinds.isError && <FaultView error={kinds.error} onRetry={() => void kinds.refetch()} />}
      {(kinds.data?.items ?? []).map(({ kind, enabled }) => (
        <label key={kind} className="check policy-kind">
          <SavedCheck
            name={kind}
            checked={enabled}
            disabled={change.isPending || (!enabled && deciders < NEEDED)}
            save={(on) => change.mutateAsync({ kind, enabled: on })}
          />
          <span>{t(`approvals.kind.${kind}`)}</span>
        </label>
      ))}
      {change.isError && <FaultView error={change.error} />}
    </section>
  );
}
