import "./hunt.css";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useMemo, useRef } from "react";
import { Button, IconButton } from "../../../kit/button.tsx";
import { CopyButton } from "../../../kit/copy-button.tsx";
import { Empty } from "../../../kit/empty.tsx";
import { useFormat } from "../../../kit/i18n/format.ts";
import { useText } from "../../../kit/i18n/text.tsx";
import { Menu, MenuItem, MenuLabel } from "../../../kit/menu.tsx";
import { Segmented } from "../../../kit/segmented.tsx";
import { Skeleton } from "../../../kit/skeleton.tsx";
import { useStored } from "../../../kit/storage.ts";
import { TimeChart } from "../../../kit/time-chart.tsx";
import { address } from "../../api/client.ts";
import { download } from "../../download.ts";
import { FaultView } from "../../fault-view.tsx";
import { useKeys } from "../../keys/use-keys.ts";
import { SavedViews } from "../../saved-views.tsx";
import { AddToNotebook } from "../notebooks/add-to-notebook.tsx";
import { AnswerTable } from "./answer-table.tsx";
import { FieldsSidebar } from "./fields-sidebar.tsx";
import { QueryBox, useQueryPlace } from "./query-box.tsx";
import { RangePicker } from "./range-picker.tsx";
import { Results } from "./results.tsx";
import { useHuntRun } from "./run.ts";
import type { HuntSearch } from "./search.ts";
import { TopTable } from "./top-table.tsx";

type Run = ReturnType<typeof useHuntRun>;

function Histogram({ run, onBrush }: { run: Run; onBrush: (from: number, to: number) => void }) {
  const t = useText();
  const format = useFormat();
  const data = run.histogram.data;
  const starts = useMemo(() => (data?.series ?? []).map((bucket) => Date.parse(bucket.start)), [data]);
  const layers = useMemo(
    () => [
      {
        id: "events",
        label: t("hunt.events"),
        colour: "--accent",
        values: (data?.series ?? []).map((bucket) => bucket.count),
      },
    ],
    [data, t],
  );
  if (data === undefined) return run.histogram.isError ? null : <div className="histogram-space" />;
  return (
    <div className={run.histogram.isPlaceholderData ? "histogram stale" : "histogram"}>
      <TimeChart
        title={<h2 data-testid="hunt-total">{t("hunt.total", { n: data.total })}</h2>}
        alt={t("hunt.histogram.alt", { n: format.number(data.total), d: format.duration(data.bucketMs / 1000) })}
        starts={starts}
        bucketMs={data.bucketMs}
        layers={layers}
        height={110}
        onBrush={onBrush}
      />
    </div>
  );
}

function HuntExport({ run }: { run: Run }) {
  const t = useText();
  const save = (format: "csv" | "ndjson" | "parquet") => () =>
    download(address("/events/export", { ...run.asked, format }));
  return (
    <Menu align="end" trigger={<IconButton icon="download" label={t("export.title")} data-testid="export" />}>
      <MenuLabel>{t("hunt.export.limit")}</MenuLabel>
      <MenuItem onSelect={save("csv")}>{t("export.csv")}</MenuItem>
      <MenuItem onSelect={save("ndjson")}>{t("export.ndjson")}</MenuItem>
      <MenuItem onSelect={save("parquet")}>{t("export.parquet")}</MenuItem>
    </Menu>
  );
}

interface BodyProps {
  readonly run: Run;
  readonly search: HuntSearch;
  readonly columns: readonly string[];
  readonly onChange: (part: HuntSearch) => void;
}

