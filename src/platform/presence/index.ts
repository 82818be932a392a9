/**
 * Who looks at what, so that two people do not do the same work without knowing. It names colleagues to those who may
 * see the object themselves, keeps nothing and is no record of anybody's work.
 */
import { Fault, toIso } from "../../kernel/index.ts";
import type { Clock } from "../clock/index.ts";
import { type Principal, type Route, route } from "../http/index.ts";
import type { LiveChannel } from "../live/index.ts";
import type { z } from "../schema/index.ts";
import { Whereabouts } from "./core.ts";
import { PresenceAt, PresenceList, PresenceRequest } from "./schemas.ts";

/** May this person see the object at all? Asked before anything is said about who is there. */
export type MayLook = (who: Principal, object: string) => Promise<boolean>;

interface Deps {
  readonly clock: Clock;
  readonly live: LiveChannel;
  readonly mayLook: MayLook;
  /** What colleagues call a person. */
  readonly nameOf: (id: string) => Promise<string | undefined>;
}

export class Presence {
  readonly #deps: Deps;
  readonly #whereabouts = new Whereabouts();

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  async say(who: Principal, { object, doing }: z.output<typeof PresenceRequest>): Promise<z.input<typeof PresenceAt>> {
    const { clock, mayLook, nameOf } = this.#deps;
    if (!(await mayLook(who, object))) throw new Fault("missing", "presence.object.missing", "no such object");
    const changed =
      doing === "gone"
        ? this.#whereabouts.leave(object, who.id)
        : this.#whereabouts.arrive(
            object,
            { id: who.id, name: (await nameOf(who.id)) ?? who.name, doing },
            clock.now(),
          );
    if (changed) this.#tell(object);
    return this.#at(object);
  }

  async list(who: Principal): Promise<z.input<typeof PresenceList>> {
    const { mayLook } = this.#deps;
    const items = [];
    for (const object of this.#whereabouts.objects()) if (await mayLook(who, object)) items.push(this.#at(object));
    return { items };
  }

  /** Those who have gone without a word. */
  expire(): void {
    for (const object of this.#whereabouts.expire(this.#deps.clock.now())) this.#tell(object);
  }

  /** Names no one: whoever may see the object asks. */
  #tell(object: string): void {
    this.#deps.live.publish({ event: "presence", data: { kind: object.slice(0, object.indexOf(":")) } });
  }

  #at(object: string): z.input<typeof PresenceAt> {
    const people = this.#whereabouts.at(object).map((person) => ({ ...person, since: toIso(person.since) }));
    return { object, people };
  }
}

export function presenceRoutes(presence: Presence): Route[] {
  return [
    route({
      method: "GET",
      path: "/api/v1/presence",
      summary: "Who looks at what right now, of what the caller may see",
      access: "session",
      audit: "read",
      reply: PresenceList,
      handle: ({ who }) => presence.list(who),
    }),
    route({
      method: "POST",
      path: "/api/v1/presence",
      summary: "Say every 20 seconds what one looks at; answers who else does",
      access: "session",
      audit: "own",
      body: PresenceRequest,
      reply: PresenceAt,
      handle: ({ who, body }) => presence.say(who, body),
    }),
  ];
}
