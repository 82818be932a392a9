import { randomUUID } from "node:crypto";
import { Fault } from "../../kernel/index.ts";
import { actorOf, type Audit } from "../audit/index.ts";
import type { Clock } from "../clock/index.ts";
import type { Records, Tx } from "../db/index.ts";
import { filledTemplate } from "./core/letters.ts";
import type { Urgency } from "./core/urgency.ts";
import type { Courier } from "./courier.ts";
import { MAX_DESTINATIONS } from "./limits.ts";
import { type Asker, type Tried, tried } from "./preferences.ts";
import type { Sealing } from "./sealing.ts";
import {
  countByState,
  type Destination,
  type DestinationContent,
  destinations,
  dropLetters,
  findDestination,
  type LetterState,
  lettersIn,
  putDestination,
  removeDestination,
  reviveLetters,
  type StoredLetter,
} from "./store/index.ts";
import { checkedUrl, newHookSecret } from "./ways/webhook.ts";

interface Deps {
  readonly records: Records;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly courier: Courier;
  readonly sealing: Sealing;
  /** Kinds that may be told to a channel many read. */
  readonly kinds: ReadonlyMap<string, Urgency>;
}

export type WithAuthorization = DestinationContent & { readonly authorization?: string | undefined };

/** Where messages may go beside mail. Secrets are made here, shown once, and kept sealed. */
export class Destinations {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  async list(): Promise<readonly Destination[]> {
    return destinations(this.#deps.records.query);
  }

  async create(content: WithAuthorization, by: Asker): Promise<{ destination: Destination; secret: string }> {
    this.#check(content);
    const { records, clock, sealing } = this.#deps;
    if ((await this.list()).length >= MAX_DESTINATIONS) {
      throw new Fault("too_large", "notices.destination.too_many", "too many destinations", {
        limit: MAX_DESTINATIONS,
      });
    }
    const id = randomUUID().replaceAll("-", "");
    const secret = newHookSecret();
    const { authorization, ...rest } = content;
    const destination: Destination = {
      ...rest,
      id,
      version: 1,
      createdAt: clock.now(),
      lastOkAt: null,
      lastFailedAt: null,
      lastCode: null,
      secret: sealing.seal(secret, id),
      authorization: authorization === undefined || authorization === "" ? null : sealing.seal(authorization, id),
    };
    await records.transaction(async (tx) => {
      await putDestination(tx, destination);
      await this.#tell(tx, { verb: "notices.destination.created", destination, by });
    });
    return { destination, secret };
  }

  async change(id: string, change: WithAuthorization & { readonly version: number }, by: Asker): Promise<Destination> {
    this.#check(change);
    const { records, sealing } = this.#deps;
    return records.transaction(async (tx) => {
      const before = await this.#require(tx, id);
      if (before.version !== change.version) {
        throw new Fault("conflict", "notices.destination.changed", "the destination was changed meanwhile", {
          version: before.version,
        });
      }
      if (before.kind !== change.kind) {
        throw new Fault("conflict", "notices.destination.kind_fixed", "a destination keeps its kind");
      }
      const { authorization, ...content } = change;
      const after: Destination = {
        ...before,
        ...content,
        version: before.version + 1,
        // Left out: as it was. Empty: none any more.
        authorization:
          authorization === undefined
            ? before.authorization
            : authorization === ""
              ? null
              : sealing.seal(authorization, id),
      };
      await putDestination(tx, after);
      await this.#tell(tx, { verb: "notices.destination.changed", destination: after, by });
      return after;
    });
  }

