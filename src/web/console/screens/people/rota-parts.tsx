import { IconButton } from "../../../kit/button.tsx";
import { TextField } from "../../../kit/field.tsx";
import { useText } from "../../../kit/i18n/text.tsx";
import type { RotaContent } from "../../api/people-types.ts";
import { clockOf, minutesOf } from "../notices/clock-time.ts";
import { PersonField } from "./exception-dialogs.tsx";
import { useRoster } from "./use-people.ts";

type Shifts = RotaContent["shifts"];
type Teams = RotaContent["teams"];

function replaced<Item>(items: readonly Item[], at: number, item: Item): Item[] {
  return items.map((each, index) => (index === at ? item : each));
}

export function ShiftEditor({ shifts, onChange }: { shifts: Shifts; onChange: (shifts: Shifts) => void }) {
  const t = useText();
  return (
    <fieldset className="parts">
      <legend>{t("shifts.of_day")}</legend>
      {shifts.map((shift, at) => (
        <div className="pair" key={at}>
          <TextField
            label={t("shifts.shift_name")}
            required
            maxLength={120}
            value={shift.name}
            onChange={(event) => onChange(replaced(shifts, at, { ...shift, name: event.target.value }))}
          />
          <TextField
            label={t("shifts.begins")}
            type="time"
            required
            value={clockOf(shift.from)}
            onChange={(event) =>
              onChange(replaced(shifts, at, { ...shift, from: minutesOf(event.target.value) ?? shift.from }))
            }
          />
          <TextField
            label={t("shifts.hours")}
            type="number"
            min={0.25}
            max={24}
            step={0.25}
            required
            value={shift.minutes / 60}
            onChange={(event) =>
              onChange(replaced(shifts, at, { ...shift, minutes: Math.round(Number(event.target.value) * 60) }))
            }
          />
        </div>
      ))}
    </fieldset>
  );
}

/** Teams are as many as the pattern has; who is in them is free. */
export function TeamEditor({ teams, onChange }: { teams: Teams; onChange: (teams: Teams) => void }) {
  const t = useText();
  const roster = useRoster();
  const nameOf = (id: string) => roster.data?.items.find((one) => one.id === id)?.name ?? id;
  const free = (roster.data?.items ?? []).filter(
    ({ id, archived }) => !archived && !teams.some(({ people }) => people.includes(id)),
  );
  return (
    <fieldset className="parts">
      <legend>{t("shifts.teams")}</legend>
      {teams.map((team, at) => (
        <div className="team" key={at}>
          <TextField
            label={t("shifts.team_name")}
            required
            maxLength={120}
            value={team.name}
            onChange={(event) => onChange(replaced(teams, at, { ...team, name: event.target.value }))}
          />
          <PersonField
            label={t("shifts.team_add")}
            value=""
            only={free}
            onChange={(id) => id !== "" && onChange(replaced(teams, at, { ...team, people: [...team.people, id] }))}
          />
          <ul className="chips">
            {team.people.map((id) => (
              <li key={id} className="tag">
                {nameOf(id)}
                <IconButton
                  icon="close"
                  label={t("shifts.team_remove", { name: nameOf(id) })}
                  onClick={() =>
                    onChange(replaced(teams, at, { ...team, people: team.people.filter((each) => each !== id) }))
                  }
                />
              </li>
            ))}
          </ul>
        </div>
      ))}
    </fieldset>
  );
}
