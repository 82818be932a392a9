import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { CopyButton } from "../../../../kit/copy-button.tsx";
import { useFormat } from "../../../../kit/i18n/format.ts";
import { useText } from "../../../../kit/i18n/text.tsx";
import { RawText, SafeText } from "../../../../kit/raw-text.tsx";
import { Skeleton } from "../../../../kit/skeleton.tsx";
import { api } from "../../../api/client.ts";
import type { RuleDetail, RuleVersion } from "../../../api/rule-types.ts";
import { FaultView } from "../../../fault-view.tsx";
import { RuleText } from "../../../rule-text.tsx";
import { RuleDescription } from "../rule-description.tsx";
import { RuleDiff } from "../rule-diff.tsx";
import { rulePath } from "../use-rule.ts";
import { CorrelationView } from "./correlation-view.tsx";
import { useRuleHistory } from "./rule-history.tsx";

interface RuleTextTabProps {
  readonly detail: RuleDetail;
  /** The version to compare with, from the address. */
  readonly compare: string | undefined;
}

function VersionChoice({ detail, compare }: RuleTextTabProps) {
  const t = useText();
  const format = useFormat();
  const navigate = useNavigate();
  const history = useRuleHistory(detail.rule.id);
  const seen = new Set([detail.version]);
  const older = (history.data?.pages.flatMap((page) => page.items) ?? []).filter(
    ({ version }) => version !== null && !seen.has(version) && seen.add(version),
  );
  if (older.length === 0) return null;
  const choose = (version: string) =>
    void navigate({
      to: "/rules/$id",
      params: { id: detail.rule.id },
      search: { version: version === "" ? undefined : version },
      replace: true,
    });
  return (
    <select
      className="input"
      aria-label={t("rule.compare")}
      value={compare ?? ""}
      onChange={(event) => choose(event.target.value)}
      data-testid="version-choice"
    >
      <option value="">{t("rule.compare.none")}</option>
      {older.map((entry) => (
        <option key={entry.version} value={entry.version ?? ""}>
          {t("rule.compare.with", { at: format.brief(new Date(entry.at)), by: entry.by })}
        </option>
      ))}
    </select>
  );
}

function Comparison({ detail, compare }: { detail: RuleDetail; compare: string }) {
  const t = useText();
  const format = useFormat();
  const older = useQuery({
    queryKey: ["rules", "version", detail.rule.id, compare],
    queryFn: ({ signal }) =>
      api.get<RuleVersion>(`${rulePath(detail.rule.id)}/versions/${encodeURIComponent(compare)}`, undefined, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (older.isPending) return <Skeleton />;
  if (older.isError) return <FaultView error={older.error} onRetry={() => void older.refetch()} />;
  const at = format.brief(new Date(older.data.at));
  return (
    <RuleDiff
      before={older.data.text}
      after={detail.text}
      names={{ before: t("rule.version_of", { at, by: older.data.by }), after: t("rule.version_now") }}
    />
  );
}

function Relations({ detail }: { detail: RuleDetail }) {
  const t = useText();
  const { usedBy, related } = detail;
  if (usedBy.length + related.length === 0) return null;
  return (
    <section>
      <h2>{t("rule.relations")}</h2>
      <ul className="bullets" data-testid="rule-relations">
        {usedBy.map((each) => (
          <li key={`used-${each.id}`}>
            <span className="quiet">{t(`rule.used_by.${each.kind}`)}</span>{" "}
            <Link to="/rules/$id" params={{ id: each.id }} search={{}}>
              <SafeText text={each.title} />
            </Link>
          </li>
        ))}
        {related.map((each) => (
          <li key={`related-${each.type}-${each.id}`}>
            <span className="quiet">{each.type}</span>{" "}
            {each.title === null ? (
              <RawText text={each.id} />
            ) : (
              <Link to="/rules/$id" params={{ id: each.id }} search={{}}>
                <SafeText text={each.title} />
              </Link>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The rule as written, and beside it what a reader needs to judge it. */
export function RuleTextTab({ detail, compare }: RuleTextTabProps) {
  const t = useText();
  return (
    <div className="rule-columns">
      <div className="stack">
        {(detail.correlation !== null || detail.filter !== null) && <CorrelationView detail={detail} />}
        <section>
          <div className="row wrap section-head">
            <h2 className="grow truncate">
              {t("rule.text")}{" "}
              <span className="quiet small">
                <RawText text={detail.file} />
              </span>
            </h2>
            <VersionChoice detail={detail} compare={compare} />
            <CopyButton text={detail.text} label={t("rule.copy")} iconOnly />
          </div>
          {compare === undefined ? <RuleText text={detail.text} /> : <Comparison detail={detail} compare={compare} />}
        </section>
      </div>
      <aside className="stack rule-about" aria-label={t("rule.about")}>
        <RuleDescription detail={detail} />
        <Relations detail={detail} />
      </aside>
    </div>
  );
}
