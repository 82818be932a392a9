import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useFormat } from "../../../kit/i18n/format.ts";
import { useLanguage, useText } from "../../../kit/i18n/text.tsx";
import { RawText, SafeText } from "../../../kit/raw-text.tsx";
import { SeverityMark } from "../../../kit/severity.tsx";
import type { Severity, WatchFloor } from "../../api/types.ts";
import { listOfFloor } from "./search.ts";

interface Row {
  readonly key: string;
  readonly level: Severity;
  readonly alerts: number;
  readonly name: ReactNode;
}

/** Bars share one zero base; the number stands beside the bar, so nobody measures with the eye. */
function Ranking({ id, title, empty, rows }: { id: string; title: string; empty: string; rows: readonly Row[] }) {
  const format = useFormat();
  const most = Math.max(1, ...rows.map(({ alerts }) => alerts));
  return (
    <section className="watch-part" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {rows.length === 0 ? (
        <p className="quiet">{empty}</p>
      ) : (
        <ol className="ranking">
          {rows.map(({ key, level, alerts, name }) => (
            <li key={key}>
              <SeverityMark level={level} />
              {name}
              <span className="ranking-bar" aria-hidden="true">
                <span className={level} style={{ inlineSize: `${(alerts / most) * 100}%` }} />
              </span>
              <span className="num">{format.number(alerts)}</span>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

/** Where it comes from and what says so: each name leads to its alerts of the same span. */
export function TopsPart({ floor }: { floor: WatchFloor }) {
  const t = useText();
  const language = useLanguage();
  const search = listOfFloor(floor);
  const entities = floor.activity.topEntities.map(({ value, alerts, worst }) => ({
    key: value,
    level: worst,
    alerts,
    name: (
      <Link to="/alerts" search={{ ...search, entity: value }} className="truncate" data-testid="top-entity">
        <RawText text={value} />
      </Link>
    ),
  }));
  const rules = floor.activity.topRules.map(({ id, title, titleVi, level, alerts }) => ({
    key: id,
    level,
    alerts,
    name: (
      <Link to="/alerts" search={{ ...search, rule: id }} className="truncate" data-testid="top-rule">
        <SafeText text={language === "vi" ? (titleVi ?? title) : title} />
      </Link>
    ),
  }));
  return (
    <>
      <Ranking id="watch-entities" title={t("watch.top_entities")} empty={t("watch.top.none")} rows={entities} />
      <Ranking id="watch-rules" title={t("watch.top_rules")} empty={t("watch.top.none")} rows={rules} />
    </>
  );
}
