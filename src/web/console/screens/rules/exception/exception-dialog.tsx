import "./exception.css";
import { type FormEvent, useId, useState } from "react";
import { Button } from "../../../../kit/button.tsx";
import { Dialog } from "../../../../kit/dialog.tsx";
import { TextField } from "../../../../kit/field.tsx";
import { useLanguage, useText } from "../../../../kit/i18n/text.tsx";
import { SafeText } from "../../../../kit/raw-text.tsx";
import { Segmented } from "../../../../kit/segmented.tsx";
import type { ExceptionTest } from "../../../api/rule-types.ts";
import { useSession } from "../../../api/session.ts";
import type { StoredEvent } from "../../../api/types.ts";
import { FaultView } from "../../../fault-view.tsx";
import { ruleTitle } from "../../alerts/columns.tsx";
import { TextEditor } from "../editor/text-editor.tsx";
import { conditionOf, dayOf, draftOf, type ExceptionForm, newForm } from "./exception-form.ts";
import { PreviewPane } from "./exception-preview.tsx";
import { TestsBuilder } from "./tests-builder.tsx";
import { useAddException, usePreview } from "./use-exceptions.ts";

interface ExceptionDialogProps {
  readonly rule: { readonly id: string; readonly title: string; readonly titleVi: string | null };
  /** An event the rule fired on, and tests to begin with. */
  readonly event?: StoredEvent | undefined;
  readonly tests?: readonly ExceptionTest[];
  readonly onClose: () => void;
}
interface PartProps {
  readonly form: ExceptionForm;
  readonly change: (part: Partial<ExceptionForm>) => void;
}

function UntilField({ form, change }: PartProps) {
  const t = useText();
  return (
    <div className="row wrap until-field">
      <TextField
        label={t("exception.until")}
        type="date"
        required={!form.endless}
        disabled={form.endless}
        min={dayOf(new Date())}
        value={form.until}
        onChange={(event) => change({ until: event.target.value })}
        data-testid="exception-until"
      />
      <label className="row endless">
        <input type="checkbox" checked={form.endless} onChange={(event) => change({ endless: event.target.checked })} />
        {t("exception.endless")}
      </label>
    </div>
  );
}

function ConditionPart({ form, change, event }: PartProps & { event: StoredEvent | undefined }) {
  const t = useText();
  const hintId = useId();
  return (
    <>
      <Segmented
        label={t("exception.mode")}
        value={form.mode}
        options={(["tests", "text"] as const).map((mode) => ({
          value: mode,
          label: t(`exception.mode.${mode}`),
          testId: `mode-${mode}`,
        }))}
        onChange={(mode) => change({ mode, accepted: false })}
      />
      {form.mode === "tests" ? (
        <TestsBuilder rows={form.rows} event={event} onChange={(rows) => change({ rows, accepted: false })} />
      ) : (
        <div className="exception-text">
          <TextEditor
            label={t("exception.mode.text")}
            hintId={hintId}
            value={form.text}
            onChange={(text) => change({ text, accepted: false })}
            testId="exception-source"
          />
          <p className="quiet small" id={hintId}>
            {t("exception.text.hint")} {t("editor.hint")}
          </p>
        </div>
      )}
    </>
  );
}

function WordsPart({ form, change }: PartProps) {
  const t = useText();
  return (
    <>
      <TextField
        label={t("exception.title")}
        required
        maxLength={200}
        value={form.title}
        onChange={(event) => change({ title: event.target.value })}
        data-testid="exception-title"
      />
      <TextField
        label={t("exception.reason")}
        hint={t("exception.reason.hint")}
        required
        maxLength={1000}
        value={form.reason}
        onChange={(event) => change({ reason: event.target.value })}
        data-testid="exception-reason"
      />
      <div className="row wrap">
        <div className="grow">
          <TextField
            label={t("exception.owner")}
            maxLength={200}
            value={form.owner}
            onChange={(event) => change({ owner: event.target.value })}
          />
        </div>
        <UntilField form={form} change={change} />
      </div>
    </>
  );
}

/** An exception with its consequence beside it: nobody hides findings without seeing which. */
export function ExceptionDialog({ rule, event, tests = [], onClose }: ExceptionDialogProps) {
  const t = useText();
  const language = useLanguage();
  const { user } = useSession();
  const [form, setForm] = useState(() => newForm(user.displayName, tests, new Date()));
  const change = (part: Partial<ExceptionForm>) => setForm((now) => ({ ...now, ...part }));
  const condition = conditionOf(form);
  const asked = usePreview(rule.id, condition);
  const add = useAddException(rule.id, onClose);
  const conflicts = condition === undefined ? 0 : (asked.preview.data?.truePositives.length ?? 0);
  const refusal =
    condition === undefined
      ? t("exception.preview.incomplete")
      : conflicts > 0 && !form.accepted
        ? t("exception.conflict.need")
        : undefined;
  const submit = (submitted: FormEvent) => {
    submitted.preventDefault();
    const draft = draftOf(form);
    if (draft !== undefined && refusal === undefined) add.mutate(draft);
  };
  return (
    <Dialog title={t("exception.new")} onClose={onClose} wide testId="exception-dialog">
      <form onSubmit={submit}>
        <div className="dialog-body exception-columns">
          <div className="stack">
            <p className="quiet">
              {t("exception.for")} <SafeText text={ruleTitle(rule, language)} />
            </p>
            <ConditionPart form={form} change={change} event={event} />
            <WordsPart form={form} change={change} />
          </div>
          <PreviewPane
            asked={asked}
            incomplete={condition === undefined}
            accepted={form.accepted}
            onAccept={(accepted) => change({ accepted })}
          />
        </div>
        {add.isError && (
          <div className="dialog-body">
            <FaultView error={add.error} />
          </div>
        )}
        <div className="dialog-foot">
          {refusal !== undefined && <span className="quiet grow">{refusal}</span>}
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button
            kind="primary"
            type="submit"
            disabled={refusal !== undefined || add.isPending}
            title={refusal}
            data-testid="exception-save"
          >
            {t("exception.save")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
