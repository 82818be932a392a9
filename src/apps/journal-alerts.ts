import type { EventId, FindingId, Instant } from "../kernel/index.ts";
import { type FindingsRaised, findingId } from "../modules/detection/index.ts";
import type { Records } from "../platform/db/index.ts";
import type { Log } from "../platform/log/index.ts";
import type { News, Outbox } from "../platform/outbox/index.ts";
import { loadTexts } from "./texts.ts";

/** What stands in a rule's place in the alert about a journal that takes nothing in. */
export const REFUSED_JOURNAL_RULE = "journal:refused";
export const JOURNAL_REFUSED = "lake.journal.refused";
export const JOURNAL_RECOVERED = "lake.journal.recovered";
const VERSION = "1";
/** A disk that is full now and then: what waits to be told is bounded, the oldest stays. */
const MAX_OWED = 64;

export interface JournalRefused {
  readonly id: string;
  readonly since: Instant;
  readonly code: string;
}

/**
 * Makes an alert of a journal that cannot be written. The same full disk may keep the news from being written too: then it
 * is kept here and told as soon as it can be, at the latest when there is room again.
 */
export class JournalWatch {
  readonly #deps: { readonly records: Records; readonly outbox: Outbox; readonly log: Log };
  readonly #owed: News[] = [];
  #refused: JournalRefused | undefined;

  constructor(deps: { records: Records; outbox: Outbox; log: Log }) {
    this.#deps = deps;
  }

  /** `refusal` is the code of the fault while nothing is taken in. */
  async look(refusal: string | null, now: Instant): Promise<void> {
    if (refusal !== null && this.#refused === undefined) {
      this.#refused = { id: `journal-${now}`, since: now, code: refusal };
      this.#deps.log.error(
        { code: refusal },
        "the journal takes nothing in: every door tells its senders to come back later",
      );
      this.#owe({ topic: JOURNAL_REFUSED, payload: this.#refused });
    }
    if (refusal === null && this.#refused !== undefined) {
      this.#deps.log.warn({}, "the journal takes records again");
      this.#owe({ topic: JOURNAL_RECOVERED, payload: this.#refused });
      this.#refused = undefined;
    }
    await this.#tell();
  }

  #owe(news: News): void {
    if (this.#owed.length < MAX_OWED) this.#owed.push(news);
  }

  async #tell(): Promise<void> {
    if (this.#owed.length === 0) return;
    const { records, outbox } = this.#deps;
    const telling = [...this.#owed];
    try {
      await records.transaction(async (tx) => {
        for (const news of telling) await outbox.publish(tx, news);
      });
    } catch {
      return;
    }
    this.#owed.splice(0, telling.length);
    await outbox.wake();
  }
}

export function findingOfRefusal(refused: JournalRefused): FindingsRaised {
  const key = "journal.alert.refused";
  const credit = {
    id: REFUSED_JOURNAL_RULE,
    title: loadTexts("en").say(key),
    titleVi: loadTexts("vi").say(key),
    level: "critical" as const,
    author: "Khiên",
    licence: null,
    tags: [],
  };
  const finding = {
    id: refusalFindingId(refused),
    ruleId: REFUSED_JOURNAL_RULE,
    ruleVersion: VERSION,
    detectedAt: refused.since,
    event: { id: refused.id as EventId, time: refused.since, sensor: refused.code, entities: {} },
  };
  return { rules: { [REFUSED_JOURNAL_RULE]: credit }, findings: [finding] };
}

export function refusalFindingId({ id }: { readonly id: string }): FindingId {
  return findingId(REFUSED_JOURNAL_RULE, VERSION, id as EventId);
}
