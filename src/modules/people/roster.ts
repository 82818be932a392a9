import { randomUUID } from "node:crypto";
import { Fault } from "../../kernel/index.ts";
import { actorOf, type Audit } from "../../platform/audit/index.ts";
import type { Clock } from "../../platform/clock/index.ts";
import type { Records, Tx } from "../../platform/db/index.ts";
import type { Principal } from "../../platform/http/index.ts";
import type { LiveChannel } from "../../platform/live/index.ts";
import { type ImportProblem, readRoster } from "./core/roster-import.ts";
import { MAX_PERSONS } from "./limits.ts";
import type { Profile } from "./profiles.ts";
import { PersonContent as PersonShape } from "./schemas.ts";
import { findPerson, type Person, type PersonContent, persons, putPerson } from "./store/persons.ts";

export interface Asker {
  readonly who: Principal;
  readonly peer: string;
}

/** Active accounts a person may be tied to. */
export type AccountsByName = () => Promise<ReadonlyMap<string, string>>;

interface Deps {
  readonly records: Records;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly live: LiveChannel;
  readonly profiles: readonly Profile[];
  /** Account ids by user name. */
  readonly accountsByName: AccountsByName;
}

export interface ImportOutcome {
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly applied: boolean;
  readonly problems: readonly ImportProblem[];
}

/** The people of the operation centre, with or without an account. Whoever leaves is archived, never removed. */
export class Roster {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  get profiles(): readonly Profile[] {
    return this.#deps.profiles;
  }

  async list(): Promise<readonly Person[]> {
    const collator = new Intl.Collator("vi");
    return (await persons(this.#deps.records.query)).toSorted((a, b) => collator.compare(a.name, b.name));
  }

  async byId(): Promise<ReadonlyMap<string, Person>> {
    return new Map((await persons(this.#deps.records.query)).map((person) => [person.id, person]));
  }

  async create(content: PersonContent, by: Asker): Promise<Person> {
    const person = this.#fresh(content);
    await this.#deps.records.transaction(async (tx) => {
      const known = await persons(tx);
      if (known.length >= MAX_PERSONS) throw tooMany();
      this.#check(content, known);
      await putPerson(tx, person);
      await this.#tell(tx, { verb: "people.person.created", person, by });
    });
    this.#announce();
    return person;
  }

  async change(
    id: string,
    change: PersonContent & { readonly version: number; readonly archived: boolean },
    by: Asker,
  ): Promise<Person> {
    const { records, clock } = this.#deps;
    const after = await records.transaction(async (tx) => {
      const before = await findPerson(tx, id);
      if (before === undefined) throw new Fault("missing", "people.person.missing", "no such person", { id });
      if (before.version !== change.version) {
        throw new Fault("conflict", "people.person.changed", "the person was changed meanwhile", {
          version: before.version,
        });
      }
      this.#check(
        change,
        (await persons(tx)).filter((one) => one.id !== id),
      );
      const person: Person = { ...change, id, version: before.version + 1, updatedAt: clock.now() };
      await putPerson(tx, person);
      await this.#tell(tx, { verb: "people.person.changed", person, by });
      return person;
    });
    this.#announce();
    return after;
  }

  /** All or nothing: with one wrong line nothing is written. */
  async importCsv(csv: string, apply: boolean, by: Asker): Promise<ImportOutcome> {
    const { records, profiles, accountsByName, clock } = this.#deps;
    const accounts = await accountsByName();
    const outcome = await records.transaction(async (tx): Promise<ImportOutcome> => {
      const known = await persons(tx);
      const profileIds = new Set(profiles.map(({ id }) => id));
      const { rows, problems } = readRoster(csv, {
        profiles: profileIds,
        accounts,
        check: (content) => PersonShape.safeParse(content).error?.issues[0]?.path.join(".") ?? undefined,
      });
      const plan = rows.map((content) => ({ content, before: sameAs(content, known) }));
      const changed = plan.filter(({ content, before }) => before !== undefined && !equal(content, before));
      const created = plan.filter(({ before }) => before === undefined);
      if (known.length + created.length > MAX_PERSONS) throw tooMany();
      const applied = apply && problems.length === 0;
      if (applied) {
        for (const { content } of created) await putPerson(tx, this.#fresh(content));
        for (const { content, before } of changed) {
          if (before !== undefined) {
            await putPerson(tx, { ...before, ...content, version: before.version + 1, updatedAt: clock.now() });
          }
        }
        const details = { created: created.length, updated: changed.length };
        await this.#deps.audit.record(
          { actor: actorOf(by.who), peer: by.peer, verb: "people.roster.imported", details },
          tx,
        );
      }
      return {
        created: created.length,
        updated: changed.length,
        unchanged: plan.length - created.length - changed.length,
        applied,
        problems,
      };
    });
    if (outcome.applied) this.#announce();
    return outcome;
  }

  #fresh(content: PersonContent): Person {
    return { ...content, id: randomUUID(), archived: false, version: 1, updatedAt: this.#deps.clock.now() };
  }

  #check(content: PersonContent, others: readonly Person[]): void {
    const unknown = content.roles.find((role) => !this.#deps.profiles.some(({ id }) => id === role));
    if (unknown !== undefined) {
      throw new Fault("invalid", "people.profile.unknown", "no such role profile", { profile: unknown });
    }
    if (content.userId !== null && others.some(({ userId }) => userId === content.userId)) {
      throw new Fault("conflict", "people.person.account_taken", "another person has this account");
    }
  }

  #announce(): void {
    this.#deps.live.publish({ event: "people", data: {} });
  }

  async #tell(tx: Tx, { verb, person, by }: { verb: string; person: Person; by: Asker }): Promise<void> {
    const { id, name, unit, tier, archived, version } = person;
    await this.#deps.audit.record(
      {
        actor: actorOf(by.who),
        peer: by.peer,
        verb,
        object: { kind: "person", id },
        details: { name, unit, tier, archived, version },
      },
      tx,
    );
  }
}

/** The same person by mail, else by name and unit. */
function sameAs(content: PersonContent, known: readonly Person[]): Person | undefined {
  const byMail = content.mail === null ? undefined : known.find(({ mail }) => mail === content.mail);
  return byMail ?? known.find(({ name, unit }) => name === content.name && unit === content.unit);
}

function equal(content: PersonContent, before: Person): boolean {
  return (Object.keys(content) as (keyof PersonContent)[]).every(
    (key) => JSON.stringify(content[key]) === JSON.stringify(before[key]),
  );
}

function tooMany(): Fault {
  return new Fault("too_large", "people.person.too_many", "too many persons", { limit: MAX_PERSONS });
}
