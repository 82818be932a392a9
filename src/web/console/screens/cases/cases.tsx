import "./cases.css";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useMemo, useRef, useState } from "react";
import { SEVERITIES } from "../../../../kernel/severity.ts";
import { Button, IconButton } from "../../../kit/button.tsx";
import { DataGrid } from "../../../kit/data-grid.tsx";
import { Empty } from "../../../kit/empty.tsx";
import { useFormat } from "../../../kit/i18n/format.ts";
import { useText } from "../../../kit/i18n/text.tsx";
import { Menu, MenuCheck, MenuItem, MenuLabel } from "../../../kit/menu.tsx";
import { Segmented } from "../../../kit/segmented.tsx";
import { Skeleton } from "../../../kit/skeleton.tsx";
import { Split } from "../../../kit/split.tsx";
import type { CaseSummary } from "../../api/case-types.ts";
import { address } from "../../api/client.ts";
import { useMay } from "../../api/session.ts";
import { download } from "../../download.ts";
import { FaultView } from "../../fault-view.tsx";
import { usePanelCursor } from "../../panel-cursor.ts";
import { listed, toggled } from "../../search-params.ts";
import { TextFilter } from "../alerts/filter-bar.tsx";
import { BESIDE_PANEL, NarrowCase, useCaseColumns } from "./case-columns.tsx";
import { AskAccess } from "./ask-access.tsx";
import { CasePanel } from "./case-panel.tsx";
import { NewCaseDialog } from "./new-case.tsx";
import { type CaseListSearch, caseQuery } from "./search.ts";
import { useCaseList } from "./use-cases.ts";

const VIEWS = ["all", "mine", "watching", "closed"] as const;
type View = (typeof VIEWS)[number];
const keyOf = (record: CaseSummary) => record.id;

function viewOf({ whose, stage }: CaseListSearch): View | undefined {
  if (stage === "closed") return whose === undefined ? "closed" : undefined;
  return VIEWS.find((view) => view === (whose ?? "all"));
}

interface FiltersProps {
  readonly search: CaseListSearch;
  readonly onChange: (part: CaseListSearch, replace?: boolean) => void;
  readonly onNew: () => void;
  readonly filterInput: React.RefObject<HTMLInputElement | null>;
}

function Filters({ search, onChange, onNew, filterInput }: FiltersProps) {
  const t = useText();
  const may = useMay();
  const chosen = listed(search.severity);
  const typed = useCallback((q: string | undefined) => onChange({ q }, true), [onChange]);
  const save = (format: string) => () => download(address("/cases/export", { ...caseQuery(search), format }));
  return (
    <div className="page-head">
      <h1 className="visually-hidden">{t("place.cases")}</h1>
      <Segmented
        label={t("filter.view")}
        value={viewOf(search)}
        options={VIEWS.map((value) => ({ value, label: t(`case.view.${value}`), testId: `case-view-${value}` }))}
        onChange={(view) =>
          onChange({
            stage: view === "closed" ? "closed" : undefined,
            whose: view === "mine" || view === "watching" ? view : undefined,
          })
        }
      />
      <Menu
        trigger={
          <Button icon="down">
            {chosen.length === 0 ? t("case.severity") : t("case.severity.n", { n: chosen.length })}
          </Button>
        }
      >
        {SEVERITIES.toReversed().map((level) => (
          <MenuCheck
            key={level}
            checked={chosen.includes(level)}
            onChange={() => onChange({ severity: toggled(search.severity, level) })}
          >
            {t(`severity.${level}`)}
          </MenuCheck>
        ))}
      </Menu>
      <TextFilter value={search.q ?? ""} label={t("case.filter")} onChange={typed} inputRef={filterInput} />
      <AskAccess />
      <Menu align="end" trigger={<IconButton icon="download" label={t("case.export")} data-testid="case-export" />}>
        <MenuLabel>{t("case.export")}</MenuLabel>
        <MenuItem onSelect={save("csv")}>{t("export.csv")}</MenuItem>
        <MenuItem onSelect={save("ndjson")}>{t("export.ndjson")}</MenuItem>
      </Menu>
      {may("cases.write") && (
        <Button kind="primary" icon="plus" onClick={onNew} data-testid="case-new">
          {t("case.new")}
        </Button>
      )}
    </div>
  );
}

/** Cases of the shift: who leads what, how far it is, what waits. */
export function Cases() {
  const t = useText();
  const format = useFormat();
  const navigate = useNavigate();
  const search = useSearch({ from: "/cases" });
  const list = useCaseList(search);
  const columns = useCaseColumns();
  const filterInput = useRef<HTMLInputElement>(null);
  const [isNew, setNew] = useState(false);
  const change = useCallback(
    (part: CaseListSearch, replace = false) =>
      void navigate({ to: "/cases", search: (now) => ({ ...now, ...part }), replace }),
    [navigate],
  );
  const rows = useMemo(() => list.data?.pages.flatMap(({ items }) => items) ?? [], [list.data]);
  const open = (id: string | undefined, replace: boolean) => change({ case: id }, replace);
  const cursor = usePanelCursor({ keys: rows.map(keyOf), opened: search.case, open, filterInput });
  const total = list.data?.pages[0]?.total ?? 0;
  const isFiltered = Object.entries(search).some(([key, value]) => key !== "case" && value !== undefined);
  return (
    <>
      <Filters search={search} onChange={change} onNew={() => setNew(true)} filterInput={filterInput} />
      <Split
        name="cases"
        list={
          <div className="grid" data-testid="case-list">
            {list.isError && <FaultView error={list.error} onRetry={() => void list.refetch()} />}
            {list.isPending && <Skeleton lines={10} />}
            {list.isSuccess && rows.length === 0 && (
              <Empty
                title={t(isFiltered ? "case.none.filtered" : "case.none.title")}
                action={
                  isFiltered && (
                    <Button onClick={() => void navigate({ to: "/cases", search: {} })}>{t("case.none.reset")}</Button>
                  )
                }
              >
                {t("case.none.body")}
              </Empty>
            )}
            {rows.length > 0 && (
              <>
                <DataGrid
                  label={t("place.cases")}
                  columns={search.case === undefined ? columns : columns.filter((each) => BESIDE_PANEL.has(each.id))}
                  rows={rows}
                  rowKey={keyOf}
                  rowTestId="case-row"
                  current={cursor.current}
                  onCurrent={cursor.move}
                  onOpen={(id) => open(id, search.case !== undefined)}
                  onEnd={list.hasNextPage ? () => void list.fetchNextPage() : undefined}
                  sort={search.sort ?? "updated"}
                  onSort={(sort) => change({ sort: sort === "updated" ? undefined : sort })}
                  narrow={(record) => <NarrowCase record={record} />}
                />
                <div className="grid-foot">{t("case.total", { n: total, count: format.number(total) })}</div>
              </>
            )}
          </div>
        }
        panel={
          search.case === undefined ? undefined : (
            <CasePanel key={search.case} id={search.case} onClose={cursor.close} />
          )
        }
      />
      {isNew && (
        <NewCaseDialog
          alerts={[]}
          onClose={() => setNew(false)}
          onDone={(id) => void navigate({ to: "/cases/$id", params: { id }, search: {} })}
        />
      )}
    </>
  );
}
