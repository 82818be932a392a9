import { type FormEvent, useState } from "react";
import { SEVERITIES } from "../../../../kernel/severity.ts";
import { Button } from "../../../kit/button.tsx";
import { Dialog } from "../../../kit/dialog.tsx";
import { SelectField, TextField } from "../../../kit/field.tsx";
import { useText } from "../../../kit/i18n/text.tsx";
import { Segmented } from "../../../kit/segmented.tsx";
import type { HuntSchedule, SavedHunt } from "../../api/hunt-types.ts";
import { FaultView } from "../../fault-view.tsx";
import { offsetHere } from "./hunt-words.ts";
import { SchedulePreview } from "./schedule-preview.tsx";
import { type Amount, formOf, judged, type ScheduleForm, UNITS, type Unit } from "./schedule-form.ts";
import { useSchedule, useUnschedule } from "./use-saved.ts";

interface AmountFieldProps {
  readonly label: string;
  readonly hint?: string | undefined;
  readonly error: string | undefined;
  readonly value: Amount;
  readonly onChange: (value: Amount) => void;
  readonly testId: string;
}

function AmountField({ label, hint, error, value, onChange, testId }: AmountFieldProps) {
  const t = useText();
  return (
    <div className="amount">
      <TextField
        label={label}
        hint={hint}
        error={error}
        inputMode="numeric"
        required
        value={value.count}
        onChange={(event) => onChange({ ...value, count: event.target.value })}
        data-testid={testId}
      />
      <select
        className="input"
        aria-label={t("saved.unit", { of: label })}
        value={value.unit}
        onChange={(event) => onChange({ ...value, unit: event.target.value as Unit })}
      >
        {Object.keys(UNITS).map((unit) => (
          <option key={unit} value={unit}>
            {t(`saved.unit.${unit}`)}
          </option>
        ))}
      </select>
    </div>
  );
}

interface FieldsProps {
  readonly form: ScheduleForm;
  readonly told: ReturnType<typeof judged>;
  readonly onChange: (part: Partial<ScheduleForm>) => void;
}

function ScheduleFields({ form, told, onChange }: FieldsProps) {
  const t = useText();
  const { wrong, leavesGaps } = told;
  return (
    <>
      <div className="row wrap schedule-when">
        <Segmented
          label={t("saved.schedule")}
          value={form.kind}
          options={(["every", "daily"] as const).map((value) => ({ value, label: t(`saved.kind.${value}`) }))}
          onChange={(kind) => onChange({ kind })}
        />
        {form.kind === "every" ? (
          <AmountField
            label={t("saved.interval")}
            error={wrong.every ? t("saved.interval.wrong") : undefined}
            value={form.every}
            onChange={(every) => onChange({ every })}
            testId="schedule-every"
          />
        ) : (
          <TextField
            label={t("saved.at")}
            hint={t("hunt.to.hint", { zone: Intl.DateTimeFormat().resolvedOptions().timeZone })}
            error={wrong.at ? t("saved.at.wrong") : undefined}
            type="time"
            required
            value={form.at}
            onChange={(event) => onChange({ at: event.target.value })}
          />
        )}
      </div>
      <AmountField
        label={t("saved.lookback")}
        hint={leavesGaps ? undefined : t("saved.lookback.hint")}
        error={wrong.lookback ? t("saved.lookback.wrong") : leavesGaps ? t("saved.lookback.gaps") : undefined}
        value={form.lookback}
        onChange={(lookback) => onChange({ lookback })}
        testId="schedule-lookback"
      />
      <SelectField
        label={t("saved.level")}
        value={form.level}
        onChange={(event) => onChange({ level: event.target.value as HuntSchedule["level"] })}
        data-testid="schedule-level"
      >
        {SEVERITIES.toReversed().map((level) => (
          <option key={level} value={level}>
            {t(`severity.${level}`)}
          </option>
        ))}
      </SelectField>
      <label className="row">
        <input
          type="checkbox"
          checked={form.enabled}
          onChange={(event) => onChange({ enabled: event.target.checked })}
        />
        {t("saved.enabled")}
      </label>
    </>
  );
}

/** When a hunt runs by itself, and what that would bring: seen before it begins. */
export function ScheduleDialog({ hunt, onClose }: { hunt: SavedHunt; onClose: () => void }) {
  const t = useText();
  const offset = offsetHere();
  const [form, setForm] = useState(() => formOf(hunt, offset));
  const told = judged(form, offset);
  const schedule = useSchedule(hunt.id);
  const unschedule = useUnschedule(hunt.id);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (told.schedule !== undefined) schedule.mutate(told.schedule, { onSuccess: onClose });
  };
  return (
    <Dialog title={t("saved.schedule.of", { name: hunt.name })} onClose={onClose} testId="schedule-dialog">
      <form onSubmit={submit}>
        <div className="dialog-body stack">
          <ScheduleFields form={form} told={told} onChange={(part) => setForm({ ...form, ...part })} />
          <SchedulePreview id={hunt.id} lookbackMs={told.schedule?.lookbackMs} />
          {schedule.isError && <FaultView error={schedule.error} />}
        </div>
        <div className="dialog-foot">
          {hunt.schedule !== null && (
            <>
              <Button
                kind="danger"
                disabled={unschedule.isPending}
                onClick={() => unschedule.mutate(undefined, { onSuccess: onClose })}
                data-testid="schedule-remove"
              >
                {t("saved.schedule.remove")}
              </Button>
              <span className="grow" />
            </>
          )}
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button
            kind="primary"
            type="submit"
            disabled={told.schedule === undefined || schedule.isPending}
            data-testid="schedule-submit"
          >
            {t("action.save")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
