import "../settings/settings.css";
import "./audit.css";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useMemo, useState } from "react";
import { type Column, DataGrid } from "../../../kit/data-grid.tsx";
import { Empty } from "../../../kit/empty.tsx";
import { useFormat } from "../../../kit/i18n/format.ts";
import { hasText, useText } from "../../../kit/i18n/text.tsx";
import { RawText } from "../../../kit/raw-text.tsx";
import { Skeleton } from "../../../kit/skeleton.tsx";
import { api } from "../../api/client.ts";
import type { AuditEntry, AuditPage } from "../../api/types.ts";
import { FaultView } from "../../fault-view.tsx";
import { SETTINGS } from "../../frame/places.ts";
import { PageTabs } from "../../page-tabs.tsx";
import { rangeMs } from "../../search-params.ts";
import { TextFilter } from "../alerts/filter-bar.tsx";
import type { AuditSearch } from "./search.ts";
import { Verification } from "./verification.tsx";

const PAGE = 200;
const MINUTE_MS = 60_000;
const OUTCOMES = ["ok", "denied", "failed"] as const;
const RANGES = ["1h", "24h", "7d", "30d"] as const;
const keyOf = (entry: AuditEntry) => String(entry.index);

function useVerbText(): (verb: string) => string {
  const t = useText();
  return (verb) => (hasText(`audit.verb.${verb}`) ? t(`audit.verb.${verb}`) : verb);
}

function useAuditColumns(): Column<AuditEntry>[] {
  const t = useText();
  const format = useFormat();
  const verbText = useVerbText();
  return [
    {
      id: "index",
      header: t("audit.index"),
      width: "64px",
      numeric: true,
      render: (entry) => format.number(entry.index),
    },
    {
      id: "at",
      header: t("audit.at"),
      width: "144px",
      render: (entry) => <time dateTime={entry.at}>{format.exact(new Date(entry.at))}</time>,
    },
    {
      id: "actor",
      header: t("audit.actor"),
      width: "minmax(120px, 1.2fr)",
      render: (entry) => <bdi title={t(`audit.kind.${entry.actor.kind}`)}>{entry.actor.name}</bdi>,
    },
    {
      id: "verb",
      header: t("audit.verb"),
      width: "minmax(160px, 1.6fr)",
      render: (entry) => <span title={entry.verb}>{verbText(entry.verb)}</span>,
    },
    {
      id: "object",
      header: t("audit.object"),
      width: "minmax(120px, 1.2fr)",
      render: (entry) => entry.object !== null && <RawText text={`${entry.object.kind} ${entry.object.id}`} />,
    },
    {
      id: "outcome",
      header: t("audit.outcome"),
      width: "96px",
      render: (entry) => (
        <span className={entry.outcome === "ok" ? "quiet" : "bad-text"}>{t(`audit.outcome.${entry.outcome}`)}</span>
      ),
    },
    {
      id: "peer",
      header: t("audit.peer"),
      width: "110px",
      render: (entry) => entry.peer !== null && <RawText text={entry.peer} />,
    },
  ];
}

function Details({ entry }: { entry: AuditEntry }) {
  const t = useText();
  return (
    <div className="event-expansion audit-details">
      <pre>
        <RawText text={JSON.stringify(entry.details, null, 2)} block />
      </pre>
      <p className="quiet small">
        {t("audit.leaf")} <code>{entry.leafHash}</code>
      </p>
    </div>
  );
}

export function Audit() {
  const t = useText();
  const navigate = useNavigate();
  const verbText = useVerbText();
  const columns = useAuditColumns();
  const format = useFormat();
  const search: AuditSearch = useSearch({ from: "/settings/audit" });
  const [current, setCurrent] = useState<string>();
  const [open, setOpen] = useState<string>();
  const change = useCallback(
    (part: AuditSearch) => void navigate({ to: "/settings/audit", search: (now) => ({ ...now, ...part }) }),
    [navigate],
  );
  const pages = useInfiniteQuery({
    queryKey: ["audit", search],
    queryFn: ({ pageParam, signal }) => {
      const { range, ...rest } = search;
      const span = range === undefined ? undefined : rangeMs(range);
      const from =
        span === undefined
          ? undefined
          : new Date(Math.floor((Date.now() - span) / MINUTE_MS) * MINUTE_MS).toISOString();
      return api.get<AuditPage>("/audit", { ...rest, from, cursor: pageParam, limit: PAGE }, signal);
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    placeholderData: keepPreviousData,
  });
  const rows = useMemo(() => pages.data?.pages.flatMap((page) => page.items) ?? [], [pages.data]);
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = pages;
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  return (
    <>
      <PageTabs tabs={SETTINGS} label={t("place.settings")} />
      <div className="page-head alert-filters">
        <h1 className="visually-hidden">{t("place.audit")}</h1>
        <TextFilter value={search.verb ?? ""} label={t("audit.filter_verb")} onChange={(verb) => change({ verb })} />
        <select
          className="input"
          aria-label={t("audit.outcome")}
          value={search.outcome ?? ""}
          onChange={(event) => change({ outcome: event.target.value || undefined })}
        >
          <option value="">{t("audit.any_outcome")}</option>
          {OUTCOMES.map((outcome) => (
            <option key={outcome} value={outcome}>
              {t(`audit.outcome.${outcome}`)}
            </option>
          ))}
        </select>
        <select
          className="input"
          aria-label={t("filter.time")}
          value={search.range ?? ""}
          onChange={(event) => change({ range: event.target.value || undefined })}
        >
          <option value="">{t("filter.any_time")}</option>
          {RANGES.map((range) => (
            <option key={range} value={range}>
              {t(`range.${range}`)}
            </option>
          ))}
        </select>
      </div>
      <Verification />
      <div className="grid" data-testid="audit-list">
        {pages.isPending && <Skeleton lines={12} />}
        {pages.isError && <FaultView error={pages.error} onRetry={() => void pages.refetch()} />}
        {pages.isSuccess && rows.length === 0 && <Empty title={t("audit.none.title")}>{t("audit.none.body")}</Empty>}
        {rows.length > 0 && (
          <DataGrid
            label={t("place.audit")}
            columns={columns}
            rows={rows}
            rowKey={keyOf}
            rowTestId="audit-row"
            current={current}
            onCurrent={setCurrent}
            onOpen={(key) => setOpen(open === key ? undefined : key)}
            expansion={(entry) => (keyOf(entry) === open ? <Details entry={entry} /> : undefined)}
            narrow={(entry) => (
              <>
                <div>
                  <span className="truncate grow">{verbText(entry.verb)}</span>
                  <span className={entry.outcome === "ok" ? "quiet" : "bad-text"}>
                    {t(`audit.outcome.${entry.outcome}`)}
                  </span>
                </div>
                <div className="small quiet">
                  <bdi className="truncate grow">{entry.actor.name}</bdi>
                  <span>{format.exact(new Date(entry.at))}</span>
                </div>
              </>
            )}
            onEnd={more}
          />
        )}
      </div>
    </>
  );
}
