import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";
import { Button, IconButton } from "../../../kit/button.tsx";
import { DataGrid } from "../../../kit/data-grid.tsx";
import { Empty } from "../../../kit/empty.tsx";
import { useText } from "../../../kit/i18n/text.tsx";
import { Skeleton } from "../../../kit/skeleton.tsx";
import { address, api } from "../../api/client.ts";
import type { RulePage, RuleSummary } from "../../api/rule-types.ts";
import { useColumnChoice } from "../../columns.tsx";
import { download } from "../../download.ts";
import { FaultView } from "../../fault-view.tsx";
import { BESIDE_PANEL, NarrowRule, useRuleColumns } from "./rule-columns.tsx";
import type { RuleFilter, RuleSearch } from "./search.ts";

const PAGE = 200;
const keyOf = (rule: RuleSummary) => rule.id;

export function useRuleRows(filter: RuleFilter) {
  const pages = useInfiniteQuery({
    queryKey: ["rules", "list", filter],
    queryFn: ({ pageParam, signal }) =>
      api.get<RulePage>("/rules", { ...filter, cursor: pageParam, limit: PAGE }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    placeholderData: keepPreviousData,
  });
  const rows = useMemo(() => pages.data?.pages.flatMap((page) => page.items) ?? [], [pages.data]);
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = pages;
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  return { pages, rows, more, total: pages.data?.pages[0]?.total };
}

interface RuleListProps {
  readonly found: ReturnType<typeof useRuleRows>;
  readonly filter: RuleFilter;
  readonly opened: string | undefined;
  readonly current: string | undefined;
  readonly onCurrent: (id: string) => void;
  readonly onChange: (part: RuleSearch, replace?: boolean) => void;
}

export function RuleList({ found, filter, opened, current, onCurrent, onChange }: RuleListProps) {
  const t = useText();
  const navigate = useNavigate();
  const { pages, rows, total } = found;
  const { sort: _sort, ...exported } = filter;
  const all = useRuleColumns();
  const [visible, columnMenu] = useColumnChoice("rules", all);
  return (
    <div className="grid" data-testid="rule-list">
      {pages.isError && <FaultView error={pages.error} onRetry={() => void pages.refetch()} />}
      {pages.isPending && <Skeleton lines={14} />}
      {pages.isSuccess && rows.length === 0 && (
        <Empty
          title={t("rules.none.title")}
          action={<Button onClick={() => void navigate({ to: "/rules", search: {} })}>{t("queue.none.reset")}</Button>}
        >
          {t("rules.none.body")}
        </Empty>
      )}
      {rows.length > 0 && (
        <DataGrid
          label={t("place.rules")}
          columns={opened === undefined ? visible : all.filter((column) => BESIDE_PANEL.has(column.id))}
          rows={rows}
          rowKey={keyOf}
          rowTestId="rule-row"
          current={current}
          onCurrent={onCurrent}
          onOpen={(id) => onChange({ rule: id }, opened !== undefined)}
          rowClass={(rule) => (rule.enabled ? "" : "quiet")}
          narrow={(rule) => <NarrowRule rule={rule} />}
          sort={filter.sort ?? "level"}
          onSort={(sort) => onChange({ sort: sort === "level" ? undefined : sort })}
          onEnd={found.more}
          total={total}
        />
      )}
      <div className="grid-foot">
        <span className="grow" data-testid="rule-total">
          {total !== undefined && t("rules.total", { n: total })}
        </span>
        <IconButton
          icon="download"
          label={t("rules.export")}
          onClick={() => download(address("/rules/export", exported))}
          data-testid="rules-export"
        />
        {columnMenu}
      </div>
    </div>
  );
}
