import { createHash } from "node:crypto";
import type { Instant } from "../../kernel/index.ts";
import type { Clock } from "../clock/index.ts";
import type { Records, Tx } from "../db/index.ts";
import type { LiveChannel } from "../live/index.ts";
import type { Log } from "../log/index.ts";
import { type Language, type Tlp, titleOutside } from "./core/letters.ts";
import { quietUntil } from "./core/quiet.ts";
import { type PersonalRules, type Way, waysOf } from "./core/rules.ts";
import { reaches, type Urgency } from "./core/urgency.ts";
import { MAX_TITLE_CHARACTERS, MAX_TOLD_AT_ONCE, MAX_WAITING } from "./limits.ts";
import {
  countAgain,
  countUnread,
  countWaiting,
  type Destination,
  destinations,
  markRead,
  markTold,
  noticesOf,
  pruneInbox,
  pruneLetters,
  putLetter,
  putNotice,
  rulesOf,
  type StoredNotice,
} from "./store/index.ts";

/** An account as notices need it. */
export interface Account {
  readonly id: string;
  readonly displayName: string;
  readonly language: Language;
}
/** Active people by id; who is not there is told nothing. */
export type AccountsOf = (ids: readonly string[]) => Promise<ReadonlyMap<string, Account>>;

/** Somebody who is called whatever they chose: an escalation. They need no account. */
export interface Call {
  readonly personId: string | null;
  readonly name: string;
  readonly way: "mail" | "sms";
  readonly address: string;
  readonly language: Language;
}

/** As it is, or in each language. */
export type Title = string | Readonly<Record<Language, string>>;

/** One piece of news for people. */
export interface Telling {
  /** Names the news: told again under the same key, nobody hears it twice. */
  readonly key: string;
  readonly kind: string;
  readonly urgency: Urgency;
  readonly people: readonly string[];
  readonly by: { readonly id: string; readonly name: string } | null;
  readonly object: { readonly kind: string; readonly id: string; readonly title: Title };
  /** Path inside the program. */
  readonly path: string;
  readonly tlp?: Tlp | undefined;
  readonly exerciseId?: string | undefined;
  readonly calls?: readonly Call[] | undefined;
}

interface Deps {
  readonly records: Records;
  readonly clock: Clock;
  readonly live: LiveChannel;
  readonly log: Log;
  readonly accountsOf: AccountsOf;
  /** False while no mail server is set. */
  readonly mailOpen: boolean;
}

/**
 * What people are told. Inside the program everything, outside what each person's rules let out.
 *
 * Invariants
 *  - A piece of news, a person and a way make one id: whatever is repeated after a crash changes nothing.
 *  - Nothing of an exercise leaves.
 *  - A letter holds only what may leave; it is written in the same transaction as the notice.
 */
export class Notices {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  async tell(telling: Telling): Promise<void> {
    const { records, clock, accountsOf, live } = this.#deps;
    const wanted = [...new Set(telling.people)].filter((id) => id !== telling.by?.id).slice(0, MAX_TOLD_AT_ONCE);
    const accounts = await accountsOf(wanted);
    const now = clock.now();
    const told = await records.transaction(async (tx) => {
      const open = await destinations(tx);
      const room = (await countWaiting(tx)) < MAX_WAITING;
      const reached: string[] = [];
      for (const account of accounts.values()) {
        if (await this.#tellOne(tx, { telling, account, open, now, room })) reached.push(account.id);
      }
      if (room && telling.exerciseId === undefined) {
        await this.#tellTeams(tx, { telling, open, now });
        await this.#call(tx, { telling, now });
      } else if (!room) this.#deps.log.error({ kind: telling.kind }, "too many messages wait: told inside only");
      return reached;
    });
    if (told.length > 0) live.publish({ event: "notices", data: {}, audience: new Set(told) });
  }

