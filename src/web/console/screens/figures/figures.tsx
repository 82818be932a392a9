import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { IconButton } from "../../../kit/button.tsx";
import { useFormat } from "../../../kit/i18n/format.ts";
import { useLanguage, useText } from "../../../kit/i18n/text.tsx";
import { Segmented } from "../../../kit/segmented.tsx";
import { Skeleton } from "../../../kit/skeleton.tsx";
import { TimeChart } from "../../../kit/time-chart.tsx";
import { api } from "../../api/client.ts";
import type { AlertFigures } from "../../api/types.ts";
import { csvOf } from "../../csv.ts";
import { saveText } from "../../download.ts";
import { FaultView } from "../../fault-view.tsx";
import { ALERT_TABS } from "../../frame/places.ts";
import { PageTabs } from "../../page-tabs.tsx";
import { useTriagePolicy } from "../alerts/policy.ts";
import { FigureTable, type MetricName } from "./figure-table.tsx";
import { GroupTable, groupTitle } from "./group-table.tsx";
import { type FiguresSearch, RANGES, type RangeName } from "./search.ts";

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const UNITS = [
  { name: "hours", ms: HOUR_MS },
  { name: "minutes", ms: MINUTE_MS },
  { name: "seconds", ms: 1_000 },
] as const;
/** Of the highest bar at least so many, so that lower ones are still told apart. */
const LEAST_UNITS = 5;

function unitFor(most: number): (typeof UNITS)[number] {
  return UNITS.find(({ ms }) => most >= LEAST_UNITS * ms) ?? UNITS[2];
}

function useFigures(range: RangeName, { by, exercise }: FiguresSearch) {
  return useQuery({
    queryKey: ["alert-figures", range, by, exercise],
    queryFn: ({ signal }) => {
      // To the full hour, so that who asks again gets the same.
      const to = Math.ceil(Date.now() / HOUR_MS) * HOUR_MS;
      return api.get<AlertFigures>(
        "/alert-figures",
        {
          from: new Date(to - RANGES[range] * DAY_MS).toISOString(),
          to: new Date(to).toISOString(),
          by: by ?? "level",
          exercise,
        },
        signal,
      );
    },
    placeholderData: keepPreviousData,
  });
}

function OverTime({ figures, metric }: { figures: AlertFigures; metric: MetricName }) {
  const t = useText();
  const format = useFormat();
  const medians = figures.overTime.map(
    ({ figures: each }) => each.find((figure) => figure.metric === metric)?.medianMs ?? 0,
  );
  const unit = unitFor(Math.max(0, ...medians));
  const title = t("figures.over_time", { metric: t(`figures.${metric}`), unit: t(`figures.unit.${unit.name}`) });
  return (
    <TimeChart
      title={<h2>{title}</h2>}
      alt={t("figures.over_time.alt", {
        metric: t(`figures.${metric}`),
        span: format.duration(figures.bucketMs / 1_000),
      })}
      starts={figures.overTime.map(({ start }) => Date.parse(start))}
      bucketMs={figures.bucketMs}
      layers={[
        {
          id: metric,
          label: t("figures.median"),
          colour: "--accent",
          values: medians.map((ms) => Math.round(ms / unit.ms)),
        },
      ]}
    />
  );
}

/** How long work on alerts takes: each figure with its definition, against the range before, open ones apart. */
export function FiguresScreen() {
  const t = useText();
  const language = useLanguage();
  const navigate = useNavigate();
  const search = useSearch({ from: "/alerts/figures" });
  const policy = useTriagePolicy().data;
  const range = search.range !== undefined && search.range in RANGES ? (search.range as RangeName) : "30d";
  const figures = useFigures(range, search);
  const change = (part: FiguresSearch) =>
    void navigate({ to: "/alerts/figures", search: (now) => ({ ...now, ...part }) });
  const metrics = figures.data?.figures.map(({ metric }) => metric) ?? [];
  const metric = metrics.find((each) => each === search.metric) ?? "acknowledge";
  const save = () => {
    if (figures.data === undefined) return;
    const head = ["group", "metric", "n", "median_ms", "p90_ms", "waiting_n", "waiting_median_ms", "waiting_p90_ms"];
    const rows = [{ name: "", figures: figures.data.figures }].concat(
      figures.data.groups.map((group) => ({ name: groupTitle(group, { t, language }), figures: group.figures })),
    );
    const lines = rows.flatMap(({ name, figures: each }) =>
      each.map(({ metric: of, n, medianMs, p90Ms, waiting }) => [
        name,
        of,
        n,
        medianMs ?? "",
        p90Ms ?? "",
        waiting.n,
        waiting.medianMs ?? "",
        waiting.p90Ms ?? "",
      ]),
    );
    saveText(`alert-figures-${range}.csv`, csvOf([head, ...lines]));
  };
  return (
    <>
      <PageTabs tabs={ALERT_TABS} label={t("place.alerts")} />
      <div className="page-head">
        <h1 className="visually-hidden">{t("place.alert_figures")}</h1>
        <Segmented
          label={t("filter.time")}
          value={range}
          options={(Object.keys(RANGES) as RangeName[]).map((value) => ({ value, label: t(`figures.range.${value}`) }))}
          onChange={(value) => change({ range: value })}
        />
        <select
          className="input"
          aria-label={t("figures.by")}
          value={search.by ?? "level"}
          onChange={(event) => change({ by: event.target.value })}
        >
          {["level", "rule", ...(policy?.figuresByPerson === true ? ["person"] : [])].map((by) => (
            <option key={by} value={by}>
              {t(`figures.by.${by}`)}
            </option>
          ))}
        </select>
        <select
          className="input"
          aria-label={t("filter.exercise")}
          value={search.exercise ?? "exclude"}
          onChange={(event) => change({ exercise: event.target.value })}
        >
          {["exclude", "only"].map((choice) => (
            <option key={choice} value={choice}>
              {t(`filter.exercise.${choice}`)}
            </option>
          ))}
        </select>
        <IconButton icon="download" label={t("export.csv")} onClick={save} data-testid="figures-csv" />
      </div>
      <div className={figures.isPlaceholderData ? "page-body stack stale" : "page-body stack"}>
        {figures.isPending && <Skeleton lines={10} />}
        {figures.isError && <FaultView error={figures.error} onRetry={() => void figures.refetch()} />}
        {figures.data !== undefined && (
          <>
            <p className="quiet">
              {t("figures.about", { n: figures.data.alerts, before: figures.data.before.alerts })}
            </p>
            <FigureTable figures={figures.data} chosen={metric} onChoose={(of) => change({ metric: of })} />
            <OverTime figures={figures.data} metric={metric} />
            <GroupTable groups={figures.data.groups} metric={metric} />
            {policy?.figuresByPerson === false && <p className="quiet small">{t("figures.no_person")}</p>}
          </>
        )}
      </div>
    </>
  );
}