function HuntBody({ run, search, columns, onChange }: BodyProps) {
  const t = useText();
  const { main } = run;
  const place = useQueryPlace(main.error);
  const answer = main === run.answer ? run.answer.data : undefined;
  const events = useMemo(
    () => (answer?.kind === "events" ? answer.events : (run.rows.data?.pages.flatMap((page) => page.items) ?? [])),
    [answer, run.rows.data],
  );
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = run.rows;
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  if (main.isError && place === undefined) return <FaultView error={main.error} onRetry={run.again} />;
  if (place !== undefined) return <Empty title={t("hunt.wrong.title")}>{t("hunt.wrong.body")}</Empty>;
  if (main.fetchStatus === "idle" && main.isPending) {
    return (
      <Empty title={t("hunt.cancelled.title")} action={<Button onClick={run.again}>{t("hunt.run")}</Button>}>
        {t("hunt.cancelled.body")}
      </Empty>
    );
  }
  if (main.isPending) return <Skeleton lines={12} />;
  if (search.group !== undefined && run.top.data !== undefined) {
    return <TopTable top={run.top.data} onClose={() => onChange({ group: undefined })} />;
  }
  if (answer?.kind === "table" && answer.rows.length > 0) return <AnswerTable answer={answer} />;
  if (events.length === 0 || answer?.kind === "table") {
    return (
      <Empty
        title={t("hunt.none.title")}
        action={
          <Button onClick={() => onChange({ range: "30d", from: undefined, to: undefined })}>
            {t("hunt.none.do")}
          </Button>
        }
      >
        {t("hunt.none.body")}
      </Empty>
    );
  }
  const total = answer === undefined ? run.histogram.data?.total : events.length;
  return <Results events={events} total={total} columns={columns} onEnd={more} />;
}

export function Hunt() {
  const t = useText();
  const format = useFormat();
  const navigate = useNavigate();
  const search = useSearch({ from: "/hunt" });
  const run = useHuntRun(search);
  const input = useRef<HTMLTextAreaElement>(null);
  const [columns, setColumns] = useStored<readonly string[]>("hunt.columns", []);
  const change = (part: HuntSearch) => void navigate({ to: "/hunt", search: (now) => ({ ...now, ...part }) });
  const start = (q: string) => {
    if (q === (search.q ?? "")) run.again();
    else change({ q: q === "" ? undefined : q });
  };
  useKeys({ run: () => start(input.current?.value ?? ""), filter: () => input.current?.focus() });
  const brush = (from: number, to: number) =>
    change({ from: new Date(from).toISOString(), to: new Date(to).toISOString(), range: undefined });
  const toggleColumn = (name: string) =>
    setColumns(columns.includes(name) ? columns.filter((each) => each !== name) : [...columns, name]);
  const { error } = run.main;
  const last = run.main === run.answer ? run.answer.data : run.rows.data?.pages.at(-1);
  return (
    <div className="hunt">
      <h1 className="visually-hidden">{t("place.hunt")}</h1>
      <div className="hunt-head">
        <QueryBox
          value={search.q ?? ""}
          error={error}
          running={run.isRunning}
          onRun={start}
          onCancel={run.cancel}
          inputRef={input}
        />
        <div className="row wrap">
          <RangePicker search={search} span={run.span} onChange={change} />
          <Segmented
            label={t("hunt.order")}
            value={search.order === "oldest" ? "oldest" : "newest"}
            options={(["newest", "oldest"] as const).map((value) => ({ value, label: t(`hunt.order.${value}`) }))}
            onChange={(order) => change({ order: order === "newest" ? undefined : order })}
          />
          <span className="quiet small grow num">
            {last !== undefined &&
              search.group === undefined &&
              t("hunt.took", { ms: format.number(last.tookMs), n: format.number(last.scanned) })}
          </span>
          <CopyButton text={location.href} label={t("hunt.copy_link")} iconOnly />
          <SavedViews name="hunt" search={search} onOpen={(saved) => void navigate({ to: "/hunt", search: saved })} />
          <AddToNotebook
            query={search.q ?? ""}
            range={run.span}
            relative={search.from === undefined ? (search.range ?? "24h") : undefined}
          />
          <HuntExport run={run} />
        </div>
      </div>
      <Histogram run={run} onBrush={brush} />
      <div className="hunt-body">
        <FieldsSidebar
          summary={run.fields.data}
          columns={columns}
          onColumn={toggleColumn}
          onGroup={(group) => change({ group })}
        />
        <div className={run.rows.isRefetching ? "grid stale" : "grid"}>
          <HuntBody run={run} search={search} columns={columns} onChange={change} />
        </div>
      </div>
    </div>
  );
}