  async list(personId: string, page: Parameters<typeof noticesOf>[2]): Promise<readonly StoredNotice[]> {
    return noticesOf(this.#deps.records.query, personId, page);
  }

  async count(personId: string): Promise<{ readonly unread: number; readonly critical: number }> {
    return countUnread(this.#deps.records.query, personId);
  }

  async read(personId: string, what: { readonly ids?: readonly string[]; readonly upTo?: Instant }): Promise<number> {
    const changed = await markRead(this.#deps.records.query, personId, { ...what, at: this.#deps.clock.now() });
    if (changed > 0) this.#deps.live.publish({ event: "notices", data: {}, audience: new Set([personId]) });
    return changed;
  }

  async prune(): Promise<void> {
    const { records, clock } = this.#deps;
    await pruneInbox(records.query, clock.now());
    await pruneLetters(records.query, clock.now());
  }

  async #tellOne(
    tx: Tx,
    one: { telling: Telling; account: Account; open: readonly Destination[]; now: Instant; room: boolean },
  ): Promise<boolean> {
    const { telling, account, now } = one;
    const id = idOf(telling.key, telling.kind, account.id);
    if (!(await markTold(tx, id, now))) return false;
    const notice = noticeOf(id, one);
    if (await countAgain(tx, notice)) return true;
    await putNotice(tx, notice);
    if (telling.exerciseId !== undefined || !one.room) return true;
    const { rules } = await rulesOf(tx, account.id);
    for (const way of waysOf(rules, telling, this.#waysFor(one.open))) {
      const until = heldUntil(rules, telling.urgency, now);
      await putLetter(tx, {
        ...letterOf(telling, { language: account.language, now }),
        id: idOf(id, way),
        personId: account.id,
        recipientName: account.displayName,
        way,
        held: until !== undefined,
        dueAt: until ?? now,
      });
    }
    return true;
  }

  /** A channel many read is told once, whoever is concerned. */
  async #tellTeams(tx: Tx, { telling, open, now }: { telling: Telling; open: readonly Destination[]; now: Instant }) {
    for (const { id, enabled, kind, team, language } of open) {
      if (!enabled || kind !== "webhook") continue;
      if (!team.kinds.includes(telling.kind) || !reaches(telling.urgency, team.from)) continue;
      const way: Way = `hook:${id}`;
      const letterId = idOf(telling.key, telling.kind, way);
      if (!(await markTold(tx, letterId, now))) continue;
      await putLetter(tx, { ...letterOf(telling, { language, now }), id: letterId, way });
    }
  }

  async #call(tx: Tx, { telling, now }: { telling: Telling; now: Instant }): Promise<void> {
    for (const { personId, name, way, address, language } of telling.calls ?? []) {
      if (way === "mail" && !this.#deps.mailOpen) continue;
      const id = idOf(telling.key, telling.kind, "call", way, address);
      if (!(await markTold(tx, id, now))) continue;
      const letter = letterOf(telling, { language, now });
      await putLetter(tx, { ...letter, id, personId, recipientName: name, way, address, insistent: true });
    }
  }

  #waysFor(open: readonly Destination[]): readonly Way[] {
    const enabled = open.filter((one) => one.enabled);
    return [
      ...(this.#deps.mailOpen ? (["mail"] as const) : []),
      ...(enabled.some(({ kind }) => kind === "sms") ? (["sms"] as const) : []),
      ...enabled.filter(({ kind, personal }) => kind === "webhook" && personal).map(({ id }): Way => `hook:${id}`),
    ];
  }
}

function heldUntil(rules: PersonalRules, urgency: Urgency, now: Instant): Instant | undefined {
  if (rules.quiet === null || (urgency === "critical" && rules.criticalPasses)) return undefined;
  return quietUntil(now, rules.quiet, rules.timeZone);
}

function noticeOf(
  id: string,
  { telling, account, now }: { telling: Telling; account: Account; now: Instant },
): StoredNotice {
  const { kind, id: objectId, title } = telling.object;
  return {
    id,
    personId: account.id,
    kind: telling.kind,
    urgency: telling.urgency,
    firstAt: now,
    at: now,
    times: 1,
    object: { kind, id: objectId, title: titleIn(title, account.language) },
    path: telling.path,
    by: telling.by,
    tlp: telling.tlp ?? null,
    exerciseId: telling.exerciseId ?? null,
    readAt: null,
  };
}

function letterOf(telling: Telling, to: { readonly language: Language; readonly now: Instant }) {
  const { kind, urgency, path } = telling;
  const { language, now } = to;
  return {
    bundle: null,
    personId: null,
    recipientName: null,
    address: null,
    language,
    insistent: false,
    matter: {
      kind,
      urgency,
      path,
      at: now,
      title: titleOutside(titleIn(telling.object.title, language), telling.tlp),
    },
    state: "waiting" as const,
    held: false,
    dueAt: now,
    attempts: 0,
    createdAt: now,
    endedAt: null,
    lastCode: null,
  };
}

function titleIn(title: Title, language: Language): string {
  return (typeof title === "string" ? title : title[language]).slice(0, MAX_TITLE_CHARACTERS);
}

function idOf(...parts: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 32);
}
