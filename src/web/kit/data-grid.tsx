import { useVirtualizer } from "@tanstack/react-virtual";
import { type CSSProperties, type KeyboardEvent, memo, type ReactNode, type RefObject, useEffect, useRef } from "react";
import { useGridCursor } from "./grid-cursor.ts";
import { useText } from "./i18n/text.tsx";
import { NARROW, useMedia } from "./media.ts";

export interface Column<Row> {
  readonly id: string;
  readonly header: string;
  /** A CSS grid track: "88px", "minmax(200px, 2fr)". */
  readonly width: string;
  readonly numeric?: boolean;
  /** The value of `sort` this column stands for. */
  readonly sort?: string;
  readonly render: (row: Row) => ReactNode;
}

export interface DataGridProps<Row> {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  readonly rowTestId: string;
  readonly current?: string | undefined;
  readonly onCurrent?: (key: string) => void;
  readonly onOpen?: (key: string) => void;
  readonly checked?: ReadonlySet<string>;
  readonly onCheck?: (key: string, range: boolean) => void;
  readonly rowClass?: (row: Row) => string;
  /** Two-line form of a row on a narrow screen. */
  readonly narrow?: (row: Row) => ReactNode;
  readonly expansion?: (row: Row) => ReactNode | undefined;
  readonly onEnd?: (() => void) | undefined;
  readonly sort?: string | undefined;
  readonly onSort?: (sort: string) => void;
  readonly total?: number | undefined;
  readonly scrollRef?: RefObject<HTMLDivElement | null>;
  readonly dense?: boolean;
}

/** As `.grid-head` of grid.css: it scrolls with the rows and stays over them. */
const HEAD_PX = 30;
const ROW_PX = 32;
const DENSE_ROW_PX = 26;
const NARROW_ROW_PX = 62;
const CHECK_TRACK = "16px ";

function Head<Row>({ columns, checked, onSort, sort }: DataGridProps<Row>) {
  const t = useText();
  return (
    <div className="grid-head" role="row" aria-rowindex={1} style={{ gridTemplateColumns: tracks(columns, checked) }}>
      {checked !== undefined && (
        <span role="columnheader">
          <span className="visually-hidden">{t("grid.select")}</span>
        </span>
      )}
      {columns.map((column) => (
        <span
          key={column.id}
          role="columnheader"
          className={column.numeric ? "num" : "truncate"}
          aria-sort={column.sort !== undefined && column.sort === sort ? "descending" : undefined}
        >
          {column.sort !== undefined && onSort !== undefined ? (
            <button type="button" onClick={() => onSort(column.sort ?? "")}>
              {column.header}
              {column.sort === sort && <span aria-hidden="true"> ↓</span>}
            </button>
          ) : (
            column.header
          )}
        </span>
      ))}
    </div>
  );
}

function tracks<Row>(columns: readonly Column<Row>[], checked: ReadonlySet<string> | undefined): string {
  return (checked === undefined ? "" : CHECK_TRACK) + columns.map((column) => column.width).join(" ");
}

const GAP_PX = 12;
const PADDING_PX = 32;

/** Rows are laid out one by one, so all get the same least width: the sum of the least widths of their tracks. */
function leastWidth<Row>(columns: readonly Column<Row>[], checked: ReadonlySet<string> | undefined): number {
  const first = columns.map((column) => Number(/\d+/u.exec(column.width)?.[0] ?? 0));
  const check = checked === undefined ? 0 : 16 + GAP_PX;
  return first.reduce((sum, width) => sum + width + GAP_PX, PADDING_PX - GAP_PX + check);
}

interface RowViewProps<Row> extends Pick<DataGridProps<Row>, "columns" | "narrow" | "rowTestId"> {
  /** What is asked only when somebody clicks. */
  readonly grid: RefObject<DataGridProps<Row>>;
  readonly row: Row;
  readonly rowKey: string;
  readonly rowClass: string;
  readonly tracks: string;
  readonly index: number;
  readonly small: boolean;
  readonly focusable: boolean;
  readonly isCurrent: boolean;
  /** Undefined where rows cannot be picked. */
  readonly isChecked: boolean | undefined;
}

function RowShown<Row>(props: RowViewProps<Row>) {
  const { grid, row, rowKey: key, index, small, isCurrent, isChecked } = props;
  const t = useText();
  return (
    // Enter and arrows are handled on the grid, where focus rows roam
    <div
      className={`grid-row ${isCurrent ? "current" : ""} ${small ? "narrow" : ""} ${props.rowClass}`}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={isChecked ?? isCurrent}
      tabIndex={props.focusable ? 0 : -1}
      data-key={key}
      data-testid={props.rowTestId}
      style={small ? undefined : { gridTemplateColumns: props.tracks }}
      onClick={() => {
        grid.current.onCurrent?.(key);
        grid.current.onOpen?.(key);
      }}
    >
      {small ? (
        // One cell holds the whole narrow row
        <div role="gridcell" className="grid-narrow">
          {props.narrow?.(row)}
        </div>
      ) : (
        <>
          {isChecked !== undefined && (
            // The cell only keeps a click on the checkbox from opening the row
            <span role="gridcell" onClick={(event) => event.stopPropagation()}>
              <input
                type="checkbox"
                tabIndex={-1}
                checked={isChecked}
                aria-label={t("grid.select_row")}
                onClick={(event) => grid.current.onCheck?.(key, event.shiftKey)}
                onChange={() => undefined}
              />
            </span>
          )}
          {props.columns.map((column) => (
            <span key={column.id} role="gridcell" className={column.numeric ? "grid-cell num" : "grid-cell"}>
              {column.render(row)}
            </span>
          ))}
        </>
      )}
    </div>
  );
}

