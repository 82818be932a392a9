import { useText } from "../../../kit/i18n/text.tsx";
import type { UserEntry } from "../../api/types.ts";

/** What a person has beside the password, in a few words. */
export function useFactorText(): (user: UserEntry) => string {
  const t = useText();
  return ({ factors, factorRequired }) => {
    const parts = [
      ...(factors.passkeys > 0 ? [t("factor.state.passkeys", { n: factors.passkeys })] : []),
      ...(factors.totp ? [t("factor.state.totp")] : []),
    ];
    if (parts.length > 0) return parts.join(" · ");
    return t(factorRequired ? "factor.state.missing" : "factor.state.none");
  };
}
