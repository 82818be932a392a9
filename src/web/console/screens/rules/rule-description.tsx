import { useLanguage, useText } from "../../../kit/i18n/text.tsx";
import { RawText, SafeText } from "../../../kit/raw-text.tsx";
import type { RuleDetail } from "../../api/rule-types.ts";

/** Only web addresses become links; a rule is text from outside. */
function Reference({ href }: { href: string }) {
  const isWeb = /^https?:\/\//iu.test(href);
  return isWeb ? (
    <a href={href} target="_blank" rel="noreferrer noopener">
      <RawText text={href} />
    </a>
  ) : (
    <RawText text={href} />
  );
}

/** What the rule is for, when it may be wrong, and where it comes from. */
export function RuleDescription({ detail }: { detail: RuleDetail }) {
  const t = useText();
  const language = useLanguage();
  const description = (language === "vi" ? detail.descriptionVi : null) ?? detail.description;
  const falsePositives =
    language === "vi" && detail.falsePositivesVi.length > 0 ? detail.falsePositivesVi : detail.falsePositives;
  return (
    <>
      {description !== null && (
        <p className="prose">
          <SafeText text={description} />
        </p>
      )}
      {falsePositives.length > 0 && (
        <section>
          <h2>{t("rule.false_positives")}</h2>
          <ul className="bullets">
            {falsePositives.map((text) => (
              <li key={text}>
                <SafeText text={text} />
              </li>
            ))}
          </ul>
        </section>
      )}
      {detail.references.length > 0 && (
        <section>
          <h2>{t("rule.references")}</h2>
          <ul className="bullets">
            {detail.references.map((href) => (
              <li key={href}>
                <Reference href={href} />
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}
