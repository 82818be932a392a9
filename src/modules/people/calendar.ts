import { randomUUID } from "node:crypto";
import { dayNumber, Fault, type Instant, momentOf } from "../../kernel/index.ts";
import { actorOf, type Audit } from "../../platform/audit/index.ts";
import type { Clock } from "../../platform/clock/index.ts";
import type { Records, Tx } from "../../platform/db/index.ts";
import type { LiveChannel } from "../../platform/live/index.ts";
import {
  type Duty,
  dutiesBetween,
  nextDuties,
  onDuty,
  problemsOf,
  type Rota,
  type RotaException,
  type RotaProblem,
} from "./core/rota.ts";
import { MAX_ABSENCE_MS, MAX_EXCEPTIONS, MAX_ROTAS } from "./limits.ts";
import type { Asker } from "./roster.ts";
import { findPerson } from "./store/persons.ts";
import {
  countExceptions,
  exceptionsWithin,
  putException,
  putRota,
  removeRota,
  rotas,
  type StoredException,
  type StoredRota,
  withdrawException,
} from "./store/rotas.ts";

interface Deps {
  readonly records: Records;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly live: LiveChannel;
}

export interface CalendarView {
  readonly duties: readonly Duty[];
  readonly problems: readonly RotaProblem[];
  readonly exceptions: readonly StoredException[];
}

const DAY_MS = 86_400_000;
/** The longest shift and the farthest clock change lie within two days. */
const AROUND_MS = 2 * DAY_MS;
const LOOK_AHEAD_MS = 8 * DAY_MS;

type NewException =
  | { readonly kind: "absence"; readonly personId: string; readonly from: Instant; readonly to: Instant }
  | {
      readonly kind: "swap";
      readonly rotaId: string;
      readonly day: string;
      readonly shift: number;
      readonly out: string | null;
      readonly in: string | null;
    };

/** Rotas, what differs from them, and who is on duty when. */
export class ShiftCalendar {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  async rotas(): Promise<readonly StoredRota[]> {
    return (await rotas(this.#deps.records.query)).toSorted((a, b) => a.rota.name.localeCompare(b.rota.name, "vi"));
  }

  async between(span: { readonly from: Instant; readonly to: Instant }): Promise<CalendarView> {
    const { query } = this.#deps.records;
    const around = { from: span.from - AROUND_MS, to: span.to + AROUND_MS };
    const [all, exceptions] = await Promise.all([rotas(query), exceptionsWithin(query, around)]);
    const known = exceptions.map(({ exception }) => exception);
    const duties = all.flatMap(({ rota }) => dutiesBetween(rota, span, known)).toSorted((a, b) => a.begins - b.begins);
    const visible = exceptions.filter(({ exception: one }) =>
      one.kind === "swap" ? isWithin(one, duties) : one.from < span.to && one.to > span.from,
    );
    return { duties, problems: problemsOf(duties), exceptions: visible };
  }

  async dutyAt(now: Instant): Promise<{ readonly now: readonly Duty[]; readonly next: readonly Duty[] }> {
    const { duties } = await this.between({ from: now, to: now + LOOK_AHEAD_MS });
    return { now: onDuty(duties, now), next: nextDuties(duties, now) };
  }

  async createRota(content: Omit<Rota, "id">, by: Asker): Promise<StoredRota> {
    const stored = { rota: { ...content, id: randomUUID() }, version: 1 };
    await this.#deps.records.transaction(async (tx) => {
      if ((await rotas(tx)).length >= MAX_ROTAS) {
        throw new Fault("too_large", "people.rota.too_many", "too many rotas", { limit: MAX_ROTAS });
      }
      await this.#put(tx, stored, { verb: "people.rota.created", by });
    });
    this.#announce();
    return stored;
  }

