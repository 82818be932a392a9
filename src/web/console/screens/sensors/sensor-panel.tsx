import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type FormEvent, useId, useState } from "react";
import { Button, IconButton } from "../../../kit/button.tsx";
import { SelectField } from "../../../kit/field.tsx";
import { useFormat } from "../../../kit/i18n/format.ts";
import { useText } from "../../../kit/i18n/text.tsx";
import { RawText } from "../../../kit/raw-text.tsx";
import { useToast } from "../../../kit/toast.tsx";
import { When } from "../../../kit/when.tsx";
import { api } from "../../api/client.ts";
import { useMay } from "../../api/session.ts";
import type { Sensor } from "../../api/types.ts";
import { FaultView } from "../../fault-view.tsx";
import { term } from "../../values/terms.ts";
import { isSkewed } from "./sensor-columns.tsx";
import { SensorState } from "./sensor-state.tsx";

const INTERVALS = [60, 300, 900, 3600, 21_600, 86_400] as const;

function SensorForm({ sensor }: { sensor: Sensor }) {
  const t = useText();
  const format = useFormat();
  const may = useMay();
  const toast = useToast();
  const client = useQueryClient();
  const noteId = useId();
  const [every, setEvery] = useState(sensor.expectedEverySeconds);
  const [note, setNote] = useState(sensor.note);
  const save = useMutation({
    mutationFn: () =>
      api.patch<Sensor>(`/sensors/${encodeURIComponent(sensor.name)}`, { expectedEverySeconds: every, note }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ["sensors"] });
      toast.show({ text: t("sensor.saved") });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  const changed = every !== sensor.expectedEverySeconds || note !== sensor.note;
  const choices = [...new Set([...INTERVALS, ...(every === null ? [] : [every])])].sort((a, b) => a - b);
  return (
    <form onSubmit={submit} className="stack" data-testid="sensor-form">
      <SelectField
        label={t("sensor.expected")}
        hint={t("sensor.expected.hint")}
        disabled={!may("sensors.write")}
        value={every === null ? "" : String(every)}
        onChange={(event) => setEvery(event.target.value === "" ? null : Number(event.target.value))}
      >
        <option value="">{t("sensor.expected.none")}</option>
        {choices.map((seconds) => (
          <option key={seconds} value={seconds}>
            {t("sensor.expected.every", { d: format.duration(seconds) })}
          </option>
        ))}
      </SelectField>
      <div className="field">
        <label htmlFor={noteId}>{t("sensor.note")}</label>
        <textarea
          id={noteId}
          className="input"
          maxLength={2000}
          readOnly={!may("sensors.write")}
          value={note}
          onChange={(event) => setNote(event.target.value)}
        />
      </div>
      {save.isError && <FaultView error={save.error} />}
      {may("sensors.write") && (
        <div className="row">
          <Button kind="primary" type="submit" disabled={!changed || save.isPending}>
            {t("action.save")}
          </Button>
          <span className="quiet small">{changed ? t("form.unsaved") : t("form.saved")}</span>
        </div>
      )}
    </form>
  );
}

export function SensorPanel({ sensor, onClose }: { sensor: Sensor; onClose: () => void }) {
  const t = useText();
  const format = useFormat();
  return (
    <section className="panel" aria-label={t("sensor.panel")} data-testid="sensor-panel">
      <header className="panel-head">
        <div className="row">
          <SensorState state={sensor.state} />
          <span className="grow" />
          <IconButton icon="close" label={t("action.close_panel")} onClick={onClose} />
        </div>
        <h2>
          <RawText text={sensor.name} />
        </h2>
        <dl className="facts">
          <div>
            <dt>{t("sensor.first")}</dt>
            <dd>
              <When at={sensor.firstSeen} as="exact" />
            </dd>
          </div>
          <div>
            <dt>{t("sensor.last")}</dt>
            <dd>
              <When at={sensor.lastSeen} as="both" />
            </dd>
          </div>
          <div>
            <dt>{t("sensor.events")}</dt>
            <dd>{format.number(sensor.events)}</dd>
          </div>
          <div>
            <dt>{t("sensor.bytes")}</dt>
            <dd>{format.bytes(sensor.bytes)}</dd>
          </div>
        </dl>
      </header>
      <div className="tab-body stack">
        {sensor.silentSince !== null && (
          <div className="notice bad">
            <div>
              <h3>
                {t("sensor.silent.title")} <When at={sensor.silentSince} as="both" />
              </h3>
              <p className="quiet">{t("sensor.silent.body")}</p>
            </div>
          </div>
        )}
        {isSkewed(sensor) && (
          <div className="notice bad">
            <div>
              <h3>{t("sensor.skew.title", { d: format.duration(Math.abs(sensor.skewSeconds ?? 0)) })}</h3>
              <p className="quiet">{t("sensor.skew.body")}</p>
            </div>
          </div>
        )}
        <p>
          <Link to="/hunt" search={{ q: term("sensor", sensor.name) }}>
            {t("sensor.hunt")}
          </Link>
          {sensor.parseFailures > 0 && (
            <>
              {" · "}
              <Link to="/hunt" search={{ q: `${term("sensor", sensor.name)} and parse_failure:*`, range: "7d" }}>
                {t("sensor.hunt_failures", { n: format.number(sensor.parseFailures) })}
              </Link>
            </>
          )}
        </p>
        <SensorForm sensor={sensor} />
      </div>
    </section>
  );
}
