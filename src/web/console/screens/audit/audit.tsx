import "../settings/settings.css";
import "./audit.css";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useMemo, useState } from "react";
import { DataGrid } from "../../../kit/data-grid.tsx";
import { Empty } from "../../../kit/empty.tsx";
import { useText } from "../../../kit/i18n/text.tsx";
import { Skeleton } from "../../../kit/skeleton.tsx";
import { api } from "../../api/client.ts";
import type { AuditEntry, AuditPage } from "../../api/types.ts";
import { FaultView } from "../../fault-view.tsx";
import { SETTINGS } from "../../frame/places.ts";
import { PageTabs } from "../../page-tabs.tsx";
import { rangeMs } from "../../search-params.ts";
import { Details, NarrowEntry, useAuditColumns } from "./audit-columns.tsx";
import { AuditFilters } from "./audit-filters.tsx";
import type { AuditSearch } from "./search.ts";
import { Verification } from "./verification.tsx";

const PAGE = 200;
const MINUTE_MS = 60_000;
const keyOf = (entry: AuditEntry) => String(entry.index);

function startOf(range: string | undefined): string | undefined {
  const span = range === undefined ? undefined : rangeMs(range);
  if (span === undefined) return undefined;
  return new Date(Math.floor((Date.now() - span) / MINUTE_MS) * MINUTE_MS).toISOString();
}

function useAuditRows(search: AuditSearch) {
  const pages = useInfiniteQuery({
    queryKey: ["audit", search],
    queryFn: ({ pageParam, signal }) => {
      const { range, ...rest } = search;
      return api.get<AuditPage>("/audit", { ...rest, from: startOf(range), cursor: pageParam, limit: PAGE }, signal);
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
  return { pages, rows, more };
}

export function Audit() {
  const t = useText();
  const navigate = useNavigate();
  const columns = useAuditColumns();
  const search: AuditSearch = useSearch({ from: "/settings/audit" });
  const [current, setCurrent] = useState<string>();
  const [open, setOpen] = useState<string>();
  const change = useCallback(
    (part: AuditSearch) => void navigate({ to: "/settings/audit", search: (now) => ({ ...now, ...part }) }),
    [navigate],
  );
  const { pages, rows, more } = useAuditRows(search);
  return (
    <>
      <PageTabs tabs={SETTINGS} label={t("place.settings")} />
      <AuditFilters search={search} onChange={change} />
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
            narrow={(entry) => <NarrowEntry entry={entry} />}
            onEnd={more}
          />
        )}
      </div>
    </>
  );
}
