import { type FormEvent, useState } from "react";
import { Button } from "../../../kit/button.tsx";
import { Dialog } from "../../../kit/dialog.tsx";
import { SelectField, TextArea, TextField } from "../../../kit/field.tsx";
import { useText } from "../../../kit/i18n/text.tsx";
import { Markdown } from "../../../kit/markdown-view.tsx";
import type { CasePage, Part } from "../../api/case-types.ts";
import { api } from "../../api/client.ts";
import { useSession } from "../../api/session.ts";
import { useUserNames } from "../alerts/filter-bar.tsx";
import { FactChoice } from "./cited-facts.tsx";
import {
  contentOf,
  emptyValues,
  type FormField,
  type FormKind,
  FORMS,
  type FormValues,
  isComplete,
  valuesOf,
} from "./part-forms.ts";
import { type CaseWriting, casePath } from "./use-cases.ts";

interface FieldProps {
  readonly field: FormField;
  readonly label: string;
  readonly value: string;
  readonly page: CasePage;
  readonly onChange: (value: string) => void;
}

function PartField({ field, label, value, page, onChange }: FieldProps) {
  const t = useText();
  const names = useUserNames(field.as === "person");
  const { as, required, options = [], words, name } = field;
  const testId = `part-${name}`;
  if (as === "choice") {
    // A value of an older content that is no choice any more stays what it is.
    const all = options.includes(value) ? options : [value, ...options];
    return (
      <SelectField label={label} value={value} onChange={(event) => onChange(event.target.value)} data-testid={testId}>
        {all.map((option) => (
          <option key={option} value={option}>
            {options.includes(option) ? t(`case.${words}.${option}`) : option}
          </option>
        ))}
      </SelectField>
    );
  }
  if (as === "person") {
    const known = page.restricted ? new Set(page.members.map(({ id }) => id)) : undefined;
    return (
      <SelectField label={label} value={value} onChange={(event) => onChange(event.target.value)} data-testid={testId}>
        <option value="">{t("case.nobody")}</option>
        {(names.data?.items ?? [])
          .filter(({ id }) => known?.has(id) !== false)
          .map(({ id, displayName }) => (
            <option key={id} value={id}>
              {displayName}
            </option>
          ))}
      </SelectField>
    );
  }
  if (as === "facts") return <FactChoice label={label} page={page} value={value} onChange={onChange} />;
  if (as === "line" || as === "time") {
    return (
      <TextField
        label={label}
        type={as === "time" ? "datetime-local" : "text"}
        required={required}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        data-testid={testId}
      />
    );
  }
  return (
    <TextArea
      label={label}
      hint={as === "markdown" ? t("case.note.hint") : undefined}
      rows={as === "markdown" ? 12 : 3}
      required={required}
      value={value}
      onChange={(event) => onChange(event.target.value)}
      data-testid={testId}
    />
  );
}

interface PartDialogProps {
  readonly kind: FormKind;
  readonly page: CasePage;
  /** The one to change; without it a new one is added. */
  readonly part?: Part | undefined;
  readonly writing: CaseWriting;
  readonly onClose: () => void;
}

export function PartDialog({ kind, page, part, writing, onClose }: PartDialogProps) {
  const t = useText();
  const { user } = useSession();
  const [values, setValues] = useState<FormValues>(() =>
    part === undefined ? emptyValues(kind, user.displayName) : valuesOf(part.content),
  );
  const [isBusy, setBusy] = useState(false);
  const [seen] = useState(part?.version);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    let isFirst = true;
    const written = await writing.attempt(page, (newest) => {
      const content = contentOf(kind, values, part?.content);
      if (part === undefined) return api.post(`${casePath(page.id)}/parts`, { content });
      // The first time as it was when the form was opened; again, as it is now.
      const version = isFirst ? seen : newest.parts.find(({ id }) => id === part.id)?.version;
      isFirst = false;
      return api.put(`${casePath(page.id)}/parts/${part.id}`, { version, content });
    });
    setBusy(false);
    if (written) onClose();
  };
  return (
    <Dialog
      title={t(part === undefined ? `case.add.${kind}` : `case.edit.${kind}`)}
      onClose={onClose}
      wide={kind === "note" || kind === "decision"}
      testId="part-dialog"
    >
      <form onSubmit={(event) => void submit(event)}>
        <div className="dialog-body stack">
          {FORMS[kind].map((field) => (
            <PartField
              key={field.name}
              field={field}
              label={t(`case.field.${kind}.${field.name.toLowerCase()}`)}
              value={values[field.name] ?? ""}
              page={page}
              onChange={(value) => setValues((now) => ({ ...now, [field.name]: value }))}
            />
          ))}
          {kind === "note" && values["markdown"] !== undefined && values["markdown"] !== "" && (
            <section className="case-preview" aria-label={t("case.note.preview")}>
              <Markdown text={values["markdown"]} />
            </section>
          )}
        </div>
        <div className="dialog-foot">
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button kind="primary" type="submit" disabled={isBusy || !isComplete(kind, values)} data-testid="part-submit">
            {t("action.save")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