  async changeRota(
    id: string,
    change: Omit<Rota, "id"> & { readonly version: number },
    by: Asker,
  ): Promise<StoredRota> {
    const { version, ...content } = change;
    const stored = { rota: { ...content, id }, version: version + 1 };
    await this.#deps.records.transaction(async (tx) => {
      const before = await requireRota(tx, id);
      if (before.version !== version) {
        throw new Fault("conflict", "people.rota.changed", "the rota was changed meanwhile", {
          version: before.version,
        });
      }
      await this.#put(tx, stored, { verb: "people.rota.changed", by });
    });
    this.#announce();
    return stored;
  }

  async removeRota(id: string, by: Asker): Promise<void> {
    const { records, audit } = this.#deps;
    await records.transaction(async (tx) => {
      const { rota } = await requireRota(tx, id);
      await removeRota(tx, id);
      await audit.record(
        entryOf("people.rota.removed", { kind: "rota", id }, { by, details: { name: rota.name } }),
        tx,
      );
    });
    this.#announce();
  }

  async except(content: NewException, reason: string, by: Asker & { readonly name: string }): Promise<string> {
    const { records, audit, clock } = this.#deps;
    const exception: RotaException = { ...content, id: randomUUID() };
    await records.transaction(async (tx) => {
      if ((await countExceptions(tx, clock.now())) >= MAX_EXCEPTIONS) {
        throw new Fault("too_large", "people.exception.too_many", "too many exceptions", { limit: MAX_EXCEPTIONS });
      }
      const span = await spanOf(tx, exception);
      for (const id of personsOf(exception)) {
        if ((await findPerson(tx, id)) === undefined) {
          throw new Fault("missing", "people.person.missing", "no such person", { id });
        }
      }
      await putException(tx, { exception, reason, by: { id: by.who.id, name: by.name }, at: clock.now() }, span);
      const object = { kind: "rota-exception", id: exception.id };
      await audit.record(entryOf(`people.${exception.kind}.entered`, object, { by, details: { ...content } }), tx);
    });
    this.#announce();
    return exception.id;
  }

  async withdraw(id: string, by: Asker): Promise<void> {
    const { records, audit, clock } = this.#deps;
    await records.transaction(async (tx) => {
      if (!(await withdrawException(tx, id, { id: by.who.id, at: clock.now() }))) {
        throw new Fault("missing", "people.exception.missing", "no such exception", { id });
      }
      await audit.record(
        entryOf("people.exception.withdrawn", { kind: "rota-exception", id }, { by, details: {} }),
        tx,
      );
    });
    this.#announce();
  }

  async #put(tx: Tx, stored: StoredRota, { verb, by }: { verb: string; by: Asker }): Promise<void> {
    const { rota, version } = stored;
    const known = new Set<string>();
    for (const id of new Set(rota.teams.flatMap(({ people }) => people))) {
      if ((await findPerson(tx, id)) !== undefined) known.add(id);
      else throw new Fault("missing", "people.person.missing", "no such person", { id });
    }
    await putRota(tx, stored, this.#deps.clock.now());
    const details = { name: rota.name, kind: rota.kind, persons: known.size, version };
    await this.#deps.audit.record(entryOf(verb, { kind: "rota", id: rota.id }, { by, details }), tx);
  }

  #announce(): void {
    this.#deps.live.publish({ event: "people", data: {} });
  }
}

async function requireRota(tx: Tx, id: string): Promise<StoredRota> {
  const found = (await rotas(tx)).find(({ rota }) => rota.id === id);
  if (found === undefined) throw new Fault("missing", "people.rota.missing", "no such rota", { id });
  return found;
}

async function spanOf(tx: Tx, one: RotaException): Promise<{ begins: Instant; ends: Instant }> {
  if (one.kind === "absence") {
    if (one.to <= one.from || one.to - one.from > MAX_ABSENCE_MS) {
      throw new Fault("invalid", "people.absence.span", "an absence ends after it begins, within a year");
    }
    return { begins: one.from, ends: one.to };
  }
  if (one.out === null && one.in === null) {
    throw new Fault("invalid", "people.swap.empty", "nobody goes and nobody comes");
  }
  const { rota } = await requireRota(tx, one.rotaId);
  const shift = rota.shifts[one.shift];
  const day = dayNumber(one.day);
  if (shift === undefined || day === undefined) {
    throw new Fault("missing", "people.shift.missing", "the rota has no such shift", { shift: one.shift });
  }
  return {
    begins: momentOf(day, shift.from, rota.timeZone),
    ends: momentOf(day, shift.from + shift.minutes, rota.timeZone),
  };
}

function personsOf(one: RotaException): readonly string[] {
  return one.kind === "absence" ? [one.personId] : [one.out, one.in].filter((id) => id !== null);
}

function isWithin(swap: Extract<RotaException, { kind: "swap" }>, duties: readonly Duty[]): boolean {
  return duties.some(({ rotaId, day, shift }) => rotaId === swap.rotaId && day === swap.day && shift === swap.shift);
}

function entryOf(
  verb: string,
  object: { readonly kind: string; readonly id: string },
  { by, details }: { by: Asker; details: Readonly<Record<string, unknown>> },
) {
  return { actor: actorOf(by.who), peer: by.peer, verb, object, details };
}
