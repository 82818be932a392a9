import { Link } from "@tanstack/react-router";
import { type ReactNode, useMemo } from "react";
import { Button } from "../../../kit/button.tsx";
import { Empty } from "../../../kit/empty.tsx";
import { useFormat } from "../../../kit/i18n/format.ts";
import { useLanguage, useText } from "../../../kit/i18n/text.tsx";
import { SafeText } from "../../../kit/raw-text.tsx";
import { TableScroll } from "../../../kit/table-scroll.tsx";
import { useNow } from "../../../kit/when.tsx";
import type { RetentionSettings, Storage, StoredSource } from "../../api/storage-types.ts";
import { csvOf } from "../../csv.ts";
import { saveText } from "../../download.ts";
import { Value } from "../../values/value-menu.tsx";
import { citation, keepText } from "./keep-text.ts";
import { logsourceOf, ordered, type Sort, sourceSheet } from "./source-order.ts";

/** All of them are in the sheet. */
const SHOWN = 300;
const DAY_MS = 86_400_000;

interface Column {
  readonly id: string;
  readonly sort?: Sort;
  readonly numeric?: boolean;
  readonly render: (source: StoredSource) => ReactNode;
}

function TermCell({ source, retention }: { source: StoredSource; retention: RetentionSettings | undefined }) {
  const t = useText();
  const term = retention?.terms.find(({ id }) => id === source.decidingTerm);
  if (source.decidingTerm === null) return <span className="quiet">{t("storage.no_term")}</span>;
  if (term === undefined) return null;
  const rule = retention?.rules.find(({ id }) => id === term.rule);
  return (
    <>
      <Link to="/storage/retention">{term.keep === null ? t("storage.without_end") : keepText(term.keep, t)}</Link>
      <div className="quiet small">{rule === undefined ? <SafeText text={term.name} /> : citation(rule)}</div>
    </>
  );
}

function LapseCell({ lapsesAt }: { lapsesAt: string | null }) {
  const t = useText();
  const format = useFormat();
  const now = useNow();
  if (lapsesAt === null) return <span className="quiet">{t("storage.never")}</span>;
  const left = Math.ceil((Date.parse(lapsesAt) - now) / DAY_MS);
  return (
    <>
      <time dateTime={lapsesAt}>{format.date(new Date(lapsesAt))}</time>
      <div className="quiet small">
        {left <= 0 ? t("storage.lapses.due") : t("time.ahead", { d: t("storage.keep.D", { n: left }) })}
      </div>
    </>
  );
}

function useColumns(retention: RetentionSettings | undefined, stored: number): Column[] {
  const t = useText();
  const format = useFormat();
  return [
    {
      id: "sensor",
      sort: "sensor",
      render: (source) => (
        <>
          <Value field="sensor" value={source.sensor} />
          <div className="quiet small">{logsourceOf(source) || t("storage.unmapped")}</div>
        </>
      ),
    },
    { id: "events", sort: "events", numeric: true, render: (source) => format.number(source.events) },
    {
      id: "stored",
      sort: "stored",
      numeric: true,
      render: (source) => (
        <>
          {format.bytes(source.storedBytes)}
          <div className="quiet small">{format.percent(stored === 0 ? 0 : source.storedBytes / stored)}</div>
        </>
      ),
    },
    {
      id: "compression",
      sort: "compression",
      numeric: true,
      render: (source) => t("storage.times", { n: format.decimal(source.compression) }),
    },
    {
      id: "oldest",
      sort: "oldest",
      render: (source) => <time dateTime={source.oldest}>{format.date(new Date(source.oldest))}</time>,
    },
    {
      id: "newest",
      sort: "newest",
      render: (source) => <time dateTime={source.newest}>{format.brief(new Date(source.newest))}</time>,
    },
    {
      id: "growth",
      sort: "growth",
      numeric: true,
      render: (source) => t("storage.per_day", { bytes: format.bytes(source.bytesPerDay) }),
    },
    { id: "term", render: (source) => <TermCell source={source} retention={retention} /> },
    { id: "lapses", sort: "lapses", render: (source) => <LapseCell lapsesAt={source.lapsesAt} /> },
  ];
}

interface SourceTableProps {
  readonly storage: Storage;
  readonly retention: RetentionSettings | undefined;
  readonly sort: Sort;
  readonly onSort: (sort: Sort) => void;
}

export function SourceTable({ storage, retention, sort, onSort }: SourceTableProps) {
  const t = useText();
  const format = useFormat();
  const language = useLanguage();
  const { sources } = storage;
  const rows = useMemo(() => ordered(sources, sort, format), [sources, sort, format]);
  const columns = useColumns(
    retention,
    sources.reduce((sum, source) => sum + source.storedBytes, 0),
  );
  const save = () => saveText(`khien-storage-${storage.at.slice(0, 10)}.csv`, csvOf(sourceSheet(rows, retention)));
  return (
    <section className="storage-part wide">
      <div className="row section-head">
        <h2 className="grow">{t("storage.sources")}</h2>
        {sources.length > 0 && (
          <Button icon="download" onClick={save} data-testid="storage-csv">
            {t("storage.csv")}
          </Button>
        )}
      </div>
      {sources.length === 0 ? (
        <Empty title={t("storage.sources.none")}>{t("storage.sources.none.why")}</Empty>
      ) : (
        <TableScroll label={t("storage.sources")}>
          <table className="table storage-sources" data-testid="storage-sources" lang={language}>
            <thead>
              <tr>
                {columns.map((column) => (
                  <SortHead key={column.id} column={column} sort={sort} onSort={onSort} />
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.slice(0, SHOWN).map((source) => (
                <tr key={`${source.sensor} ${logsourceOf(source)}`} data-testid="storage-source">
                  {columns.map((column) => (
                    <td key={column.id} className={column.numeric ? "num" : undefined}>
                      {column.render(source)}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </TableScroll>
      )}
      {rows.length > SHOWN && (
        <p className="quiet small">
          {t("storage.sources.first", { n: format.number(SHOWN), of: format.number(rows.length) })}
        </p>
      )}
    </section>
  );
}

function SortHead({ column, sort, onSort }: { column: Column; sort: Sort; onSort: (sort: Sort) => void }) {
  const t = useText();
  const { id, sort: own, numeric } = column;
  const isSorted = own === sort;
  // Names and dates to come go up, figures and the newest go down.
  const direction = own === "sensor" || own === "oldest" || own === "lapses" ? "ascending" : "descending";
  return (
    <th scope="col" className={numeric ? "num" : undefined} aria-sort={isSorted ? direction : undefined}>
      {own === undefined ? (
        t(`storage.col.${id}`)
      ) : (
        <button type="button" className="sort-button" onClick={() => onSort(own)} data-testid={`sort-${own}`}>
          {t(`storage.col.${id}`)}
          {isSorted && <span aria-hidden="true">{direction === "ascending" ? " ↑" : " ↓"}</span>}
        </button>
      )}
    </th>
  );
}
