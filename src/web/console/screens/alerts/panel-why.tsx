import { useQuery } from "@tanstack/react-query";
import { Icon } from "../../../kit/icon.tsx";
import { useText } from "../../../kit/i18n/text.tsx";
import { RawText } from "../../../kit/raw-text.tsx";
import { Skeleton } from "../../../kit/skeleton.tsx";
import { api } from "../../api/client.ts";
import type { Explanation, Finding } from "../../api/types.ts";
import { FaultView } from "../../fault-view.tsx";
import { RuleText } from "../../rule-text.tsx";
import { nativeName } from "../../values/terms.ts";
import { type Match, MatchedValues } from "./matched-values.tsx";
import { CorrelationWhy } from "./panel-correlation.tsx";
import { HuntWhy } from "./panel-hunt.tsx";

/** What made it fire: matches of the selections that hold. */
function tellingMatches({ matched, selections }: Explanation): readonly Match[] {
  const holding = new Set(selections.filter((selection) => selection.holds).map((selection) => selection.name));
  const telling = matched.filter((match) => holding.has(match.selection));
  return telling.length > 0 ? telling : matched;
}

/** Each value once, with everything marked that was found in it. */
function merged(matches: readonly Match[]): Match[] {
  const byValue = new Map<string, Match>();
  for (const match of matches) {
    const key = JSON.stringify([match.selection, match.field, match.value]);
    const known = byValue.get(key);
    byValue.set(key, known === undefined ? match : { ...known, ranges: [...known.ranges, ...match.ranges] });
  }
  return [...byValue.values()];
}

/** The condition and which parts of it hold, then the values, then the rule itself with its matched lines. */
export function PanelWhy({ finding }: { finding: Finding }) {
  const t = useText();
  const why = useQuery({
    queryKey: ["explanation", finding.id],
    queryFn: ({ signal }) =>
      api.get<Explanation>(`/findings/${encodeURIComponent(finding.id)}/explanation`, undefined, signal),
  });
  if (why.isPending) return <Skeleton />;
  if (why.isError) return <FaultView error={why.error} onRetry={() => void why.refetch()} />;
  if (why.data.correlation !== null) return <CorrelationWhy why={why.data} correlation={why.data.correlation} />;
  if (why.data.hunt !== null) return <HuntWhy why={why.data} hunt={why.data.hunt} />;
  const telling = tellingMatches(why.data);
  const lines = new Set(telling.flatMap((match) => (match.line === null ? [] : [match.line])));
  return (
    <div className="stack">
      <MatchedValues matches={merged(telling)} part={t("why.selection")} nameOf={nativeName} />
      <section>
        <h3 className="section-head">{t("why.condition")}</h3>
        <p className="raw">
          <RawText text={why.data.condition} />
        </p>
        <ul className="row wrap tags">
          {why.data.selections.map((selection) => (
            <li key={selection.name} className={selection.holds ? "tag holds" : "tag"}>
              <Icon name={selection.holds ? "check" : "close"} />
              <RawText text={selection.name} />
              <span className="visually-hidden">{selection.holds ? t("why.holds") : t("why.fails")}</span>
            </li>
          ))}
        </ul>
      </section>
      <section>
        <h3 className="section-head">{t("why.rule")}</h3>
        <RuleText text={why.data.ruleText} matched={lines} />
      </section>
    </div>
  );
}
