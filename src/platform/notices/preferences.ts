import { randomUUID } from "node:crypto";
import { Fault } from "../../kernel/index.ts";
import { actorOf, type Audit } from "../audit/index.ts";
import type { Clock } from "../clock/index.ts";
import type { Records } from "../db/index.ts";
import type { Principal } from "../http/index.ts";
import { DEFAULT_RULES, fromOf, type PersonalRules, type Way } from "./core/rules.ts";
import type { From, Urgency } from "./core/urgency.ts";
import type { Courier } from "./courier.ts";
import type { AccountsOf } from "./notices.ts";
import { destinations, putRules, rulesOf, type VersionedRules } from "./store/index.ts";
import { asUndelivered } from "./ways/refusal.ts";

export interface Asker {
  readonly who: Principal;
  readonly peer: string;
}

export interface OpenWay {
  readonly way: Way;
  readonly name: string | null;
}

interface Deps {
  readonly records: Records;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly courier: Courier;
  readonly accountsOf: AccountsOf;
  readonly kinds: ReadonlyMap<string, Urgency>;
  readonly mailOpen: boolean;
}

export interface Tried {
  readonly ok: boolean;
  readonly code: string | null;
  readonly tookMs: number;
}

/** How each person wants to be told; everybody's own. */
export class Preferences {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  get kinds(): ReadonlyMap<string, Urgency> {
    return this.#deps.kinds;
  }

  async of(personId: string): Promise<VersionedRules> {
    return rulesOf(this.#deps.records.query, personId);
  }

  async ways(): Promise<readonly OpenWay[]> {
    const open = (await destinations(this.#deps.records.query)).filter(({ enabled }) => enabled);
    return [
      ...(this.#deps.mailOpen ? [{ way: "mail" as const, name: null }] : []),
      ...(open.some(({ kind }) => kind === "sms") ? [{ way: "sms" as const, name: null }] : []),
      ...open
        .filter(({ kind, personal }) => kind === "webhook" && personal)
        .map(({ id, name }) => ({ way: `hook:${id}` as const, name })),
    ];
  }

  async change(rules: PersonalRules, seen: number, by: Asker): Promise<VersionedRules> {
    const { records, audit, clock, kinds } = this.#deps;
    const unknown = rules.choices.find(({ kind }) => !kinds.has(kind));
    if (unknown !== undefined) {
      throw new Fault("invalid", "notices.kind.unknown", "no such kind of notice", { kind: unknown.kind });
    }
    const version = seen + 1;
    await records.transaction(async (tx) => {
      const now = await rulesOf(tx, by.who.id);
      if (now.version !== seen) {
        throw new Fault("conflict", "notices.rules.changed", "the rules were changed meanwhile", {
          version: now.version,
        });
      }
      await putRules(tx, by.who.id, { rules, version, at: clock.now() });
      await audit.record(
        {
          actor: actorOf(by.who),
          peer: by.peer,
          verb: "notices.rules.changed",
          object: { kind: "user", id: by.who.id },
          // Addresses are the person's own affair: that there is one is enough.
          details: { mail: rules.mail !== null, phone: rules.phone !== null, quiet: rules.quiet, version },
        },
        tx,
      );
    });
    return { rules, version };
  }

  /** A message to oneself, now, past the queue. */
  async tryWay(way: Way, who: Principal): Promise<Tried> {
    const { records, courier, accountsOf, clock } = this.#deps;
    const account = (await accountsOf([who.id])).get(who.id);
    const { rules } = await rulesOf(records.query, who.id);
    const address = way === "mail" ? rules.mail : way === "sms" ? rules.phone : "";
    if (account === undefined || address === null) return { ok: false, code: "notices.person.no_address", tookMs: 0 };
    const matter = { kind: "notices.test", urgency: "normal", title: null, path: "/notices", at: clock.now() } as const;
    return tried(clock, () =>
      courier.sendLetter(
        { ...courier.letterOf(account.language, [matter]), id: randomUUID().replaceAll("-", "") },
        { way, address, recipient: { id: account.id, name: account.displayName } },
      ),
    );
  }

  unchosen(way: Way): From {
    return fromOf(DEFAULT_RULES, "", way);
  }
}

export async function tried(clock: Clock, send: () => Promise<void>): Promise<Tried> {
  const started = clock.now();
  try {
    await send();
    return { ok: true, code: null, tookMs: clock.now() - started };
  } catch (error) {
    return { ok: false, code: asUndelivered(error).code, tookMs: clock.now() - started };
  }
}
