import { useId } from "react";
import { Button, IconButton } from "../../../../kit/button.tsx";
import { useText } from "../../../../kit/i18n/text.tsx";
import { RawText } from "../../../../kit/raw-text.tsx";
import type { ExceptionOperator } from "../../../api/rule-types.ts";
import type { StoredEvent } from "../../../api/types.ts";
import { fieldsOfEvent, OPERATORS, type TestRow } from "./exception-form.ts";

const MAX_ROWS = 10;
const SHOWN_CHARACTERS = 80;

interface TestsBuilderProps {
  readonly rows: readonly TestRow[];
  readonly onChange: (rows: readonly TestRow[]) => void;
  /** An event the rule fired on: its fields are offered. */
  readonly event: StoredEvent | undefined;
}

interface RowProps {
  readonly row: TestRow;
  readonly at: number;
  readonly listId: string;
  readonly onChange: (row: TestRow) => void;
  readonly onRemove: (() => void) | undefined;
}

function Row({ row, at, listId, onChange, onRemove }: RowProps) {
  const t = useText();
  const lines = Math.min(6, Math.max(1, row.values.split("\n").length));
  return (
    <div className="test-row" role="group" aria-label={t("exception.test_n", { n: at + 1 })} data-testid="test-row">
      <input
        className="input mono"
        list={listId}
        aria-label={t("event.field")}
        placeholder={t("event.field")}
        spellCheck={false}
        value={row.field}
        onChange={(event) => onChange({ ...row, field: event.target.value })}
        data-testid="test-field"
      />
      <select
        className="input"
        aria-label={t("exception.operator")}
        value={row.op}
        onChange={(event) => onChange({ ...row, op: event.target.value as ExceptionOperator })}
        data-testid="test-op"
      >
        {OPERATORS.map((op) => (
          <option key={op} value={op}>
            {t(`exception.op.${op}`)}
          </option>
        ))}
      </select>
      <textarea
        className="input mono"
        rows={lines}
        aria-label={t("exception.values")}
        placeholder={t("exception.values")}
        spellCheck={false}
        value={row.values}
        onChange={(event) => onChange({ ...row, values: event.target.value })}
        data-testid="test-values"
      />
      {onRemove !== undefined && <IconButton icon="close" label={t("exception.test_remove")} onClick={onRemove} />}
    </div>
  );
}

/** Fields and values of the event at hand, each one click from being a test. */
function FromEvent({ event, onAdd }: { event: StoredEvent; onAdd: (field: string, value: string) => void }) {
  const t = useText();
  return (
    <details className="event-fields">
      <summary>{t("exception.from_event")}</summary>
      <ul data-testid="event-fields">
        {fieldsOfEvent(event).map(({ field, value }) => (
          <li key={field}>
            <IconButton icon="plus" label={t("exception.use_field", { field })} onClick={() => onAdd(field, value)} />
            <span className="truncate">
              <RawText text={field} /> <span className="quiet">=</span>{" "}
              <RawText text={value.length > SHOWN_CHARACTERS ? `${value.slice(0, SHOWN_CHARACTERS)}…` : value} />
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}

/** Tests that all must hold for a finding to be hidden. */
export function TestsBuilder({ rows, onChange, event }: TestsBuilderProps) {
  const t = useText();
  const listId = useId();
  const nextKey = Math.max(-1, ...rows.map((row) => row.key)) + 1;
  const add = (field: string, values: string) => {
    const blank = rows.findIndex((row) => row.field === "" && row.values === "");
    const row = { key: nextKey, field, op: "equals" as const, values };
    onChange(blank < 0 ? [...rows, row] : rows.with(blank, row));
  };
  return (
    <fieldset className="stack tests-builder">
      <legend className="label">{t("exception.tests")}</legend>
      <datalist id={listId}>
        {event !== undefined && fieldsOfEvent(event).map(({ field }) => <option key={field} value={field} />)}
      </datalist>
      {rows.map((row, at) => (
        <Row
          key={row.key}
          row={row}
          at={at}
          listId={listId}
          onChange={(next) => onChange(rows.with(at, next))}
          onRemove={rows.length > 1 ? () => onChange(rows.filter((each) => each.key !== row.key)) : undefined}
        />
      ))}
      <div className="row wrap">
        <Button
          icon="plus"
          disabled={rows.length >= MAX_ROWS}
          onClick={() => onChange([...rows, { key: nextKey, field: "", op: "equals", values: "" }])}
          data-testid="test-add"
        >
          {t("exception.test_add")}
        </Button>
        <span className="quiet small">{t("exception.tests.hint")}</span>
      </div>
      {event !== undefined && <FromEvent event={event} onAdd={add} />}
    </fieldset>
  );
}
