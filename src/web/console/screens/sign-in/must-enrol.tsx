import "../settings/settings.css";
import "../settings/security/security.css";
import { Button } from "../../../kit/button.tsx";
import { useText } from "../../../kit/i18n/text.tsx";
import { Skeleton } from "../../../kit/skeleton.tsx";
import { useSession, useSessionActions } from "../../api/session.ts";
import { FaultView } from "../../fault-view.tsx";
import { FactorSections } from "../settings/security/factor-sections.tsx";
import { useFactors } from "../settings/security/use-factors.ts";
import { Door } from "./door.tsx";

/** The role needs a second factor and the person has none: nothing else opens before. */
export function MustEnrol() {
  const t = useText();
  const { version } = useSession();
  const { signOut } = useSessionActions();
  const factors = useFactors();
  return (
    <Door title={t("enrol.title")} version={version}>
      <div className="settings security enrol" data-testid="must-enrol">
        <p>{t("enrol.body")}</p>
        {factors.isPending && <Skeleton />}
        {factors.isError && <FaultView error={factors.error} onRetry={() => void factors.refetch()} />}
        {factors.isSuccess && <FactorSections has={factors.data} />}
        <section>
          <Button icon="out" onClick={() => void signOut()} data-testid="sign-out">
            {t("action.sign_out")}
          </Button>
        </section>
      </div>
    </Door>
  );
}
