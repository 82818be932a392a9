import { createHash } from "node:crypto";
import type { Instant } from "../../kernel/index.ts";
import type { Clock } from "../clock/index.ts";
import type { Records } from "../db/index.ts";
import type { EgressGate } from "../egress/index.ts";
import type { Log } from "../log/index.ts";
import { planChannel } from "./core/bundling.ts";
import {
  filledTemplate,
  hookBodyOf,
  type Language,
  type Letter,
  mailOf,
  type Matter,
  type Say,
  smsOf,
} from "./core/letters.ts";
import { waitAfter } from "./core/retry.ts";
import type { Way } from "./core/rules.ts";
import { FIRST_RETRY_MS, HOUR_MS, MAX_RETRY_MS, PER_HOUR, SENT_AT_ONCE, TAKEN_AT_ONCE } from "./limits.ts";
import type { AccountsOf } from "./notices.ts";
import type { Sealing } from "./sealing.ts";
import {
  bundleLetters,
  type Destination,
  destinations,
  dueLetters,
  endLetters,
  holdLetters,
  postponeLetters,
  retryLetters,
  rulesOf,
  sentSince,
  type StoredLetter,
  tellOutcome,
} from "./store/index.ts";
import { type MailSettings, sendMail } from "./ways/mail.ts";
import { asUndelivered, Undelivered } from "./ways/refusal.ts";
import { callHook } from "./ways/webhook.ts";

export interface CourierDeps {
  readonly records: Records;
  readonly clock: Clock;
  readonly log: Log;
  readonly egress: EgressGate;
  readonly sealing: Sealing;
  readonly accountsOf: AccountsOf;
  readonly mail: MailSettings | undefined;
  readonly say: Say;
  /** Address people open the program at. */
  readonly base: () => string;
}

/**
 * Takes messages out. At least once: what left and was not written down before a crash leaves again under the same id.
 * Letters of one person by one way leave one by one up to the bound of an hour; the rest, and what quiet hours held
 * back, leaves as one message that counts.
 */
export class Courier {
  readonly #deps: CourierDeps;
  /** Ways that failed just now: nothing is tried there before this moment. */
  readonly #resting = new Map<string, { until: number; failures: number }>();
  #turn: Promise<void> | undefined;

  constructor(deps: CourierDeps) {
    this.#deps = deps;
  }

