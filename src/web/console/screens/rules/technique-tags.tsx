import { Link } from "@tanstack/react-router";
import { useText } from "../../../kit/i18n/text.tsx";

/** Techniques of ATT&CK a rule speaks of; each leads to every rule of that technique. */
export function TechniqueTags({ techniques }: { techniques: readonly string[] }) {
  const t = useText();
  if (techniques.length === 0) return null;
  return (
    <ul className="row wrap tags" aria-label={t("rule.tags")}>
      {techniques.map((technique) => (
        <li key={technique}>
          <Link
            to="/rules"
            search={{ technique }}
            className="tag technique-tag"
            aria-label={t("rule.tag_rules", { technique })}
          >
            {technique}
          </Link>
        </li>
      ))}
    </ul>
  );
}
