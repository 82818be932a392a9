import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { useFormat } from "../../../../kit/i18n/format.ts";
import { useText } from "../../../../kit/i18n/text.tsx";
import { SafeText } from "../../../../kit/raw-text.tsx";
import { Skeleton } from "../../../../kit/skeleton.tsx";
import { Table } from "../../../../kit/table.tsx";
import { TimeChart } from "../../../../kit/time-chart.tsx";
import { When } from "../../../../kit/when.tsx";
import { api } from "../../../api/client.ts";
import type { RuleDetail, RuleStats } from "../../../api/rule-types.ts";
import { FaultView } from "../../../fault-view.tsx";
import { DAY_MS } from "../retro/days.ts";
import { rulePath } from "../use-rule.ts";

const VERDICTS = ["truePositive", "falsePositive", "benign", "other", "open"] as const;
const COUNTERS = ["findings", "groups", "held", "suppressed", "late", "ahead", "ungrouped", "evicted"] as const;
/** Counters that say something was not seen as meant. */
const WORRYING = new Set<string>(["late", "ahead", "evicted"]);

function PerDay({ stats }: { stats: RuleStats }) {
  const t = useText();
  const format = useFormat();
  const starts = useMemo(() => stats.perDay.map(({ day }) => Date.parse(day)), [stats.perDay]);
  const layers = useMemo(
    () => [
      {
        id: "findings",
        label: t("activity.findings"),
        colour: "--accent",
        values: stats.perDay.map(({ findings }) => findings),
      },
    ],
    [stats.perDay, t],
  );
  const total = stats.perDay.reduce((sum, { findings }) => sum + findings, 0);
  return (
    <TimeChart
      title={<h2>{t("activity.per_day")}</h2>}
      alt={t("activity.per_day.alt", { n: format.number(total), days: stats.perDay.length })}
      starts={starts}
      bucketMs={DAY_MS}
      layers={layers}
      height={130}
    />
  );
}

/** How right the rule has been, with the counts the rate comes from. */
function Verdicts({ detail, stats }: { detail: RuleDetail; stats: RuleStats }) {
  const t = useText();
  const format = useFormat();
  const decided = stats.verdicts.truePositive + stats.verdicts.falsePositive + stats.verdicts.benign;
  return (
    <section data-testid="rule-verdicts">
      <h2>{t("activity.verdicts")}</h2>
      <p>
        {stats.truePositiveRate === null ? (
          <span className="quiet">{t("activity.rate.none")}</span>
        ) : (
          <>
            <strong className="figure">{format.percent(stats.truePositiveRate)}</strong>{" "}
            {t("activity.rate", { n: stats.verdicts.truePositive, of: decided })}
          </>
        )}
      </p>
      <dl className="facts">
        {VERDICTS.map((verdict) => (
          <div key={verdict}>
            <dt>{t(`activity.verdict.${verdict}`)}</dt>
            <dd>{format.number(stats.verdicts[verdict])}</dd>
          </div>
        ))}
      </dl>
      <p>
        <Link to="/alerts" search={{ rule: detail.rule.id, status: "all" }}>
          {t("activity.alerts")}
        </Link>
      </p>
    </section>
  );
}

function Hidden({ stats }: { stats: RuleStats }) {
  const t = useText();
  const format = useFormat();
  return (
    <section>
      <h2>{t("activity.hidden")}</h2>
      <p className="quiet">{t("activity.suppressed", { n: stats.suppressed })}</p>
      {stats.hidden.length === 0 ? (
        <p className="quiet">{t("activity.hidden.none")}</p>
      ) : (
        <Table
          label={t("activity.hidden")}
          rows={stats.hidden}
          rowKey={(entry) => entry.filterId}
          testId="rule-hidden"
          columns={[
            { id: "title", header: t("exception.title"), render: (entry) => <SafeText text={entry.title} /> },
            {
              id: "count",
              header: t("exception.hidden"),
              numeric: true,
              render: (entry) => format.number(entry.count),
            },
            {
              id: "last",
              header: t("exception.last_hidden"),
              render: (entry) => (entry.lastAt === null ? "—" : <When at={entry.lastAt} />),
            },
          ]}
        />
      )}
    </section>
  );
}

/** The correlation's own book-keeping: what it left out is counted and explained, never silent. */
function Counters({ counters }: { counters: NonNullable<RuleStats["correlation"]> }) {
  const t = useText();
  const format = useFormat();
  return (
    <section>
      <h2>{t("activity.correlation")}</h2>
      <Table
        label={t("activity.correlation")}
        rows={COUNTERS}
        rowKey={(counter) => counter}
        testId="correlation-counters"
        columns={[
          { id: "name", header: t("activity.counter"), names: true, render: (counter) => t(`counter.${counter}`) },
          {
            id: "count",
            header: t("alert.count"),
            numeric: true,
            className: (counter) => (WORRYING.has(counter) && counters[counter] > 0 ? "bad-text" : ""),
            render: (counter) => format.number(counters[counter]),
          },
          {
            id: "why",
            header: t("activity.meaning"),
            render: (counter) => <span className="quiet">{t(`counter.${counter}.why`)}</span>,
          },
        ]}
      />
    </section>
  );
}

function Span({ stats }: { stats: RuleStats }) {
  const t = useText();
  const format = useFormat();
  return (
    <dl className="facts">
      <div>
        <dt>{t("rule.fired")}</dt>
        <dd data-testid="activity-fired">{format.number(stats.fired)}</dd>
      </div>
      <div>
        <dt>{t("alert.first_seen")}</dt>
        <dd>{stats.firstFiredAt === null ? "—" : <When at={stats.firstFiredAt} as="exact" />}</dd>
      </div>
      <div>
        <dt>{t("rule.last_fired")}</dt>
        <dd>{stats.lastFiredAt === null ? "—" : <When at={stats.lastFiredAt} as="both" />}</dd>
      </div>
    </dl>
  );
}

/** What the rule has done: how often, how rightly, and what was kept from people and why. */
export function RuleActivity({ detail }: { detail: RuleDetail }) {
  const { id } = detail.rule;
  const stats = useQuery({
    queryKey: ["rules", "stats", id],
    queryFn: ({ signal }) => api.get<RuleStats>(`${rulePath(id)}/stats`, undefined, signal),
  });
  if (stats.isPending) return <Skeleton />;
  if (stats.isError) return <FaultView error={stats.error} onRetry={() => void stats.refetch()} />;
  return (
    <div className="stack rule-narrow" data-testid="rule-activity">
      <Span stats={stats.data} />
      <PerDay stats={stats.data} />
      <Verdicts detail={detail} stats={stats.data} />
      <Hidden stats={stats.data} />
      {stats.data.correlation !== null && <Counters counters={stats.data.correlation} />}
    </div>
  );
}
