import { useMutation } from "@tanstack/react-query";
import { useId, useState } from "react";
import { SelectField, TextField } from "../../../../kit/field.tsx";
import { useFormat } from "../../../../kit/i18n/format.ts";
import { useText } from "../../../../kit/i18n/text.tsx";
import { Segmented } from "../../../../kit/segmented.tsx";
import { useToast } from "../../../../kit/toast.tsx";
import { api } from "../../../api/client.ts";
import type { RetentionRule, StoredSource, Term } from "../../../api/storage-types.ts";
import { FormDialog } from "../../../form-dialog.tsx";
import { citation, keepText } from "../keep-text.ts";
import { useStorageChanged } from "../use-storage.ts";
import { VerifiedMark } from "./law-rules.tsx";
import { formOf, inputOf, lawOf, PARTS, sourcesThatFit, type TermForm, UNITS } from "./term-form.ts";

interface FormPart {
  readonly form: TermForm;
  readonly change: (part: Partial<TermForm>) => void;
}

function OwnKeep({ form, change }: FormPart) {
  const t = useText();
  return (
    <div className="row term-keep">
      <TextField
        label={t("retention.keep")}
        type="number"
        min={1}
        max={9999}
        required
        value={form.count}
        onChange={(event) => change({ count: event.target.value })}
        data-testid="term-count"
      />
      <SelectField
        label={t("retention.unit")}
        value={form.unit}
        onChange={(event) => change({ unit: UNITS.find((unit) => unit === event.target.value) ?? "D" })}
      >
        {UNITS.map((unit) => (
          <option key={unit} value={unit}>
            {t(`retention.unit.${unit}`)}
          </option>
        ))}
      </SelectField>
    </div>
  );
}

function LawKeep({ form, change, rules }: FormPart & { rules: readonly RetentionRule[] }) {
  const t = useText();
  const rule = rules.find(({ id }) => id === form.rule);
  const levels = Object.entries(rule?.keep_by_level ?? {});
  const choose = (id: string) => {
    const chosen = rules.find((each) => each.id === id);
    if (chosen !== undefined) change(lawOf(chosen));
  };
  return (
    <>
      <SelectField
        label={t("retention.rule")}
        hint={rule === undefined || rule.keep === undefined ? undefined : keepText(rule.keep, t)}
        value={form.rule}
        required
        onChange={(event) => choose(event.target.value)}
      >
        <option value="">{t("retention.rule.choose")}</option>
        {rules.map((each) => (
          <option key={each.id} value={each.id}>
            {citation(each)}
          </option>
        ))}
      </SelectField>
      {levels.length > 0 && (
        <SelectField
          label={t("retention.level.label")}
          value={form.level}
          onChange={(event) => change({ level: event.target.value })}
        >
          {levels.map(([level, keep]) => (
            <option key={level} value={level}>
              {t("retention.level", { n: Number(level) })}: {keepText(keep, t)}
            </option>
          ))}
        </SelectField>
      )}
      {rule !== undefined && (
        <p className="small">
          <VerifiedMark rule={rule} /> <span className="quiet">{t("retention.binding")}</span>
        </p>
      )}
    </>
  );
}

/** Names there are now are offered; a pattern may stand for those to come. */
function Sources({ form, change, sources }: FormPart & { sources: readonly StoredSource[] }) {
  const t = useText();
  const format = useFormat();
  const id = useId();
  const fitting = sourcesThatFit(form, sources);
  return (
    <fieldset className="term-sources">
      <legend>{t("retention.sources")}</legend>
      <div className="term-parts">
        {PARTS.map((part) => (
          <div key={part}>
            <TextField
              label={t(`retention.part.${part}`)}
              list={`${id}-${part}`}
              maxLength={256}
              spellCheck={false}
              value={form[part]}
              onChange={(event) => change({ [part]: event.target.value })}
              data-testid={`term-${part}`}
            />
            <datalist id={`${id}-${part}`}>
              {[...new Set(sources.map((source) => source[part]))]
                .filter((value) => value !== null && value !== "")
                .map((value) => (
                  <option key={value} value={value ?? ""} />
                ))}
            </datalist>
          </div>
        ))}
      </div>
      <p className="quiet small" data-testid="term-fits">
        {t("retention.fits", {
          n: format.number(fitting.length),
          of: format.number(sources.length),
          events: format.number(fitting.reduce((sum, source) => sum + source.events, 0)),
        })}
      </p>
    </fieldset>
  );
}

interface TermDialogProps {
  readonly rules: readonly RetentionRule[];
  readonly sources: readonly StoredSource[];
  /** Undefined: a new one, perhaps after a rule of law. */
  readonly term: Term | undefined;
  readonly rule: RetentionRule | undefined;
  readonly onClose: () => void;
}

export function TermDialog({ rules, sources, term, rule, onClose }: TermDialogProps) {
  const t = useText();
  const toast = useToast();
  const changed = useStorageChanged();
  const [form, setForm] = useState(() => formOf(term, rule));
  const change = (part: Partial<TermForm>) => setForm((now) => ({ ...now, ...part }));
  const save = useMutation({
    mutationFn: () =>
      term === undefined
        ? api.post<Term>("/retention/terms", inputOf(form))
        : api.put<Term>(`/retention/terms/${encodeURIComponent(term.id)}`, inputOf(form)),
    onSuccess: async () => {
      await changed();
      toast.show({ text: t("retention.saved") });
      onClose();
    },
  });
  const submit = () => {
    save.mutate();
  };
  return (
    <FormDialog
      title={term === undefined ? t("retention.term.new") : t("retention.term.edit", { name: term.name })}
      onClose={onClose}
      testId="term-dialog"
      onSubmit={submit}
      work={save}
      submit={t("action.save")}
      submitTestId="term-save"
    >
      <TextField
        label={t("retention.name")}
        hint={t("retention.name.hint")}
        name="name"
        required
        maxLength={200}
        value={form.name}
        onChange={(event) => change({ name: event.target.value })}
      />
      <div className="field">
        <span className="label">{t("retention.basis")}</span>
        <Segmented
          label={t("retention.basis")}
          value={form.basis}
          options={[
            { value: "own", label: t("retention.basis.own"), testId: "basis-own" },
            { value: "law", label: t("retention.basis.law"), testId: "basis-law" },
          ]}
          onChange={(basis) => change({ basis })}
        />
      </div>
      {form.basis === "own" ? (
        <OwnKeep form={form} change={change} />
      ) : (
        <LawKeep form={form} change={change} rules={rules} />
      )}
      <Sources form={form} change={change} sources={sources} />
    </FormDialog>
  );
}
