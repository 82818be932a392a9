import type { Instant } from "../../kernel/index.ts";
import { GONE_AFTER_MS, OBJECTS_OF_PERSON, PEOPLE_AT_OBJECT } from "./limits.ts";

export type Doing = "looking" | "writing";

export interface Present {
  readonly id: string;
  readonly name: string;
  readonly doing: Doing;
  readonly since: Instant;
}

interface Seen extends Present {
  readonly lastAt: Instant;
}

/** Who is where, in memory only: it is true for less than a minute, and a restart forgets nothing worth keeping. */
export class Whereabouts {
  readonly #objects = new Map<string, Map<string, Seen>>();

  /** True when what others see has changed. */
  arrive(object: string, who: { id: string; name: string; doing: Doing }, now: Instant): boolean {
    const people = this.#objects.get(object) ?? new Map<string, Seen>();
    const before = people.get(who.id);
    if (before === undefined && (people.size >= PEOPLE_AT_OBJECT || this.#placesOf(who.id) >= OBJECTS_OF_PERSON))
      return false;
    people.set(who.id, { ...who, since: before?.since ?? now, lastAt: now });
    this.#objects.set(object, people);
    return before === undefined || before.doing !== who.doing;
  }

  leave(object: string, id: string): boolean {
    const people = this.#objects.get(object);
    const wasThere = people?.delete(id) ?? false;
    if (people?.size === 0) this.#objects.delete(object);
    return wasThere;
  }

  at(object: string): readonly Present[] {
    return [...(this.#objects.get(object)?.values() ?? [])].map(({ lastAt: _lastAt, ...person }) => person);
  }

  objects(): readonly string[] {
    return [...this.#objects.keys()];
  }

  /** Forgets who has gone without a word; returns the objects they were at. */
  expire(now: Instant): readonly string[] {
    const changed = new Set<string>();
    for (const [object, people] of this.#objects) {
      for (const { id, lastAt } of people.values()) {
        if (now - lastAt > GONE_AFTER_MS && this.leave(object, id)) changed.add(object);
      }
    }
    return [...changed];
  }

  #placesOf(id: string): number {
    let places = 0;
    for (const people of this.#objects.values()) if (people.has(id)) places += 1;
    return places;
  }
}
