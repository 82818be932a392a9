import { useState } from "react";
import { Button } from "../../../kit/button.tsx";
import { useFormat } from "../../../kit/i18n/format.ts";
import { useText } from "../../../kit/i18n/text.tsx";
import { RawText } from "../../../kit/raw-text.tsx";
import { Table, type TableColumn } from "../../../kit/table.tsx";
import type { FrozenResult } from "../../api/investigation-types.ts";
import type { PipelineResponse } from "../../api/types.ts";
import { EventDialog } from "../../events/event-dialog.tsx";
import { eventSummary } from "../../events/summary.ts";
import { Value } from "../../values/value-menu.tsx";

export type ResultRows = Pick<FrozenResult, "columns" | "rows" | "eventIds">;
type Cell = FrozenResult["rows"][number][number];

/** Rows laid open; the rest unfolds, and is always printed. */
const SHOWN_ROWS = 10;
const SHOWN_CHARACTERS = 400;

export function rowsOf(answer: PipelineResponse): ResultRows {
  if (answer.kind === "table") return { columns: answer.columns, rows: answer.rows, eventIds: [] };
  const names = ["time", "host", "user", "raw"] as const;
  return {
    columns: names.map((name) => ({ name, type: name === "time" ? ("time" as const) : ("text" as const) })),
    rows: answer.events.map((event) => [
      event.time,
      event.host ?? null,
      event.entities.user ?? null,
      eventSummary(event).text,
    ]),
    eventIds: answer.events.map(({ id }) => id),
  };
}

interface Row {
  readonly cells: readonly Cell[];
  readonly index: number;
}

function ResultCell({ name, type, cell }: { name: string; type: string; cell: Cell }) {
  const format = useFormat();
  if (cell === null) return <span className="quiet">–</span>;
  if (type === "time") return <time dateTime={String(cell)}>{format.exact(new Date(cell))}</time>;
  if (typeof cell === "number") return format.number(cell);
  const text = cell.length > SHOWN_CHARACTERS ? `${cell.slice(0, SHOWN_CHARACTERS)}…` : cell;
  if (name === "raw") return <RawText text={text} />;
  return (
    <Value field={name} value={cell}>
      <RawText text={text} />
    </Value>
  );
}

export function ResultTable({ result, label }: { result: ResultRows; label: string }) {
  const t = useText();
  const format = useFormat();
  const [all, setAll] = useState(false);
  const [opened, setOpened] = useState<string>();
  const { columns, rows, eventIds } = result;
  const shown = columns
    .map((column, at) => ({ ...column, at }))
    .filter(({ name }) => eventIds.length === 0 || name !== "id");
  const title = (name: string) =>
    eventIds.length === 0 ? name : t(`notebook.column.${name === "raw" ? "raw" : name}`);
  const tableColumns = shown.map(
    ({ name, type, at }): TableColumn<Row> => ({
      id: `c${at}`,
      header: title(name),
      numeric: type === "number",
      className: `cell-${name === "raw" ? "raw" : type}`,
      render: ({ cells, index }) => {
        const cell = <ResultCell name={name} type={type} cell={cells[at] ?? null} />;
        const event = eventIds[index];
        return name === "time" && event !== undefined ? (
          <button type="button" className="text-button match-time" onClick={() => setOpened(event)}>
            {cell}
          </button>
        ) : (
          cell
        );
      },
    }),
  );
  if (rows.length === 0) return <p className="quiet">{t("notebook.result.none")}</p>;
  return (
    <>
      <Table<Row>
        label={label}
        className="result-table"
        rows={rows.map((cells, index) => ({ cells, index }))}
        rowKey={({ index }) => String(index)}
        rowTestId="result-row"
        rowClass={({ index }) => (all || index < SHOWN_ROWS ? undefined : "beyond")}
        columns={tableColumns}
      />
      {!all && rows.length > SHOWN_ROWS && (
        <Button kind="plain" className="small no-print" onClick={() => setAll(true)}>
          {t("notebook.result.all", { n: format.number(rows.length) })}
        </Button>
      )}
      {opened !== undefined && <EventDialog eventId={opened} onClose={() => setOpened(undefined)} />}
    </>
  );
}
