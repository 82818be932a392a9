import { dayNumber, dayOf, dayOfNumber, type Instant, momentOf, wallTimeOf } from "../../../kernel/index.ts";

/**
 * A rota: the shifts of a day by the wall clock of a time zone, the teams, and whose turn it is on each day of a cycle.
 * A shift keeps its hours on the wall: where clocks change during it, it is longer or shorter, and nobody is left out
 * between two shifts.
 */
export interface Rota {
  readonly id: string;
  readonly name: string;
  readonly kind: "shift" | "on_call";
  readonly timeZone: string;
  /** First day of the cycle, `2026-11-23`; nobody is on duty before it. */
  readonly startsOn: string;
  /** Persons every shift needs. */
  readonly minimum: number;
  readonly shifts: readonly { readonly name: string; readonly from: number; readonly minutes: number }[];
  readonly teams: readonly { readonly name: string; readonly people: readonly string[] }[];
  /** For each day of the cycle and each shift of it the place of a team in `teams`; null: nobody's turn. */
  readonly turns: readonly (readonly (number | null)[])[];
}

export interface Absence {
  readonly kind: "absence";
  readonly id: string;
  readonly personId: string;
  readonly from: Instant;
  readonly to: Instant;
}
/** One person in another's place, or one more where `out` is null, or one less where `in` is null. */
export interface Swap {
  readonly kind: "swap";
  readonly id: string;
  readonly rotaId: string;
  readonly day: string;
  readonly shift: number;
  readonly out: string | null;
  readonly in: string | null;
}
export type RotaException = Absence | Swap;

export interface Duty {
  readonly rotaId: string;
  readonly kind: Rota["kind"];
  readonly day: string;
  readonly shift: number;
  readonly name: string;
  readonly team: string | null;
  readonly begins: Instant;
  readonly ends: Instant;
  readonly minimum: number;
  readonly people: readonly { readonly id: string; readonly by: "rota" | "swap" }[];
  /** Whose turn it is and who is away. */
  readonly absent: readonly string[];
}

/** Duties that overlap the span, in order. */
export function dutiesBetween(
  rota: Rota,
  span: { readonly from: Instant; readonly to: Instant },
  exceptions: readonly RotaException[],
): readonly Duty[] {
  const start = dayNumber(rota.startsOn);
  if (start === undefined || rota.turns.length === 0) return [];
  const first = (dayNumber(dayOf(wallTimeOf(span.from, rota.timeZone))) ?? 0) - 1;
  const last = dayNumber(dayOf(wallTimeOf(span.to, rota.timeZone))) ?? 0;
  const duties: Duty[] = [];
  for (let day = Math.max(first, start); day <= last; day += 1) {
    const turn = rota.turns[(day - start) % rota.turns.length] ?? [];
    rota.shifts.forEach((_, shift) => {
      const duty = dutyOf(rota, { day, shift, team: turn[shift] ?? null }, exceptions);
      if (duty.begins < span.to && duty.ends > span.from) duties.push(duty);
    });
  }
  return duties.toSorted((a, b) => a.begins - b.begins || a.shift - b.shift);
}

function dutyOf(
  rota: Rota,
  at: { readonly day: number; readonly shift: number; readonly team: number | null },
  exceptions: readonly RotaException[],
): Duty {
  const { name = "", from = 0, minutes = 0 } = rota.shifts[at.shift] ?? {};
  const team = at.team === null ? undefined : rota.teams[at.team];
  const day = dayOfNumber(at.day);
  const begins = momentOf(at.day, from, rota.timeZone);
  const ends = momentOf(at.day, from + minutes, rota.timeZone);
  const people = swapped(team?.people ?? [], swapsOf(exceptions, { rotaId: rota.id, day, shift: at.shift }));
  const away = new Set(
    exceptions.flatMap((one) => (one.kind === "absence" && one.from < ends && one.to > begins ? [one.personId] : [])),
  );
  return {
    rotaId: rota.id,
    kind: rota.kind,
    day,
    shift: at.shift,
    name,
    team: team?.name ?? null,
    begins,
    ends,
    minimum: rota.minimum,
    people: people.filter(({ id }) => !away.has(id)),
    absent: people.filter(({ id }) => away.has(id)).map(({ id }) => id),
  };
}

function swapsOf(
  exceptions: readonly RotaException[],
  at: { readonly rotaId: string; readonly day: string; readonly shift: number },
): readonly Swap[] {
  return exceptions.filter(
    (one): one is Swap =>
      one.kind === "swap" && one.rotaId === at.rotaId && one.day === at.day && one.shift === at.shift,
  );
}

/** In the order they were made: who came in by one swap may go out by the next. */
function swapped(team: readonly string[], swaps: readonly Swap[]): Duty["people"] {
  let people: Duty["people"] = team.map((id) => ({ id, by: "rota" }));
  for (const swap of swaps) {
    people = people.filter(({ id }) => id !== swap.out && id !== swap.in);
    if (swap.in !== null) people = [...people, { id: swap.in, by: "swap" }];
  }
  return people;
}

export function onDuty(duties: readonly Duty[], now: Instant): readonly Duty[] {
  return duties.filter(({ begins, ends }) => begins <= now && now < ends);
}

/** Of each rota the duties that begin next. */
export function nextDuties(duties: readonly Duty[], now: Instant): readonly Duty[] {
  const coming = duties.filter(({ begins }) => begins > now);
  return [...Map.groupBy(coming, ({ rotaId }) => rotaId).values()].flatMap((own) => {
    const begins = Math.min(...own.map((duty) => duty.begins));
    return own.filter((duty) => duty.begins === begins);
  });
}

export type RotaProblem =
  | { readonly kind: "gap"; readonly duty: Duty; readonly missing: number }
  | { readonly kind: "double"; readonly personId: string; readonly duties: readonly [Duty, Duty] };

/** Too few for a shift, and one person in two shifts at once. Being on call beside a shift is no contradiction. */
export function problemsOf(duties: readonly Duty[]): readonly RotaProblem[] {
  const gaps = duties
    .filter(({ people, minimum }) => people.length < minimum)
    .map((duty): RotaProblem => ({ kind: "gap", duty, missing: duty.minimum - duty.people.length }));
  const byPerson = new Map<string, Duty[]>();
  for (const duty of duties) {
    for (const { id } of duty.people) {
      const key = `${duty.kind}\0${id}`;
      byPerson.set(key, [...(byPerson.get(key) ?? []), duty]);
    }
  }
  return [...gaps, ...[...byPerson].flatMap(([key, own]) => doubles(key.split("\0")[1] ?? "", own))];
}

function doubles(personId: string, duties: readonly Duty[]): readonly RotaProblem[] {
  const inOrder = duties.toSorted((a, b) => a.begins - b.begins);
  return inOrder.slice(1).flatMap((duty, at): RotaProblem[] => {
    const before = inOrder[at];
    return before !== undefined && duty.begins < before.ends
      ? [{ kind: "double", personId, duties: [before, duty] }]
      : [];
  });
}
