import "../retro/retro.css";
import { type FormEvent, useState } from "react";
import { Button } from "../../../../kit/button.tsx";
import { SelectField, TextField } from "../../../../kit/field.tsx";
import { useFormat } from "../../../../kit/i18n/format.ts";
import { useText } from "../../../../kit/i18n/text.tsx";
import { RawText } from "../../../../kit/raw-text.tsx";
import type { RuleDetail } from "../../../api/rule-types.ts";
import { useRuleChange } from "../use-rule.ts";

const MINUTE_MS = 60_000;
const WINDOWS = [5, 15, 30, 60, 240, 480, 1_440].map((minutes) => minutes * MINUTE_MS);

function fieldsOf(text: string): string[] {
  return [...new Set(text.split(/[,\s]+/u).filter((field) => field !== ""))];
}

/** One finding, then silence for the same values until the window is over; what was withheld is counted. */
export function SuppressionForm({ detail, readOnly }: { detail: RuleDetail; readOnly: boolean }) {
  const t = useText();
  const format = useFormat();
  const { suppression } = detail;
  const change = useRuleChange(detail.rule.id);
  const [fields, setFields] = useState(suppression?.fields.join(", ") ?? "");
  const [windowMs, setWindowMs] = useState(suppression?.windowMs ?? 60 * MINUTE_MS);
  const windows = WINDOWS.includes(windowMs) ? WINDOWS : [...WINDOWS, windowMs].toSorted((a, b) => a - b);
  const wished = fieldsOf(fields);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate({ suppression: { fields: wished, windowMs } });
  };
  if (readOnly) {
    return suppression === null ? (
      <p className="quiet">{t("suppression.none")}</p>
    ) : (
      <p>
        {t("suppression.is", { d: format.duration(suppression.windowMs / 1000) })}{" "}
        <RawText text={suppression.fields.join(", ")} />
      </p>
    );
  }
  return (
    <form className="stack" onSubmit={submit} data-testid="suppression-form">
      <p className="quiet">{t("suppression.about")}</p>
      <div className="row wrap launch-fields">
        <SelectField
          label={t("suppression.window")}
          value={windowMs}
          onChange={(event) => setWindowMs(Number(event.target.value))}
        >
          {windows.map((ms) => (
            <option key={ms} value={ms}>
              {format.duration(ms / 1000)}
            </option>
          ))}
        </SelectField>
        <div className="grow">
          <TextField
            label={t("suppression.fields")}
            hint={t("suppression.fields.hint")}
            className="input mono"
            spellCheck={false}
            value={fields}
            onChange={(event) => setFields(event.target.value)}
          />
        </div>
      </div>
      <div className="row">
        <Button kind="primary" type="submit" disabled={change.isPending} data-testid="suppression-save">
          {t(suppression === null ? "suppression.start" : "action.save")}
        </Button>
        {suppression !== null && (
          <Button
            disabled={change.isPending}
            onClick={() => change.mutate({ suppression: null })}
            data-testid="suppression-stop"
          >
            {t("suppression.stop")}
          </Button>
        )}
      </div>
    </form>
  );
}
