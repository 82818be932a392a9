import "./rules.css";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useCallback, useMemo, useRef, useState } from "react";
import { Button } from "../../../kit/button.tsx";
import { type Column, DataGrid } from "../../../kit/data-grid.tsx";
import { Empty } from "../../../kit/empty.tsx";
import { useFormat } from "../../../kit/i18n/format.ts";
import { useLanguage, useText } from "../../../kit/i18n/text.tsx";
import { SeverityMark } from "../../../kit/severity.tsx";
import { Skeleton } from "../../../kit/skeleton.tsx";
import { Split } from "../../../kit/split.tsx";
import { When } from "../../../kit/when.tsx";
import { api } from "../../api/client.ts";
import type { RulePage, RuleSummary } from "../../api/types.ts";
import { useColumnChoice } from "../../columns.tsx";
import { logsourceText } from "../../events/summary.ts";
import { FaultView } from "../../fault-view.tsx";
import { RULE_TABS } from "../../frame/places.ts";
import { useKeys } from "../../keys/use-keys.ts";
import { PageTabs } from "../../page-tabs.tsx";
import { rulesRoute } from "../../router.tsx";
import { ruleTitle } from "../alerts/columns.tsx";
import { DataSourceMark } from "./data-source.tsx";
import { RuleFilters } from "./rule-filters.tsx";
import { RulePanel } from "./rule-panel.tsx";
import { filterOf, type RuleSearch } from "./search.ts";

const PAGE = 200;
const keyOf = (rule: RuleSummary) => rule.id;
const BESIDE_PANEL = new Set(["level", "title", "enabled"]);

function useRuleColumns(): Column<RuleSummary>[] {
  const t = useText();
  const format = useFormat();
  const language = useLanguage();
  return useMemo(
    () => [
      {
        id: "level",
        header: t("alert.level"),
        width: "118px",
        sort: "level",
        render: (rule) => <SeverityMark level={rule.level} />,
      },
      {
        id: "title",
        header: t("rule.title"),
        width: "minmax(200px, 3fr)",
        sort: "title",
        render: (rule) => <span title={ruleTitle(rule, language)}>{ruleTitle(rule, language)}</span>,
      },
      {
        id: "logsource",
        header: t("rule.logsource"),
        width: "minmax(130px, 1.2fr)",
        render: (rule) => <span className="quiet">{logsourceText(rule.logsource)}</span>,
      },
      {
        id: "dataSource",
        header: t("rule.data"),
        width: "116px",
        render: (rule) => <DataSourceMark state={rule.dataSource} />,
      },
      {
        id: "fired",
        header: t("rule.fired"),
        width: "64px",
        numeric: true,
        sort: "fired",
        render: (rule) => format.number(rule.firedCount),
      },
      {
        id: "last",
        header: t("rule.last_fired"),
        width: "98px",
        render: (rule) =>
          rule.lastFiredAt === null ? <span className="quiet">—</span> : <When at={rule.lastFiredAt} />,
      },
      {
        id: "author",
        header: t("rule.author"),
        width: "minmax(100px, 1fr)",
        render: (rule) => <bdi className="quiet">{rule.author}</bdi>,
      },
      {
        id: "enabled",
        header: t("rule.state"),
        width: "72px",
        render: (rule) => (rule.enabled ? t("rule.on") : <span className="quiet">{t("rule.off")}</span>),
      },
    ],
    [t, format, language],
  );
}

export function Rules() {
  const t = useText();
  const navigate = useNavigate();
  const language = useLanguage();
  const search = rulesRoute.useSearch();
  const filter = filterOf(search);
  const filterInput = useRef<HTMLInputElement>(null);
  const [local, setLocal] = useState<string>();
  const change = useCallback(
    (part: RuleSearch, replace = false) =>
      void navigate({ to: "/rules", search: (now) => ({ ...now, ...part }), replace }),
    [navigate],
  );
  const pages = useInfiniteQuery({
    queryKey: ["rules", "list", filter],
    queryFn: ({ pageParam, signal }) =>
      api.get<RulePage>("/rules", { ...filter, cursor: pageParam, limit: PAGE }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    placeholderData: keepPreviousData,
  });
  const rows = useMemo(() => pages.data?.pages.flatMap((page) => page.items) ?? [], [pages.data]);
  const total = pages.data?.pages[0]?.total;
  const current = search.rule ?? local;
  const move = (id: string) => (search.rule === undefined ? setLocal(id) : change({ rule: id }, true));
  const step = (by: 1 | -1) => {
    const at = rows.findIndex((rule) => rule.id === current);
    const next = rows[at < 0 ? 0 : Math.max(0, Math.min(rows.length - 1, at + by))];
    if (next !== undefined) move(next.id);
  };
  const closePanel = () => {
    setLocal(search.rule);
    change({ rule: undefined });
  };
  useKeys({
    next: () => step(1),
    previous: () => step(-1),
    open: () => current !== undefined && change({ rule: current }),
    filter: () => filterInput.current?.focus(),
    ...(search.rule === undefined ? {} : { close: closePanel }),
  });
  const all = useRuleColumns();
  const [visible, columnMenu] = useColumnChoice("rules", all);
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = pages;
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  const list = (
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
          columns={search.rule === undefined ? visible : all.filter((column) => BESIDE_PANEL.has(column.id))}
          rows={rows}
          rowKey={keyOf}
          rowTestId="rule-row"
          current={current}
          onCurrent={move}
          onOpen={(id) => change({ rule: id }, search.rule !== undefined)}
          rowClass={(rule) => (rule.enabled ? "" : "quiet")}
          narrow={(rule) => (
            <>
              <div>
                <SeverityMark level={rule.level} />
                <span className="truncate grow">{ruleTitle(rule, language)}</span>
              </div>
              <div className="small quiet">
                <span className="truncate grow">{logsourceText(rule.logsource)}</span>
                <DataSourceMark state={rule.dataSource} />
              </div>
            </>
          )}
          sort={filter.sort ?? "level"}
          onSort={(sort) => change({ sort: sort === "level" ? undefined : sort })}
          onEnd={more}
          total={total}
        />
      )}
      <div className="grid-foot">
        <span className="grow" data-testid="rule-total">
          {total !== undefined && t("rules.total", { n: total })}
        </span>
        {columnMenu}
      </div>
    </div>
  );
  return (
    <>
      <PageTabs tabs={RULE_TABS} label={t("place.rules")} />
      <RuleFilters filter={filter} onChange={change} inputRef={filterInput} />
      <Split
        name="rules"
        list={list}
        panel={
          search.rule === undefined ? undefined : <RulePanel key={search.rule} id={search.rule} onClose={closePanel} />
        }
      />
    </>
  );
}
