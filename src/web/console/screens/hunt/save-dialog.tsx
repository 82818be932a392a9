import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { SelectField, TextField } from "../../../kit/field.tsx";
import { useLanguage, useText } from "../../../kit/i18n/text.tsx";
import { RawText } from "../../../kit/raw-text.tsx";
import { Segmented } from "../../../kit/segmented.tsx";
import type { HuntContent, SavedHunt } from "../../api/hunt-types.ts";
import { FormDialog } from "../../form-dialog.tsx";
import { listed } from "../../search-params.ts";
import { noteOf } from "../saved-hunts/hunt-words.ts";
import { useSaveHunt } from "../saved-hunts/use-saved.ts";
import { HUNT_RANGES } from "./search.ts";

/** What a new hunt begins with: the search as it stands. */
export interface HuntDraft {
  readonly query: string;
  readonly span: string;
  readonly columns: readonly string[];
}

interface SaveDialogProps {
  readonly draft: HuntDraft;
  /** The hunt that was opened and may be changed. */
  readonly existing?: SavedHunt | undefined;
  readonly onClose: () => void;
  readonly onSaved?: (hunt: SavedHunt) => void;
}

function useForm(draft: HuntDraft, existing: SavedHunt | undefined) {
  const language = useLanguage();
  const [form, setForm] = useState({
    name: existing?.name ?? "",
    note: existing === undefined ? "" : noteOf(existing, language),
    span: draft.span,
    columns: draft.columns.join(", "),
    shared: existing?.shared ?? false,
  });
  const content = (before: SavedHunt | undefined): HuntContent => ({
    name: form.name.trim(),
    query: draft.query,
    span: form.span,
    columns: listed(form.columns).map((name) => name.trim()),
    description: { ...(before?.description ?? { vi: "", en: "" }), [language]: form.note },
    shared: form.shared,
  });
  return { form, change: (part: Partial<typeof form>) => setForm({ ...form, ...part }), content };
}

export function SaveDialog({ draft, existing, onClose, onSaved }: SaveDialogProps) {
  const t = useText();
  const navigate = useNavigate();
  const [isNew, setNew] = useState(existing === undefined);
  const target = isNew ? undefined : existing;
  const { form, change, content } = useForm(draft, existing);
  const save = useSaveHunt(target?.id);
  const submit = () => {
    save.mutate(content(target), {
      onSuccess: (hunt) => {
        onClose();
        if (onSaved === undefined) void navigate({ to: "/hunt", search: (now) => ({ ...now, hunt: hunt.id }) });
        else onSaved(hunt);
      },
    });
  };
  const spans = HUNT_RANGES.some((range) => range === form.span) ? HUNT_RANGES : [...HUNT_RANGES, form.span];
  const isScheduled = target?.schedule != null;
  return (
    <FormDialog
      title={t("saved.save")}
      onClose={onClose}
      testId="save-hunt"
      onSubmit={submit}
      work={save}
      submit={t("action.save")}
      submitTestId="save-submit"
    >
      {existing !== undefined && (
        <Segmented
          label={t("saved.save.as")}
          value={isNew ? "new" : "same"}
          options={(["same", "new"] as const).map((value) => ({ value, label: t(`saved.save.${value}`) }))}
          onChange={(value) => setNew(value === "new")}
        />
      )}
      <TextField
        label={t("saved.name")}
        required
        maxLength={200}
        value={form.name}
        onChange={(event) => change({ name: event.target.value })}
        data-testid="save-name"
      />
      <p className="raw-box query-to-save">
        <RawText text={draft.query === "" ? "*" : draft.query} block />
      </p>
      <TextField
        label={t("saved.note")}
        hint={t("saved.note.hint")}
        maxLength={4000}
        value={form.note}
        onChange={(event) => change({ note: event.target.value })}
      />
      <SelectField
        label={t("saved.span")}
        hint={t("saved.span.hint")}
        value={form.span}
        onChange={(event) => change({ span: event.target.value })}
      >
        {spans.map((span) => (
          <option key={span} value={span}>
            {HUNT_RANGES.some((range) => range === span) ? t(`range.${span}`) : span}
          </option>
        ))}
      </SelectField>
      <TextField
        label={t("saved.columns")}
        hint={t("saved.columns.hint")}
        className="input mono"
        spellCheck={false}
        value={form.columns}
        onChange={(event) => change({ columns: event.target.value })}
      />
      <label className="row">
        <input
          type="checkbox"
          checked={form.shared}
          disabled={isScheduled}
          onChange={(event) => change({ shared: event.target.checked })}
          data-testid="save-shared"
        />
        <span>
          {t("saved.shared")}{" "}
          <span className="quiet small">{t(isScheduled ? "saved.shared.scheduled" : "saved.shared.hint")}</span>
        </span>
      </label>
    </FormDialog>
  );
}
