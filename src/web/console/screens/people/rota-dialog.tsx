import { type FormEvent, useState } from "react";
import { Button } from "../../../kit/button.tsx";
import { Dialog } from "../../../kit/dialog.tsx";
import { SelectField, TextField } from "../../../kit/field.tsx";
import { useText } from "../../../kit/i18n/text.tsx";
import type { Rota, RotaContent } from "../../api/people-types.ts";
import { FaultView } from "../../fault-view.tsx";
import { ShiftEditor, TeamEditor } from "./rota-parts.tsx";
import { PATTERNS, type Pattern, TEAMS_OF, usePattern } from "./use-pattern.ts";
import { useRemoveRota, useSaveRota } from "./use-people.ts";
import { today, weekStart } from "./week.ts";

function useFreshRota(): RotaContent {
  const t = useText();
  return {
    name: t("shifts.rota.name_sample"),
    kind: "shift",
    timeZone: "Asia/Ho_Chi_Minh",
    startsOn: weekStart(today()),
    minimum: 1,
    shifts: [{ name: t("shifts.pattern.day"), from: 8 * 60, minutes: 540 }],
    teams: [{ name: t("shifts.team_n", { n: 1 }), people: [] }],
    turns: [[0], [0], [0], [0], [0], [null], [null]],
  };
}

interface PartProps {
  readonly draft: RotaContent;
  readonly onChange: (part: Partial<RotaContent>) => void;
}

function Frame({ draft, onChange }: PartProps) {
  const t = useText();
  return (
    <div className="pair">
      <TextField
        label={t("shifts.rota.name")}
        required
        maxLength={120}
        value={draft.name}
        onChange={(event) => onChange({ name: event.target.value })}
        data-testid="rota-name"
      />
      <SelectField
        label={t("shifts.rota.kind")}
        value={draft.kind}
        onChange={(event) => onChange({ kind: event.target.value as RotaContent["kind"] })}
      >
        <option value="shift">{t("shifts.kind.shift")}</option>
        <option value="on_call">{t("shifts.kind.on_call")}</option>
      </SelectField>
      <TextField
        label={t("shifts.rota.zone")}
        required
        maxLength={64}
        value={draft.timeZone}
        onChange={(event) => onChange({ timeZone: event.target.value })}
      />
      <TextField
        label={t("shifts.rota.starts")}
        hint={t("shifts.rota.starts.hint", { n: draft.turns.length })}
        type="date"
        required
        value={draft.startsOn}
        onChange={(event) => onChange({ startsOn: event.target.value })}
      />
      <TextField
        label={t("shifts.rota.minimum")}
        type="number"
        min={0}
        max={100}
        required
        value={draft.minimum}
        onChange={(event) => onChange({ minimum: Number(event.target.value) })}
      />
    </div>
  );
}

/** Taking a pattern replaces shifts and turns; teams keep their people. */
function PatternChoice({ draft, onChange }: PartProps) {
  const t = useText();
  const [pattern, setPattern] = useState<Pattern>("3x8");
  const take = usePattern();
  const apply = () => {
    const count = Math.max(TEAMS_OF[pattern], pattern === "weekly" ? draft.teams.length : 0);
    take.mutate(
      { pattern, teams: count },
      {
        onSuccess: ({ shifts, turns }) =>
          onChange({
            shifts,
            turns,
            kind: pattern === "weekly" ? "on_call" : "shift",
            teams: Array.from(
              { length: count },
              (_, at) => draft.teams[at] ?? { name: t("shifts.team_n", { n: at + 1 }), people: [] },
            ),
          }),
      },
    );
  };
  return (
    <div className="row wrap pattern">
      <SelectField
        label={t("shifts.pattern")}
        hint={t(`shifts.pattern.${pattern}.hint`)}
        value={pattern}
        onChange={(event) => setPattern(event.target.value as Pattern)}
      >
        {PATTERNS.map((each) => (
          <option key={each} value={each}>
            {t(`shifts.pattern.${each}`)}
          </option>
        ))}
      </SelectField>
      <Button onClick={apply} disabled={take.isPending} data-testid="pattern-take">
        {t("shifts.pattern.take")}
      </Button>
      {take.isError && <FaultView error={take.error} />}
    </div>
  );
}

export function RotaDialog({ known, onClose }: { known?: Rota; onClose: () => void }) {
  const t = useText();
  const fresh = useFreshRota();
  const [draft, setDraft] = useState<RotaContent>(() => known ?? fresh);
  const [removing, setRemoving] = useState(false);
  const change = (part: Partial<RotaContent>) => setDraft((now) => ({ ...now, ...part }));
  const save = useSaveRota(known, onClose);
  const remove = useRemoveRota(onClose);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const { name, kind, timeZone, startsOn, minimum, shifts, teams, turns } = draft;
    save.mutate({ name, kind, timeZone, startsOn, minimum, shifts, teams, turns });
  };
  return (
    <Dialog
      title={t(known === undefined ? "shifts.new_rota" : "shifts.edit_rota")}
      onClose={onClose}
      testId="rota-dialog"
      wide
    >
      <form onSubmit={submit}>
        <div className="dialog-body stack">
          <Frame draft={draft} onChange={change} />
          <PatternChoice draft={draft} onChange={change} />
          <ShiftEditor shifts={draft.shifts} onChange={(shifts) => change({ shifts })} />
          <TeamEditor teams={draft.teams} onChange={(teams) => change({ teams })} />
          {save.isError && <FaultView error={save.error} />}
          {removing && <p className="notice bad">{t("shifts.remove.body")}</p>}
        </div>
        <div className="dialog-foot">
          {known !== undefined && (
            <Button
              kind={removing ? "danger" : undefined}
              disabled={remove.isPending}
              onClick={() => (removing ? remove.mutate(known.id) : setRemoving(true))}
            >
              {t("shifts.remove")}
            </Button>
          )}
          <span className="grow" />
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button kind="primary" type="submit" disabled={save.isPending} data-testid="rota-save">
            {t("action.save")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
