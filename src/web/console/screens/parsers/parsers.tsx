import "./parsers.css";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { type ReactNode, useRef } from "react";
import { DataGrid } from "../../../kit/data-grid.tsx";
import { Empty } from "../../../kit/empty.tsx";
import { type Format, useFormat } from "../../../kit/i18n/format.ts";
import { useText } from "../../../kit/i18n/text.tsx";
import { Segmented } from "../../../kit/segmented.tsx";
import { Skeleton } from "../../../kit/skeleton.tsx";
import { Split } from "../../../kit/split.tsx";
import type { ParserList } from "../../api/types.ts";
import { useColumnChoice } from "../../columns.tsx";
import { FaultView } from "../../fault-view.tsx";
import { SENSOR_TABS } from "../../frame/places.ts";
import { PageTabs } from "../../page-tabs.tsx";
import { usePanelCursor } from "../../panel-cursor.ts";
import { TextFilter } from "../alerts/filter-bar.tsx";
import { BESIDE_PANEL, NarrowParser, sourceText, useParserColumns } from "./parser-columns.tsx";
import { ParserPanel } from "./parser-panel.tsx";
import type { ParserSearch } from "./search.ts";
import { COUNTED_RANGE, type ParserRow, rowsOf, UNREAD, useFormatCounts, useParserList } from "./use-parsers.ts";

const SHOWN = ["all", "reading"] as const;
const keyOf = (row: ParserRow) => row.name;

function matches({ name, parser }: ParserRow, needle: string): boolean {
  if (needle === "") return true;
  const words = [name, parser?.title ?? "", ...(parser?.programs ?? []), ...(parser?.logsource ?? []).map(sourceText)];
  return words.some((word) => word.toLowerCase().includes(needle));
}

/** Those that read something first: they are what this place is made of. */
function shown(rows: readonly ParserRow[], search: ParserSearch, format: Format): ParserRow[] {
  const needle = (search.q ?? "").trim().toLowerCase();
  return rows
    .filter((row) => search.show !== "reading" || (row.events ?? 0) > 0 || (row.parser?.sensors.length ?? 0) > 0)
    .filter((row) => matches(row, needle))
    .sort((a, b) => (b.events ?? 0) - (a.events ?? 0) || format.compare(a.name, b.name));
}

function Problems({ problems }: { problems: ParserList["problems"] }) {
  const t = useText();
  if (problems.length === 0) return null;
  return (
    <div className="notice bad" data-testid="parser-problems">
      <div>
        <h3>{t("parsers.problems", { n: problems.length })}</h3>
        <ul lang="en">
          {problems.map(({ file, line, message, hint }) => (
            <li key={`${file} ${line} ${message}`}>
              <span className="mono">
                {file}:{line}
              </span>{" "}
              {message}
              {hint !== null && <span className="quiet"> · {hint}</span>}
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}

function Foot({ total, unread, menu }: { total: number; unread: number; menu: ReactNode }) {
  const t = useText();
  return (
    <div className="grid-foot">
      <span className="grow">
        {t("parsers.total", { n: total })}
        {unread > 0 && (
          <>
            {" · "}
            <Link to="/hunt" search={{ q: "parse_failure:*", range: COUNTED_RANGE }} data-testid="parsers-unread">
              {t("parsers.unread", { n: unread })}
            </Link>
          </>
        )}
      </span>
      {menu}
    </div>
  );
}

/** Every parser, what it reads and how much of it came; beside the list one of them in full. */
export function Parsers() {
  const t = useText();
  const format = useFormat();
  const navigate = useNavigate();
  const search: ParserSearch = useSearch({ from: "/sensors/parsers" });
  const filterInput = useRef<HTMLInputElement>(null);
  const list = useParserList();
  const counts = useFormatCounts();
  const columns = useParserColumns();
  const [visible, menu] = useColumnChoice("parsers", columns, ["reads", "programs"]);
  const change = (part: ParserSearch, replace = false) =>
    void navigate({ to: "/sensors/parsers", search: (now) => ({ ...now, ...part }), replace });
  const all = rowsOf(list.data?.items ?? [], counts);
  const rows = shown(all, search, format);
  const opened = all.find(({ name }) => name === search.parser);
  const cursor = usePanelCursor({
    keys: rows.map(keyOf),
    opened: search.parser,
    open: (parser, replace) => change({ parser }, replace),
    filterInput,
  });
  const grid = (
    <div className="grid" data-testid="parser-list">
      {list.isPending && <Skeleton />}
      {list.isError && <FaultView error={list.error} onRetry={() => void list.refetch()} />}
      <Problems problems={list.data?.problems ?? []} />
      {list.isSuccess && rows.length === 0 && <Empty title={t("parsers.none.title")}>{t("parsers.none.body")}</Empty>}
      {rows.length > 0 && (
        <DataGrid
          // Counts come later and put the rows in another order: the grid has to find its current row anew.
          key={counts === undefined ? "uncounted" : "counted"}
          label={t("place.parsers")}
          columns={opened === undefined ? visible : columns.filter(({ id }) => BESIDE_PANEL.has(id))}
          rows={rows}
          rowKey={keyOf}
          rowTestId="parser-row"
          current={cursor.current}
          onCurrent={cursor.move}
          onOpen={(parser) => change({ parser }, search.parser !== undefined)}
          narrow={(row) => <NarrowParser row={row} />}
        />
      )}
      <Foot total={rows.length} unread={counts?.get(UNREAD) ?? 0} menu={menu} />
    </div>
  );
  return (
    <>
      <PageTabs tabs={SENSOR_TABS} label={t("place.sensors")} />
      <div className="page-head">
        <h1 className="visually-hidden">{t("place.parsers")}</h1>
        <Segmented
          label={t("parsers.show")}
          value={search.show === "reading" ? "reading" : "all"}
          options={SHOWN.map((value) => ({ value, label: t(`parsers.show.${value}`) }))}
          onChange={(value) => change({ show: value === "all" ? undefined : value })}
        />
        <TextFilter
          value={search.q ?? ""}
          label={t("parsers.filter")}
          onChange={(q) => change({ q })}
          inputRef={filterInput}
        />
        <span className="grow" />
        <Link className="button primary" to="/sensors/parsers/try" search={{}} data-testid="parsers-try">
          {t("parsers.try_lines")}
        </Link>
      </div>
      <Split
        name="parsers"
        list={grid}
        panel={opened === undefined ? undefined : <ParserPanel key={opened.name} row={opened} onClose={cursor.close} />}
      />
    </>
  );
}
