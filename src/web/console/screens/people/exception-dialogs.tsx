import { type ReactNode, useState } from "react";
import { SelectField, TextField } from "../../../kit/field.tsx";
import { useFormat } from "../../../kit/i18n/format.ts";
import { useText } from "../../../kit/i18n/text.tsx";
import type { Duty, ExceptionCreate } from "../../api/people-types.ts";
import { FormDialog } from "../../form-dialog.tsx";
import { useExcept, useRoster } from "./use-people.ts";

interface ShellProps {
  readonly title: string;
  readonly testId: string;
  readonly onClose: () => void;
  readonly content: (reason: string) => ExceptionCreate | undefined;
  readonly children: ReactNode;
}

function Shell({ title, testId, onClose, content, children }: ShellProps) {
  const t = useText();
  const [reason, setReason] = useState("");
  const save = useExcept(onClose);
  const asked = content(reason);
  const submit = () => {
    if (asked !== undefined) save.mutate(asked);
  };
  return (
    <FormDialog
      title={title}
      onClose={onClose}
      testId={testId}
      onSubmit={submit}
      work={save}
      submit={t("action.save")}
      submitTestId="exception-save"
      blocked={asked === undefined}
    >
      {children}
      <TextField
        label={t("shifts.reason")}
        maxLength={500}
        value={reason}
        onChange={(event) => setReason(event.target.value)}
      />
    </FormDialog>
  );
}

interface PersonFieldProps {
  readonly label: string;
  readonly none?: string;
  readonly value: string;
  readonly only?: readonly { readonly id: string; readonly name: string }[];
  readonly onChange: (id: string) => void;
}

export function PersonField({ label, none, value, only, onChange }: PersonFieldProps) {
  const roster = useRoster();
  const all = only ?? (roster.data?.items ?? []).filter(({ archived }) => !archived);
  return (
    <SelectField label={label} value={value} onChange={(event) => onChange(event.target.value)}>
      <option value="">{none ?? ""}</option>
      {all.map(({ id, name }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </SelectField>
  );
}

/** Times are those of the browser's own clock, as everywhere on the screen. */
export function AbsenceDialog({ onClose }: { onClose: () => void }) {
  const t = useText();
  const [personId, setPersonId] = useState("");
  const [from, setFrom] = useState("");
  const [to, setTo] = useState("");
  const ready = personId !== "" && from !== "" && to !== "" && from < to;
  const iso = (local: string) => new Date(local).toISOString();
  return (
    <Shell
      title={t("shifts.absence")}
      testId="absence-dialog"
      onClose={onClose}
      content={(reason) => (ready ? { kind: "absence", personId, from: iso(from), to: iso(to), reason } : undefined)}
    >
      <PersonField label={t("people.person")} value={personId} onChange={setPersonId} />
      <div className="pair">
        <TextField
          label={t("shifts.from")}
          type="datetime-local"
          required
          value={from}
          onChange={(event) => setFrom(event.target.value)}
        />
        <TextField
          label={t("shifts.to")}
          type="datetime-local"
          required
          error={to !== "" && from !== "" && to <= from ? t("shifts.to.early") : undefined}
          value={to}
          onChange={(event) => setTo(event.target.value)}
        />
      </div>
    </Shell>
  );
}

export function SwapDialog({ duty, onClose }: { duty: Duty; onClose: () => void }) {
  const t = useText();
  const format = useFormat();
  const [out, setOut] = useState("");
  const [comes, setComes] = useState("");
  const orNull = (id: string) => (id === "" ? null : id);
  const { rotaId, day, shift } = duty;
  return (
    <Shell
      title={t("shifts.swap.title")}
      testId="swap-dialog"
      onClose={onClose}
      content={(reason) =>
        out === "" && comes === ""
          ? undefined
          : { kind: "swap", rotaId, day, shift, out: orNull(out), in: orNull(comes), reason }
      }
    >
      <p className="quiet">
        {duty.rota} · {duty.name} · {format.brief(new Date(duty.begins))} – {format.brief(new Date(duty.ends))}
      </p>
      <PersonField
        label={t("shifts.swap.out")}
        none={t("shifts.swap.nobody")}
        only={duty.people}
        value={out}
        onChange={setOut}
      />
      <PersonField label={t("shifts.swap.in")} none={t("shifts.swap.nobody")} value={comes} onChange={setComes} />
    </Shell>
  );
}
