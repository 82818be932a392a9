import { type FormEvent, type KeyboardEvent, useId, useState } from "react";
import { Button } from "../../../kit/button.tsx";
import { SelectField } from "../../../kit/field.tsx";
import { useFormat } from "../../../kit/i18n/format.ts";
import { useText } from "../../../kit/i18n/text.tsx";
import { CELL_RANGES, type CellRange, rangeBounds, relativeOf } from "./ranges.ts";
import { type CellQuery, rangeText } from "./query-cell.tsx";

interface EditorProps<Value> {
  readonly value: Value;
  readonly busy: boolean;
  readonly onSave: (value: Value) => void;
  readonly onCancel: () => void;
}

/** Ctrl+Enter saves from inside the field, Esc leaves it. */
function fieldKeys(save: () => void, cancel: () => void) {
  return (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) save();
    else if (event.key === "Escape") cancel();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
}

function EditorFoot({ busy, disabled, onCancel }: { busy: boolean; disabled: boolean; onCancel: () => void }) {
  const t = useText();
  return (
    <div className="row wrap">
      <Button kind="primary" type="submit" disabled={busy || disabled} data-testid="cell-save">
        {t("action.save")}
      </Button>
      <Button onClick={onCancel}>{t("action.cancel")}</Button>
      <span className="quiet small">{t("notebook.editor.keys")}</span>
    </div>
  );
}

export function TextEditor({ value, busy, onSave, onCancel }: EditorProps<string>) {
  const t = useText();
  const id = useId();
  const [text, setText] = useState(value);
  const save = () => {
    if (text.trim() !== "" && !busy) onSave(text);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save();
  };
  return (
    <form className="stack cell-editor" onSubmit={submit}>
      <label htmlFor={id} className="visually-hidden">
        {t("notebook.text.label")}
      </label>
      <textarea
        id={id}
        className="input note-input"
        rows={Math.min(24, Math.max(5, text.split("\n").length + 1))}
        // The field was asked for by the press that opened it
        autoFocus
        maxLength={65_536}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={fieldKeys(save, onCancel)}
        aria-describedby={`${id}-hint`}
        data-testid="cell-text"
      />
      <p className="quiet small" id={`${id}-hint`}>
        {t("notebook.text.hint")}
      </p>
      <EditorFoot busy={busy} disabled={text.trim() === ""} onCancel={onCancel} />
    </form>
  );
}

export function QueryEditor({ value, busy, onSave, onCancel }: EditorProps<CellQuery>) {
  const t = useText();
  const format = useFormat();
  const id = useId();
  const [query, setQuery] = useState(value.query);
  const [range, setRange] = useState<CellRange | "as-is">(relativeOf(value) ?? "as-is");
  const save = () => {
    if (!busy) onSave({ query, ...(range === "as-is" ? { from: value.from, to: value.to } : rangeBounds(range)) });
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save();
  };
  return (
    <form className="stack cell-editor" onSubmit={submit}>
      <div className="field">
        <label htmlFor={id}>{t("hunt.query")}</label>
        <textarea
          id={id}
          className="input mono"
          rows={2}
          autoFocus
          maxLength={4_096}
          value={query}
          onChange={(event) => setQuery(event.target.value)}
          onKeyDown={fieldKeys(save, onCancel)}
          spellCheck={false}
          data-testid="cell-query"
        />
      </div>
      <SelectField
        label={t("notebook.query.range")}
        value={range}
        onChange={(event) => setRange(event.target.value as CellRange | "as-is")}
      >
        {relativeOf(value) === undefined && <option value="as-is">{rangeText(value, t, format)}</option>}
        {CELL_RANGES.map((each) => (
          <option key={each} value={each}>
            {t(`range.${each}`)}
          </option>
        ))}
      </SelectField>
      <EditorFoot busy={busy} disabled={false} onCancel={onCancel} />
    </form>
  );
}
