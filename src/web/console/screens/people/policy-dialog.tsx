import { type FormEvent, useState } from "react";
import { Button, IconButton } from "../../../kit/button.tsx";
import { Dialog } from "../../../kit/dialog.tsx";
import { SelectField, TextField } from "../../../kit/field.tsx";
import { useText } from "../../../kit/i18n/text.tsx";
import type { EscalationPolicy, PolicyContent } from "../../api/people-types.ts";
import { FaultView } from "../../fault-view.tsx";
import { useRemovePolicy, useRoster, useRotas, useSavePolicy } from "./use-people.ts";

type Step = PolicyContent["steps"][number];
const WAYS = ["app", "mail", "sms"] as const;
const MAX_STEPS = 10;
const STEP_APART = 15;

/** `rota:<id>` or `person:<id>`: one list to choose from. */
function textOf({ target }: Step): string {
  return target.kind === "rota" ? `rota:${target.rotaId}` : `person:${target.personId}`;
}

function targetOf(text: string): Step["target"] {
  const id = text.slice(text.indexOf(":") + 1);
  return text.startsWith("rota:") ? { kind: "rota", rotaId: id } : { kind: "person", personId: id };
}

interface StepProps {
  readonly step: Step;
  readonly at: number;
  readonly onChange: (step: Step) => void;
  readonly onRemove: (() => void) | undefined;
}

function StepEditor({ step, at, onChange, onRemove }: StepProps) {
  const t = useText();
  const roster = useRoster();
  const rotas = useRotas();
  const people = (roster.data?.items ?? []).filter(({ archived }) => !archived);
  return (
    <fieldset className="parts">
      <legend>{t("escalation.step_plain", { n: at + 1 })}</legend>
      <div className="pair">
        <TextField
          label={t("escalation.minutes")}
          type="number"
          min={0}
          max={1_440}
          required
          value={step.afterMinutes}
          onChange={(event) => onChange({ ...step, afterMinutes: Number(event.target.value) })}
        />
        <SelectField
          label={t("escalation.whom")}
          required
          value={textOf(step)}
          onChange={(event) => onChange({ ...step, target: targetOf(event.target.value) })}
        >
          <option value="person:" disabled>
            {t("escalation.choose")}
          </option>
          <optgroup label={t("escalation.rotas")}>
            {(rotas.data?.items ?? []).map(({ id, name }) => (
              <option key={id} value={`rota:${id}`}>
                {name}
              </option>
            ))}
          </optgroup>
          <optgroup label={t("escalation.persons")}>
            {people.map(({ id, name }) => (
              <option key={id} value={`person:${id}`}>
                {name}
              </option>
            ))}
          </optgroup>
        </SelectField>
      </div>
      <div className="row wrap">
        {WAYS.map((way) => (
          <label key={way} className="check">
            <input
              type="checkbox"
              checked={step.ways.includes(way)}
              onChange={(event) =>
                onChange({
                  ...step,
                  ways: event.target.checked ? [...step.ways, way] : step.ways.filter((each) => each !== way),
                })
              }
            />
            <span>{t(`escalation.way.${way}`)}</span>
          </label>
        ))}
        <span className="grow" />
        {onRemove !== undefined && <IconButton icon="close" label={t("escalation.remove_step")} onClick={onRemove} />}
      </div>
    </fieldset>
  );
}

const FIRST: Step = { afterMinutes: 15, target: { kind: "person", personId: "" }, ways: ["app", "mail"] };

function isWhole({ target, ways }: Step): boolean {
  return ways.length > 0 && (target.kind === "rota" ? target.rotaId : target.personId) !== "";
}

export function PolicyDialog({ known, onClose }: { known?: EscalationPolicy; onClose: () => void }) {
  const t = useText();
  const [name, setName] = useState(known?.name ?? "");
  const [enabled, setEnabled] = useState(known?.enabled ?? true);
  const [steps, setSteps] = useState<readonly Step[]>(known?.steps ?? [FIRST]);
  const save = useSavePolicy(known, onClose);
  const remove = useRemovePolicy(onClose);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate({ name, enabled, steps: [...steps] });
  };
  const add = () => setSteps([...steps, { ...FIRST, afterMinutes: (steps.at(-1)?.afterMinutes ?? 0) + STEP_APART }]);
  return (
    <Dialog
      title={t(known === undefined ? "escalation.new" : "escalation.edit")}
      onClose={onClose}
      testId="policy-dialog"
      wide
    >
      <form onSubmit={submit}>
        <div className="dialog-body stack">
          <p className="quiet">{t("escalation.body")}</p>
          <TextField
            label={t("destinations.name")}
            required
            maxLength={120}
            value={name}
            onChange={(event) => setName(event.target.value)}
            data-testid="policy-name"
          />
          {steps.map((step, at) => (
            <StepEditor
              key={at}
              step={step}
              at={at}
              onChange={(next) => setSteps(steps.map((each, index) => (index === at ? next : each)))}
              onRemove={steps.length > 1 ? () => setSteps(steps.filter((_, index) => index !== at)) : undefined}
            />
          ))}
          <div>
            <Button icon="plus" onClick={add} disabled={steps.length >= MAX_STEPS}>
              {t("escalation.add_step")}
            </Button>
          </div>
          <label className="check">
            <input type="checkbox" checked={enabled} onChange={(event) => setEnabled(event.target.checked)} />
            <span>{t("destinations.enabled")}</span>
          </label>
          {save.isError && <FaultView error={save.error} />}
        </div>
        <div className="dialog-foot">
          {known !== undefined && (
            <Button disabled={remove.isPending} onClick={() => remove.mutate(known.id)}>
              {t("shifts.remove")}
            </Button>
          )}
          <span className="grow" />
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button
            kind="primary"
            type="submit"
            disabled={!steps.every(isWhole) || save.isPending}
            data-testid="policy-save"
          >
            {t("action.save")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
