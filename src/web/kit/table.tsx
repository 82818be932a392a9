import "./table.css";
import type { CSSProperties, ReactNode } from "react";
import { TableScroll } from "./table-scroll.tsx";

export interface TableColumn<Row> {
  readonly id: string;
  readonly header: string;
  /** The header is only for those who listen: a column of buttons or bars. */
  readonly silentHeader?: boolean;
  readonly numeric?: boolean;
  readonly width?: string;
  readonly className?: string | ((row: Row) => string);
  /** The cell that names the row. */
  readonly names?: boolean;
  readonly render: (row: Row) => ReactNode;
}

interface TableProps<Row> {
  /** Named for those who listen; also the name of the box a wide table scrolls in. */
  readonly label: string;
  readonly columns: readonly TableColumn<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row, index: number) => string;
  readonly testId?: string;
  readonly rowTestId?: string;
  readonly rowClass?: (row: Row) => string | undefined;
  readonly isCurrent?: (row: Row) => boolean;
  readonly className?: string;
  /** Wide tables scroll in a box of their own; narrow ones need none. */
  readonly scrolls?: boolean;
}

function Head<Row>({ columns }: { columns: readonly TableColumn<Row>[] }) {
  return (
    <thead>
      <tr>
        {columns.map((column) => (
          <th key={column.id} scope="col" className={column.numeric ? "num" : undefined}>
            {column.silentHeader ? <span className="visually-hidden">{column.header}</span> : column.header}
          </th>
        ))}
      </tr>
    </thead>
  );
}

function Cell<Row>({ column, row }: { column: TableColumn<Row>; row: Row }) {
  const own = typeof column.className === "function" ? column.className(row) : column.className;
  const classes = [column.numeric ? "num" : "", own ?? ""].filter(Boolean).join(" ") || undefined;
  return column.names ? (
    <th scope="row" className={classes}>
      {column.render(row)}
    </th>
  ) : (
    <td className={classes}>{column.render(row)}</td>
  );
}

/** A plain table of a page: at most some hundred rows, all of them there. Long lists are a DataGrid. */
export function Table<Row>({ label, columns, rows, rowKey, scrolls = true, ...rest }: TableProps<Row>) {
  const fixed = columns.some((column) => column.width !== undefined);
  const style: CSSProperties | undefined = fixed ? { tableLayout: "fixed" } : undefined;
  const table = (
    <table
      className={`table ${rest.className ?? ""}`}
      aria-label={scrolls ? undefined : label}
      data-testid={rest.testId}
      style={style}
    >
      {fixed && (
        <colgroup>
          {columns.map((column) => (
            <col key={column.id} style={column.width === undefined ? undefined : { width: column.width }} />
          ))}
        </colgroup>
      )}
      <Head columns={columns} />
      <tbody>
        {rows.map((row, index) => (
          <tr
            key={rowKey(row, index)}
            className={rest.rowClass?.(row)}
            aria-current={rest.isCurrent?.(row) === true ? "true" : undefined}
            data-testid={rest.rowTestId}
          >
            {columns.map((column) => (
              <Cell key={column.id} column={column} row={row} />
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
  return scrolls ? <TableScroll label={label}>{table}</TableScroll> : table;
}
