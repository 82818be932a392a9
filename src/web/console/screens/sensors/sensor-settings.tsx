import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type FormEvent, useId, useState } from "react";
import { Button } from "../../../kit/button.tsx";
import { SelectField, TextField } from "../../../kit/field.tsx";
import { useFormat } from "../../../kit/i18n/format.ts";
import { useText } from "../../../kit/i18n/text.tsx";
import { useToast } from "../../../kit/toast.tsx";
import { api } from "../../api/client.ts";
import { useMay } from "../../api/session.ts";
import type { Sensor, SensorChange } from "../../api/types.ts";
import { FaultView } from "../../fault-view.tsx";

const INTERVALS = [60, 300, 900, 3600, 21_600, 86_400] as const;
const PAUSES_S = [3600, 14_400, 28_800, 86_400, 604_800] as const;

interface Draft {
  readonly critical: boolean;
  readonly every: number | null;
  readonly retired: boolean;
  /** Local times of the browser, as the fields hold them; empty = no maintenance. */
  readonly from: string;
  readonly to: string;
  readonly note: string;
}

const two = (n: number) => String(n).padStart(2, "0");

function localText(at: Date): string {
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`;
}

function draftOf(sensor: Sensor): Draft {
  const { paused } = sensor;
  // What is over is no maintenance to edit.
  const ahead = paused !== null && Date.parse(paused.to) > Date.now() ? paused : null;
  return {
    critical: sensor.critical,
    every: sensor.expectedEverySeconds,
    retired: sensor.retiredAt !== null,
    from: ahead === null ? "" : localText(new Date(ahead.from)),
    to: ahead === null ? "" : localText(new Date(ahead.to)),
    note: sensor.note,
  };
}

/** Only what differs: the audit log says what was changed, not what was on the form. */
function changeOf(before: Draft, now: Draft): SensorChange {
  const isPaused = now.from !== "" && now.to !== "";
  const iso = (text: string) => new Date(text).toISOString();
  const pauseChanged = before.from !== now.from || before.to !== now.to;
  return {
    ...(before.critical === now.critical ? {} : { critical: now.critical }),
    ...(before.every === now.every ? {} : { expectedEverySeconds: now.every }),
    ...(before.retired === now.retired ? {} : { retired: now.retired }),
    ...(pauseChanged ? { paused: isPaused ? { from: iso(now.from), to: iso(now.to) } : null } : {}),
    ...(before.note === now.note ? {} : { note: now.note }),
  };
}

interface PartProps {
  readonly draft: Draft;
  readonly disabled: boolean;
  readonly onChange: (part: Partial<Draft>) => void;
}

function Expectation({ draft, disabled, onChange }: PartProps) {
  const t = useText();
  const format = useFormat();
  const { every } = draft;
  const choices = [...new Set([...INTERVALS, ...(every === null ? [] : [every])])].sort((a, b) => a - b);
  return (
    <SelectField
      label={t("sensor.expected")}
      hint={t("sensor.expected.hint")}
      disabled={disabled || draft.retired}
      value={every === null ? "" : String(every)}
      onChange={(event) => onChange({ every: event.target.value === "" ? null : Number(event.target.value) })}
    >
      <option value="">{t("sensor.expected.none")}</option>
      {choices.map((seconds) => (
        <option key={seconds} value={seconds}>
          {t("sensor.expected.every", { d: format.duration(seconds) })}
        </option>
      ))}
    </SelectField>
  );
}

function Maintenance({ draft, disabled, onChange }: PartProps) {
  const t = useText();
  const format = useFormat();
  const start = (seconds: number) => {
    const now = Date.now();
    onChange({ from: localText(new Date(now)), to: localText(new Date(now + seconds * 1000)) });
  };
  return (
    <fieldset className="stack maintenance" disabled={disabled}>
      <legend>{t("sensor.pause")}</legend>
      <p className="quiet small">{t("sensor.pause.hint")}</p>
      <div className="row wrap">
        {PAUSES_S.map((seconds) => (
          <Button key={seconds} onClick={() => start(seconds)}>
            {t("sensor.pause.for", { d: format.duration(seconds) })}
          </Button>
        ))}
        {draft.from !== "" && (
          <Button kind="plain" onClick={() => onChange({ from: "", to: "" })}>
            {t("sensor.pause.none")}
          </Button>
        )}
      </div>
      {draft.from !== "" && (
        <div className="row wrap">
          <TextField
            label={t("sensor.pause.from")}
            type="datetime-local"
            value={draft.from}
            onChange={(event) => onChange({ from: event.target.value })}
          />
          <TextField
            label={t("sensor.pause.to")}
            type="datetime-local"
            value={draft.to}
            min={draft.from}
            onChange={(event) => onChange({ to: event.target.value })}
          />
        </div>
      )}
    </fieldset>
  );
}

function Check(props: {
  readonly label: string;
  readonly hint: string;
  readonly checked: boolean;
  readonly disabled: boolean;
  readonly testId: string;
  readonly onChange: (checked: boolean) => void;
}) {
  const id = useId();
  return (
    <div className="field">
      <span className="row">
        <input
          id={id}
          type="checkbox"
          checked={props.checked}
          disabled={props.disabled}
          aria-describedby={`${id}-hint`}
          data-testid={props.testId}
          onChange={(event) => props.onChange(event.target.checked)}
        />
        <label htmlFor={id}>{props.label}</label>
      </span>
      <span className="hint" id={`${id}-hint`}>
        {props.hint}
      </span>
    </div>
  );
}

function useSave(sensor: Sensor) {
  const t = useText();
  const toast = useToast();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (change: SensorChange) => api.patch<Sensor>(`/sensors/${encodeURIComponent(sensor.name)}`, change),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ["sensors"] });
      toast.show({ text: t("sensor.saved") });
    },
  });
}

/** What people know of a sensor and the program cannot learn. Every change is in the audit log. */
export function SensorSettings({ sensor }: { sensor: Sensor }) {
  const t = useText();
  const may = useMay();
  const noteId = useId();
  const save = useSave(sensor);
  const before = draftOf(sensor);
  const [draft, setDraft] = useState(before);
  const disabled = !may("sensors.write");
  const change = changeOf(before, draft);
  const isChanged = Object.keys(change).length > 0;
  const onChange = (part: Partial<Draft>) => setDraft((now) => ({ ...now, ...part }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate(change);
  };
  return (
    <form onSubmit={submit} className="stack sensor-form" data-testid="sensor-form">
      <Check
        label={t("sensor.critical")}
        hint={t("sensor.critical.hint")}
        checked={draft.critical}
        disabled={disabled}
        testId="sensor-critical"
        onChange={(critical) => onChange({ critical })}
      />
      <Expectation draft={draft} disabled={disabled} onChange={onChange} />
      <Maintenance draft={draft} disabled={disabled} onChange={onChange} />
      <Check
        label={t("sensor.retire")}
        hint={t("sensor.retire.hint")}
        checked={draft.retired}
        disabled={disabled}
        testId="sensor-retired"
        onChange={(retired) => onChange({ retired })}
      />
      <div className="field">
        <label htmlFor={noteId}>{t("sensor.note")}</label>
        <textarea
          id={noteId}
          className="input"
          maxLength={2000}
          readOnly={disabled}
          value={draft.note}
          onChange={(event) => onChange({ note: event.target.value })}
        />
      </div>
      {save.isError && <FaultView error={save.error} />}
      {disabled ? (
        <p className="quiet small">{t("sensor.read_only")}</p>
      ) : (
        <div className="row wrap">
          <Button kind="primary" type="submit" disabled={!isChanged || save.isPending} data-testid="sensor-save">
            {t("action.save")}
          </Button>
          <span className="quiet small" data-testid="sensor-save-state">
            {isChanged ? t("form.unsaved") : t("form.saved")}
          </span>
          {may("audit.read") && (
            <Link className="small" to="/settings/audit" search={{ verb: "ingest.sensor.changed" }}>
              {t("sensor.changes")}
            </Link>
          )}
        </div>
      )}
    </form>
  );
}
