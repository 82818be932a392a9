import { Link } from "@tanstack/react-router";
import { useLanguage, useText } from "../../../kit/i18n/text.tsx";
import { RawText, SafeText } from "../../../kit/raw-text.tsx";
import { SeverityMark } from "../../../kit/severity.tsx";
import { When } from "../../../kit/when.tsx";
import type { WatchFloor } from "../../api/types.ts";

export function NewestPart({ floor }: { floor: WatchFloor }) {
  const t = useText();
  const language = useLanguage();
  const { newest } = floor.alerts;
  return (
    <section className="watch-part wide" aria-labelledby="watch-newest">
      <h2 id="watch-newest">{t("watch.newest")}</h2>
      {newest.length === 0 ? (
        <p className="quiet">{t("watch.newest.none")}</p>
      ) : (
        <ul className="newest" data-testid="newest-alerts">
          {newest.map((alert) => (
            <li key={alert.id}>
              <SeverityMark level={alert.level} />
              <Link to="/alerts" search={{ alert: alert.id, sort: "lastSeen" }} className="truncate">
                <SafeText text={language === "vi" ? (alert.titleVi ?? alert.title) : alert.title} />
              </Link>
              <span className="truncate quiet">
                <RawText text={alert.entity} />
              </span>
              <span className="quiet num">
                <When at={alert.lastSeen} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
