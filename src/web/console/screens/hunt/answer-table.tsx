import { useFormat } from "../../../kit/i18n/format.ts";
import { useText } from "../../../kit/i18n/text.tsx";
import { RawText } from "../../../kit/raw-text.tsx";
import { Table } from "../../../kit/table.tsx";
import type { PipelineResponse } from "../../api/types.ts";
import { Value } from "../../values/value-menu.tsx";

type TableAnswer = Extract<PipelineResponse, { kind: "table" }>;
type Cell = TableAnswer["rows"][number][number];

interface AnswerRow {
  readonly cells: readonly Cell[];
  readonly index: number;
}

function AnswerCell({ column, cell }: { column: TableAnswer["columns"][number]; cell: Cell }) {
  const format = useFormat();
  if (cell === null) return <span className="quiet">–</span>;
  if (column.type === "time") return <time dateTime={String(cell)}>{format.exact(new Date(cell))}</time>;
  if (typeof cell === "number") return format.number(cell);
  return (
    <Value field={column.name} value={cell}>
      <RawText text={cell} />
    </Value>
  );
}

/** What the commands of a search gave: columns as they were asked for. */
export function AnswerTable({ answer }: { answer: TableAnswer }) {
  const t = useText();
  const format = useFormat();
  const { columns, rows, truncated, unknownFields } = answer;
  const [unknown] = unknownFields;
  return (
    <section className="page-body" data-testid="answer-table">
      <p className="quiet">
        {t(truncated ? "hunt.answer.first" : "hunt.answer.rows", { n: format.number(rows.length) })}
        {unknown !== undefined &&
          ` ${t("hunt.answer.unknown", { name: unknown.name, suggestion: unknown.suggestion ?? "none" })}`}
      </p>
      <Table<AnswerRow>
        label={t("hunt.results")}
        rows={rows.map((cells, index) => ({ cells, index }))}
        rowKey={({ index }) => String(index)}
        columns={columns.map((column, at) => ({
          id: `c${at}`,
          header: column.name,
          numeric: column.type === "number",
          render: ({ cells }) => <AnswerCell column={column} cell={cells[at] ?? null} />,
        }))}
      />
    </section>
  );
}
