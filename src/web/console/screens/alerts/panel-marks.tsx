import { Link } from "@tanstack/react-router";
import { useText } from "../../../kit/i18n/text.tsx";
import { SafeText } from "../../../kit/raw-text.tsx";
import type { Alert } from "../../api/types.ts";

/** What people said of the alert so far: verdict, steps, labels, where it lives, who waits for whom. */
export function PanelMarks({ alert }: { alert: Alert }) {
  const t = useText();
  const marks = [
    ...(alert.verdict !== null && alert.status !== "closed" ? [t(`reason.${alert.verdict}`)] : []),
    ...(alert.contained ? [t("mark.contained")] : []),
    ...(alert.resolved && alert.status !== "closed" ? [t("mark.resolved")] : []),
  ];
  return (
    <>
      {alert.proposedBy !== null && <p data-testid="proposal">{t("mark.proposed", { name: alert.proposedBy.name })}</p>}
      {alert.mergedInto !== null && (
        <p>
          {t("mark.merged")}{" "}
          <Link to="/alerts" search={{ alert: alert.mergedInto, status: "all" }}>
            {t("history.other")}
          </Link>
        </p>
      )}
      {alert.duplicateOf !== null && (
        <p data-testid="duplicate-of">
          {t("mark.duplicate")}{" "}
          <Link to="/alerts" search={{ alert: alert.duplicateOf, status: "all" }}>
            {t("history.other")}
          </Link>
        </p>
      )}
      {marks.length + alert.tags.length > 0 && (
        <p className="row wrap tags">
          {marks.map((mark) => (
            <span key={mark} className="tag">
              {mark}
            </span>
          ))}
          {alert.tags.map((tag) => (
            <Link key={tag} className="tag" to="/alerts" search={{ tag }} data-testid="alert-tag">
              #<SafeText text={tag} />
            </Link>
          ))}
        </p>
      )}
    </>
  );
}
