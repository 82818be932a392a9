import "../settings.css";
import "../security/security.css";
import "./policy.css";
import { useText } from "../../../../kit/i18n/text.tsx";
import { SETTINGS } from "../../../frame/places.ts";
import { PageTabs } from "../../../page-tabs.tsx";
import { ApprovalKindsSection } from "./approval-kinds.tsx";
import { BreakGlassSection } from "./break-glass.tsx";
import { FactorPolicySection } from "./factor-policy.tsx";

/** What is asked of everybody: how one signs in, what needs a second person, and the way in when all else fails. */
export function Policy() {
  const t = useText();
  return (
    <>
      <PageTabs tabs={SETTINGS} label={t("place.settings")} />
      <div className="page-body settings security" data-testid="policy">
        <h1>{t("place.policy")}</h1>
        <FactorPolicySection />
        <ApprovalKindsSection />
        <BreakGlassSection />
      </div>
    </>
  );
}
