import { useId, useState } from "react";
import { SelectField } from "../../../kit/field.tsx";
import { useText } from "../../../kit/i18n/text.tsx";
import { Segmented } from "../../../kit/segmented.tsx";
import { useMay } from "../../api/session.ts";
import { StoredLines } from "./stored-lines.tsx";
import { MAX_LINE_CHARACTERS, MAX_LINES, useParserList } from "./use-parsers.ts";

/** Formats in code that a sender may name (docs/formats.md). */
const FORMATS_IN_CODE = ["syslog", "auditd", "evtx"] as const;

function FormatField({ format, onFormat }: { format: string; onFormat: (format: string) => void }) {
  const t = useText();
  const list = useParserList();
  return (
    <SelectField
      label={t("parsers.read_as")}
      value={format}
      onChange={(event) => onFormat(event.target.value)}
      data-testid="trial-format"
    >
      <option value="">{t("parsers.recognise")}</option>
      <optgroup label={t("parsers.in_code")}>
        {FORMATS_IN_CODE.map((name) => (
          <option key={name}>{name}</option>
        ))}
      </optgroup>
      <optgroup label={t("parsers.definitions")}>
        {list.data?.items.map(({ name }) => (
          <option key={name}>{name}</option>
        ))}
      </optgroup>
    </SelectField>
  );
}

interface LinesPaneProps {
  readonly text: string;
  readonly onText: (text: string) => void;
  readonly format: string;
  readonly onFormat: (format: string) => void;
}

/** The lines to try: pasted, or taken from what sensors sent. */
export function LinesPane({ text, onText, format, onFormat }: LinesPaneProps) {
  const t = useText();
  const may = useMay();
  const fieldId = useId();
  const [source, setSource] = useState<"paste" | "stored">("paste");
  const take = (lines: readonly string[]) =>
    onText([...(text.trim() === "" ? [] : [text.replace(/\n+$/u, "")]), ...lines].join("\n"));
  return (
    <section className="stack" aria-label={t("parsers.lines")}>
      <div className="row wrap lines-head">
        <Segmented
          label={t("parsers.lines_from")}
          value={source}
          options={[
            { value: "paste", label: t("parsers.paste") },
            ...(may("events.read")
              ? [{ value: "stored" as const, label: t("parsers.stored"), testId: "lines-stored" }]
              : []),
          ]}
          onChange={setSource}
        />
        <span className="grow" />
        <FormatField format={format} onFormat={onFormat} />
      </div>
      {source === "stored" && <StoredLines onPick={take} />}
      <div className="field">
        <label htmlFor={fieldId}>{t("parsers.lines")}</label>
        <textarea
          id={fieldId}
          className="input mono trial-lines"
          rows={5}
          wrap="off"
          spellCheck={false}
          maxLength={MAX_LINES * MAX_LINE_CHARACTERS}
          value={text}
          onChange={(event) => onText(event.target.value)}
          aria-describedby={`${fieldId}-hint`}
          data-testid="trial-lines"
        />
        <span className="hint" id={`${fieldId}-hint`}>
          {t("parsers.lines.hint", { n: MAX_LINES })}
        </span>
      </div>
    </section>
  );
}