/** A row is drawn again only when it looks different: moving the cursor draws two of them. */
const RowView = memo(RowShown) as typeof RowShown;

/** What a row unfolds is a row of its own to assistive technology. */
function Expansion({ children }: { children: ReactNode }) {
  if (children === undefined) return null;
  return (
    <div role="row">
      <div role="gridcell">{children}</div>
    </div>
  );
}

function step(event: KeyboardEvent<HTMLDivElement>, count: number, at: number): number | undefined {
  if (event.key === "ArrowDown") return Math.min(count - 1, at + 1);
  if (event.key === "ArrowUp") return Math.max(0, at - 1);
  if (event.key === "Home") return 0;
  if (event.key === "End") return count - 1;
  return undefined;
}

function moveByKey<Row>(event: KeyboardEvent<HTMLDivElement>, grid: DataGridProps<Row>): void {
  const { rows, rowKey } = grid;
  if (!(event.target instanceof HTMLElement) || !event.target.classList.contains("grid-row")) return;
  const key = event.target.dataset["key"];
  const at = rows.findIndex((row) => rowKey(row) === key);
  const next = step(event, rows.length, at);
  const row = next === undefined ? undefined : rows[next];
  if (row !== undefined) {
    event.preventDefault();
    grid.onCurrent?.(rowKey(row));
  } else if (event.key === "Enter" && key !== undefined) {
    event.preventDefault();
    grid.onOpen?.(key);
  }
}

/** A virtual list of rows that reads as a table, keeps one tab stop and never lays out what is out of sight. */
export function DataGrid<Row>(grid: DataGridProps<Row>) {
  const { rows, rowKey, current, onEnd, columns, checked } = grid;
  const latest = useRef(grid);
  latest.current = grid;
  const ownScroll = useRef<HTMLDivElement>(null);
  const scroll = grid.scrollRef ?? ownScroll;
  const small = useMedia(NARROW) && grid.narrow !== undefined;
  const rowPx = small ? NARROW_ROW_PX : grid.dense ? DENSE_ROW_PX : ROW_PX;
  const headPx = small ? 0 : HEAD_PX;
  const virtual = useVirtualizer({
    count: rows.length,
    scrollMargin: headPx,
    scrollPaddingStart: headPx,
    getScrollElement: () => scroll.current,
    estimateSize: () => rowPx,
    getItemKey: (index) => {
      const row = rows[index];
      return row === undefined ? index : rowKey(row);
    },
    overscan: 12,
  });
  const columnTracks = tracks(columns, checked);
  const items = virtual.getVirtualItems();
  const lastIndex = items.at(-1)?.index ?? -1;
  useEffect(() => {
    if (lastIndex >= rows.length - 20) onEnd?.();
  }, [lastIndex, rows.length, onEnd]);
  useEffect(() => virtual.measure(), [rowPx, headPx, virtual]);

  const currentIndex = current === undefined ? -1 : rows.findIndex((row) => rowKey(row) === current);
  useGridCursor({ virtual, scroll, current, index: currentIndex });

  return (
    <div
      className="grid-scroll"
      ref={scroll}
      role="grid"
      aria-label={grid.label}
      style={
        {
          "--row": `${rowPx}px`,
          "--least": small ? "0" : `${leastWidth(grid.columns, grid.checked)}px`,
        } as CSSProperties
      }
      aria-rowcount={(grid.total ?? rows.length) + 1}
      onKeyDown={(event) => moveByKey(event, grid)}
    >
      {!small && <Head {...grid} />}
      <div className="grid-body" role="rowgroup" style={{ height: virtual.getTotalSize() }}>
        {items.map((item) => {
          const row = rows[item.index];
          if (row === undefined) return null;
          return (
            <div
              key={item.key}
              className="grid-item"
              role="presentation"
              data-index={item.index}
              ref={grid.expansion === undefined ? undefined : virtual.measureElement}
              style={{ transform: `translateY(${item.start - headPx}px)` }}
            >
              <RowView
                grid={latest}
                columns={columns}
                narrow={grid.narrow}
                rowTestId={grid.rowTestId}
                row={row}
                rowKey={rowKey(row)}
                rowClass={grid.rowClass?.(row) ?? ""}
                tracks={columnTracks}
                index={item.index}
                small={small}
                focusable={currentIndex < 0 ? item.index === 0 : item.index === currentIndex}
                isCurrent={item.index === currentIndex}
                isChecked={checked?.has(rowKey(row))}
              />
              <Expansion>{grid.expansion?.(row)}</Expansion>
            </div>
          );
        })}
      </div>
    </div>
  );
}
