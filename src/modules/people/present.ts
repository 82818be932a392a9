import { type Instant, toIso } from "../../kernel/index.ts";
import type { CalendarView } from "./calendar.ts";
import type { HandoverContent, HandoverFigures } from "./core/handover.ts";
import type { Duty, Rota } from "./core/rota.ts";
import type { EscalationEntry, Policy } from "./store/escalations.ts";
import type { Handover } from "./store/handovers.ts";
import type { Person } from "./store/persons.ts";
import type { StoredRota } from "./store/rotas.ts";

/** Names of persons and rotas, for duties as people read them. */
export interface Names {
  readonly person: (id: string) => string;
  readonly rota: (id: string) => string;
}

export function namesOf(persons: ReadonlyMap<string, Person>, rotas: readonly StoredRota[]): Names {
  const byId = new Map(rotas.map(({ rota }) => [rota.id, rota.name]));
  return { person: (id) => persons.get(id)?.name ?? id, rota: (id) => byId.get(id) ?? id };
}

const iso = (at: Instant | null) => (at === null ? null : toIso(at));

export function personShown(person: Person) {
  return {
    ...person,
    roles: [...person.roles],
    languages: [...person.languages],
    updatedAt: toIso(person.updatedAt),
  };
}

export function rotaShown({ rota, version }: StoredRota) {
  const { shifts, teams, turns, ...rest } = rota;
  return {
    ...rest,
    version,
    shifts: [...shifts],
    teams: teams.map((team) => ({ ...team, people: [...team.people] })),
    turns: turnsShown(turns),
  };
}

export function turnsShown(turns: Rota["turns"]) {
  return turns.map((day) => [...day]);
}

export function dutyShown(duty: Duty, names: Names) {
  const named = (id: string) => ({ id, name: names.person(id) });
  return {
    ...duty,
    rota: names.rota(duty.rotaId),
    begins: toIso(duty.begins),
    ends: toIso(duty.ends),
    people: duty.people.map(({ id, by }) => ({ ...named(id), by })),
    absent: duty.absent.map(named),
  };
}

export function calendarShown(
  { duties, problems, exceptions }: CalendarView,
  { names, from, to }: { names: Names; from: Instant; to: Instant },
) {
  return {
    from: toIso(from),
    to: toIso(to),
    duties: duties.map((duty) => dutyShown(duty, names)),
    gaps: problems.flatMap((one) =>
      one.kind === "gap" ? [{ duty: dutyShown(one.duty, names), missing: one.missing }] : [],
    ),
    doubles: problems.flatMap((one) =>
      one.kind === "double"
        ? [
            {
              person: { id: one.personId, name: names.person(one.personId) },
              duties: one.duties.map((duty) => dutyShown(duty, names)),
            },
          ]
        : [],
    ),
    exceptions: exceptions.map(({ exception: one, reason, by, at }) => {
      const swap = one.kind === "swap" ? one : undefined;
      const absence = one.kind === "absence" ? one : undefined;
      const named = (id: string | null | undefined) => (id === null || id === undefined ? null : names.person(id));
      return {
        id: one.id,
        kind: one.kind,
        reason,
        by,
        at: toIso(at),
        person: named(absence?.personId),
        out: named(swap?.out),
        in: named(swap?.in),
        from: iso(absence?.from ?? null),
        to: iso(absence?.to ?? null),
        day: swap?.day ?? null,
        rotaId: swap?.rotaId ?? null,
      };
    }),
  };
}

export function policyShown(policy: Policy) {
  return {
    ...policy,
    since: toIso(policy.since),
    steps: policy.steps.map((step) => ({ ...step, ways: [...step.ways] })),
  };
}

export function escalationShown({ alertId, step, at, details }: EscalationEntry) {
  const { title, policy, called } = details;
  return {
    alertId,
    title,
    policy,
    step,
    at: toIso(at),
    called: called.map(({ name, ways }) => ({ name, ways: [...ways] })),
  };
}

export function figuresShown(figures: HandoverFigures) {
  const line = (alert: HandoverFigures["oldestOpen"][number]) => ({ ...alert, createdAt: toIso(alert.createdAt) });
  return {
    ...figures,
    at: toIso(figures.at),
    oldestOpen: figures.oldestOpen.map(line),
    takenByLeaving: figures.takenByLeaving.map(line),
    clocks: figures.clocks?.map((clock) => ({ ...clock, due: toIso(clock.due) })) ?? null,
    silentSensors: figures.silentSensors.map(({ name, since }) => ({ name, since: iso(since) })),
  };
}

export function shiftShown(shift: HandoverContent["shift"]) {
  return shift === null ? null : { ...shift, begins: toIso(shift.begins), ends: toIso(shift.ends) };
}

export function handoverShown({ id, seq, at, by, seal, content, receipt }: Handover) {
  return {
    id,
    number: seq,
    at: toIso(at),
    by,
    seal,
    text: content.text,
    shift: shiftShown(content.shift),
    figures: figuresShown(content.figures),
    receipt: receipt === null ? null : { ...receipt, at: toIso(receipt.at) },
  };
}