  async remove(id: string, by: Asker): Promise<void> {
    await this.#deps.records.transaction(async (tx) => {
      const destination = await this.#require(tx, id);
      await removeDestination(tx, id);
      await this.#tell(tx, { verb: "notices.destination.removed", destination, by });
    });
  }

  async renewSecret(id: string, by: Asker): Promise<{ destination: Destination; secret: string }> {
    const { records, sealing } = this.#deps;
    const secret = newHookSecret();
    const destination = await records.transaction(async (tx) => {
      const before = await this.#require(tx, id);
      const after = { ...before, secret: sealing.seal(secret, id), version: before.version + 1 };
      await putDestination(tx, after);
      await this.#tell(tx, { verb: "notices.destination.secret_renewed", destination: after, by });
      return after;
    });
    return { destination, secret };
  }

  /** A message now, past the queue; for a gateway to the number given. */
  async try(id: string, number: string | null): Promise<Tried> {
    const { records, courier, clock } = this.#deps;
    const target = await findDestination(records.query, id);
    if (target === undefined) throw missing(id);
    if (target.kind === "sms" && number === null) return { ok: false, code: "notices.person.no_address", tookMs: 0 };
    const matter = { kind: "notices.test", urgency: "normal", title: null, path: "/notices", at: clock.now() } as const;
    const letter = { ...courier.letterOf(target.language, [matter]), id: randomUUID().replaceAll("-", "") };
    return tried(clock, () => courier.callDestination(target, letter, { address: number ?? "", recipient: null }));
  }

  async letters(
    state: LetterState,
    limit: number,
  ): Promise<{ items: readonly StoredLetter[]; counts: Readonly<Record<LetterState, number>> }> {
    const { query } = this.#deps.records;
    return { items: await lettersIn(query, state, limit), counts: await countByState(query) };
  }

  async repeat(ids: readonly string[], by: Asker): Promise<number> {
    return this.#decide("notices.letter.repeated", ids, by);
  }

  async drop(ids: readonly string[], by: Asker): Promise<number> {
    return this.#decide("notices.letter.dropped", ids, by);
  }

  async #decide(
    verb: "notices.letter.repeated" | "notices.letter.dropped",
    ids: readonly string[],
    by: Asker,
  ): Promise<number> {
    const { records, audit, clock, courier } = this.#deps;
    const change = verb === "notices.letter.repeated" ? reviveLetters : dropLetters;
    const changed = await records.transaction(async (tx) => {
      const n = await change(tx, ids, clock.now());
      await audit.record(
        { actor: actorOf(by.who), peer: by.peer, verb, details: { asked: ids.length, changed: n } },
        tx,
      );
      return n;
    });
    void courier.run();
    return changed;
  }

  #check(content: WithAuthorization): void {
    checkedUrl(content.url);
    const unknown = content.team.kinds.find((kind) => !this.#deps.kinds.has(kind));
    if (unknown !== undefined) {
      throw new Fault("invalid", "notices.kind.unknown", "no such kind of notice", { kind: unknown });
    }
    if ((content.kind === "sms") !== (content.template !== null)) {
      throw new Fault("invalid", "notices.destination.template", "a gateway has a template, a webhook has none");
    }
    if (content.template === null) return;
    const sample = trialOf(content.template);
    if (!sample.includes("+84900000000") || !sample.includes("khien")) {
      throw new Fault("invalid", "notices.destination.template_holes", "the template must hold {number} and {text}");
    }
  }

  async #require(tx: Tx, id: string): Promise<Destination> {
    const found = await findDestination(tx, id);
    if (found === undefined) throw missing(id);
    return found;
  }

  async #tell(tx: Tx, { verb, destination, by }: { verb: string; destination: Destination; by: Asker }): Promise<void> {
    const { id, name, kind, url, enabled, version } = destination;
    await this.#deps.audit.record(
      {
        actor: actorOf(by.who),
        peer: by.peer,
        verb,
        object: { kind: "notice-destination", id },
        // The path of an address often is a secret itself.
        details: { name, kind, host: new URL(url).host, enabled, version },
      },
      tx,
    );
  }
}

function trialOf(template: NonNullable<DestinationContent["template"]>): string {
  try {
    const filled = filledTemplate(template, { number: "+84900000000", text: "khien" });
    return template.type === "form" ? decodeURIComponent(filled) : filled;
  } catch {
    throw new Fault("invalid", "notices.destination.template_json", "the template is no JSON");
  }
}

function missing(id: string): Fault {
  return new Fault("missing", "notices.destination.missing", "no such destination", { id });
}
