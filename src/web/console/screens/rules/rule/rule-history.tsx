import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button } from "../../../../kit/button.tsx";
import { type Text, useText } from "../../../../kit/i18n/text.tsx";
import { RawText, SafeText } from "../../../../kit/raw-text.tsx";
import { Skeleton } from "../../../../kit/skeleton.tsx";
import { When } from "../../../../kit/when.tsx";
import { api } from "../../../api/client.ts";
import type { RuleDetail, RuleHistory } from "../../../api/rule-types.ts";
import { FaultView } from "../../../fault-view.tsx";
import { rulePath } from "../use-rule.ts";

const PAGE = 100;
type Entry = RuleHistory["items"][number];

export function useRuleHistory(id: string) {
  return useInfiniteQuery({
    queryKey: ["rules", "history", id],
    queryFn: ({ pageParam, signal }) =>
      api.get<RuleHistory>(`${rulePath(id)}/history`, { cursor: pageParam, limit: PAGE }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
  });
}

function worded(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function levelText(value: unknown, t: Text): string {
  return typeof value === "string" ? t(`severity.${value}`) : t("rule.own_level_mark");
}

/** What an entry says beyond its verb; what a newer server adds is left to the audit log. */
function Details({ entry }: { entry: Entry }) {
  const t = useText();
  const { details, action } = entry;
  const reason = worded(details["reason"]);
  const title = action.startsWith("exception") ? worded(details["title"]) : undefined;
  return (
    <>
      {action === "level" && <> → {levelText(details["level"] ?? details["to"], t)}</>}
      {title !== undefined && (
        <>
          : <SafeText text={title} />
        </>
      )}
      {reason !== undefined && (
        <blockquote>
          <RawText text={reason} block />
        </blockquote>
      )}
    </>
  );
}

/** Who did what to the rule, newest first; every text it ever had can be compared with today's. */
export function RuleHistoryTab({ detail }: { detail: RuleDetail }) {
  const t = useText();
  const history = useRuleHistory(detail.rule.id);
  if (history.isPending) return <Skeleton />;
  if (history.isError) return <FaultView error={history.error} onRetry={() => void history.refetch()} />;
  const entries = history.data.pages.flatMap((page) => page.items);
  if (entries.length === 0) return <p className="quiet">{t("rule.history.none")}</p>;
  return (
    <div className="rule-narrow">
      <ol className="history" data-testid="rule-history">
        {entries.map((entry, index) => (
          <li key={`${index}-${entry.at}`}>
            <div>
              <bdi>
                <strong>{entry.by}</strong>
              </bdi>{" "}
              {t(`rule.history.${entry.action}`)}
              <Details entry={entry} />
            </div>
            <p className="quiet small">
              <When at={entry.at} as="both" />
              {entry.version !== null && entry.version !== detail.version && (
                <>
                  {" · "}
                  <Link to="/rules/$id" params={{ id: detail.rule.id }} search={{ version: entry.version }}>
                    {t("rule.history.compare")}
                  </Link>
                </>
              )}
            </p>
          </li>
        ))}
      </ol>
      {history.hasNextPage && (
        <Button disabled={history.isFetchingNextPage} onClick={() => void history.fetchNextPage()}>
          {t("action.more")}
        </Button>
      )}
    </div>
  );
}
