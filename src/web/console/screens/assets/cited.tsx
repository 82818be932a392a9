import { useText } from "../../../kit/i18n/text.tsx";
import type { SchemeQuestion } from "../../api/asset-types.ts";

/** An article, with how what we say of it was checked. */
export function Cited({ article, verification }: Pick<SchemeQuestion, "article" | "verification">) {
  const t = useText();
  return (
    <span className="cited">
      <cite>{article}</cite>
      <span className={verification === "primary" ? "verification primary" : "verification"}>
        {t(`assets.verification.${verification}`)}
      </span>
    </span>
  );
}