  /** One turn; safe to call at any time. */
  run(): Promise<void> {
    this.#turn ??= this.#deliverDue().finally(() => {
      this.#turn = undefined;
    });
    return this.#turn;
  }

  async #deliverDue(): Promise<void> {
    const { records, clock } = this.#deps;
    const due = await dueLetters(records.query, clock.now(), TAKEN_AT_ONCE);
    const channels = [
      ...Map.groupBy(due, ({ way, personId, address }) => `${way}\0${personId ?? address ?? ""}`).values(),
    ];
    for (let at = 0; at < channels.length; at += SENT_AT_ONCE) {
      await Promise.all(channels.slice(at, at + SENT_AT_ONCE).map((letters) => this.#deliverChannel(letters)));
    }
  }

  async #deliverChannel(letters: readonly StoredLetter[]): Promise<void> {
    const [first] = letters;
    if (first === undefined) return;
    const resting = this.#restsUntil(first.way);
    if (resting !== undefined) return this.#postpone(letters, resting);
    for (const bundle of await this.#bundled([first, ...letters.slice(1)])) {
      if (await this.#deliver(bundle)) continue;
      const tried = new Set(bundle.map(({ id }) => id));
      const rest = letters.filter(({ id }) => !tried.has(id));
      return this.#postpone(rest, this.#restsUntil(first.way) ?? this.#deps.clock.now());
    }
  }

  async #postpone(letters: readonly StoredLetter[], until: Instant): Promise<void> {
    const { records } = this.#deps;
    const ids = letters.map(({ id }) => id);
    if (ids.length > 0) await postponeLetters(records.query, ids, until);
  }

  /** Which letters one message holds is written down before it leaves: repeated, it is the same message. */
  async #bundled(letters: readonly [StoredLetter, ...StoredLetter[]]): Promise<readonly (readonly StoredLetter[])[]> {
    const { records, clock } = this.#deps;
    const [first] = letters;
    const now = clock.now();
    const sent = await sentSince(records.query, first, now - HOUR_MS);
    const { leave, hold } = planChannel(letters, boundOf(first.way) - sent.length);
    if (hold.length > 0) {
      const ids = hold.map(({ id }) => id);
      await holdLetters(records.query, ids, (sent[0] ?? now) + HOUR_MS);
    }
    const named = leave.map((letter) => letter.map((one) => ({ ...one, bundle: one.bundle ?? bundleIdOf(letter) })));
    for (const bundle of named) {
      const ids = bundle.map(({ id }) => id);
      await bundleLetters(records.query, ids, bundle[0]?.bundle ?? "");
    }
    return named;
  }

  /** False when this way should be left alone for a while. */
  async #deliver(bundle: readonly StoredLetter[]): Promise<boolean> {
    const { records, clock, log } = this.#deps;
    const ids = bundle.map(({ id }) => id);
    const way = bundle[0]?.way ?? "mail";
    try {
      await this.#send(bundle);
      await endLetters(records.query, ids, { state: "sent", at: clock.now(), code: null });
      this.#resting.delete(way);
      return true;
    } catch (error) {
      const { code, final, waitMs } = asUndelivered(error);
      const attempts = Math.max(...bundle.map((letter) => letter.attempts)) + 1;
      const wait = final ? undefined : waitAfter(attempts, ids[0] ?? "");
      log.warn({ way, code, attempts, final: wait === undefined }, "a notice did not leave");
      const now = clock.now();
      if (wait === undefined) await endLetters(records.query, ids, { state: "dead", at: now, code });
      else await retryLetters(records.query, ids, { dueAt: now + Math.max(wait, waitMs ?? 0), code });
      if (!final) this.#rest(way);
      return final;
    }
  }

  async #send(bundle: readonly StoredLetter[]): Promise<void> {
    const [first] = bundle;
    if (first === undefined) return;
    const address = await this.#addressOf(first);
    const words = this.letterOf(
      first.language,
      bundle.map(({ matter }) => matter),
    );
    const letter = { ...words, id: first.bundle ?? bundleIdOf(bundle) };
    await this.sendLetter(letter, { way: first.way, address, recipient: recipientOf(first) });
  }

  letterOf(language: Language, matters: readonly Matter[]): Omit<Letter, "id"> {
    return { language, matters, say: this.#deps.say, base: this.#deps.base() };
  }

  /** Also for trying a way out, outside the queue. Throws `Undelivered`. */
  async sendLetter(
    letter: Letter,
    to: { readonly way: Way; readonly address: string; readonly recipient: { id: string; name: string } | null },
  ): Promise<void> {
    const { mail, egress, records } = this.#deps;
    if (to.way === "mail") {
      if (mail === undefined) throw new Undelivered("notices.mail.off", { final: true });
      await sendMail({ id: letter.id, to: to.address, ...mailOf(letter) }, { settings: mail, egress });
      return;
    }
    const open = (await destinations(records.query)).filter(({ enabled }) => enabled);
    const target =
      to.way === "sms" ? open.find(({ kind }) => kind === "sms") : open.find(({ id }) => to.way === `hook:${id}`);
    if (target === undefined) throw new Undelivered("notices.destination.gone", { final: true });
    await this.callDestination(target, letter, to);
  }

  async callDestination(
    target: Destination,
    letter: Letter,
    to: { readonly address: string; readonly recipient: { id: string; name: string } | null },
  ): Promise<void> {
    const { egress, records, clock, sealing } = this.#deps;
    const { template } = target;
    const now = clock.now();
    try {
      await callHook(
        {
          id: letter.id,
          url: target.url,
          body:
            template === null
              ? hookBodyOf(letter, to.recipient)
              : filledTemplate(template, { number: to.address, text: smsOf(letter) }),
          contentType: template?.type === "form" ? "application/x-www-form-urlencoded" : "application/json",
          secret: sealing.open(target.secret, target.id),
          authorization: target.authorization === null ? null : sealing.open(target.authorization, target.id),
          timestamp: Math.floor(now / 1_000),
        },
        egress,
      );
      await tellOutcome(records.query, target.id, { at: now, code: null });
    } catch (error) {
      await tellOutcome(records.query, target.id, { at: now, code: asUndelivered(error).code });
      throw error;
    }
  }

  /** As it is now: an address that was changed or taken away since counts. */
  async #addressOf(letter: StoredLetter): Promise<string> {
    if (letter.address !== null || letter.personId === null) return letter.address ?? "";
    const { records, accountsOf } = this.#deps;
    if (!(await accountsOf([letter.personId])).has(letter.personId)) {
      throw new Undelivered("notices.person.gone", { final: true });
    }
    if (letter.way !== "mail" && letter.way !== "sms") return "";
    const { rules } = await rulesOf(records.query, letter.personId);
    const address = letter.way === "mail" ? rules.mail : rules.phone;
    if (address === null) throw new Undelivered("notices.person.no_address", { final: true });
    return address;
  }

  #restsUntil(way: Way): Instant | undefined {
    const until = this.#resting.get(way)?.until ?? 0;
    return until > this.#deps.clock.now() ? until : undefined;
  }

  #rest(way: Way): void {
    const failures = (this.#resting.get(way)?.failures ?? 0) + 1;
    const pause = Math.min(MAX_RETRY_MS / 12, (FIRST_RETRY_MS / 6) * 2 ** (failures - 1));
    this.#resting.set(way, { until: this.#deps.clock.now() + pause, failures });
  }
}

function boundOf(way: Way): number {
  return way === "mail" || way === "sms" ? PER_HOUR[way] : PER_HOUR.hook;
}

function recipientOf({ personId, recipientName }: StoredLetter): { id: string; name: string } | null {
  return personId === null ? null : { id: personId, name: recipientName ?? personId };
}

/** A letter on its own keeps its id. */
function bundleIdOf(bundle: readonly StoredLetter[]): string {
  const ids = bundle.map(({ id }) => id);
  if (ids.length === 1) return ids[0] ?? "";
  return createHash("sha256").update(JSON.stringify(ids.toSorted())).digest("hex").slice(0, 32);
}
