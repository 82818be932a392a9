import type { Clock } from "../clock/index.ts";
import { type Migration, type Records, readMigrations, type Tx } from "../db/index.ts";
import type { Log } from "../log/index.ts";
import { dropNews, oldestNews, putNews } from "./store.ts";

export const outboxMigrations: Migration[] = readMigrations(
  "platform-outbox",
  new URL("./migrations/", import.meta.url),
);

/** Something that happened, told upward. `payload` must be JSON. */
export interface News {
  readonly topic: string;
  readonly payload: unknown;
}
/** `seq` grows with every piece of news: a reaction that stores the last one it did is exactly once. */
export type Reaction = (payload: unknown, seq: number) => Promise<void>;

/**
 * Transactional outbox: news is written in the transaction that made it true and delivered afterwards, in order,
 * at least once. Reactions must be idempotent. A reaction that fails holds the queue and is tried again.
 */
export class Outbox {
  readonly #records: Records;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #reactions = new Map<string, Reaction[]>();
  #delivering: Promise<void> | undefined;
  #again = false;

  constructor(deps: { records: Records; clock: Clock; log: Log }) {
    this.#records = deps.records;
    this.#clock = deps.clock;
    this.#log = deps.log;
  }

  /** Inside the transaction that makes the news true. Call `wake` after commit. */
  async publish(tx: Tx, news: News): Promise<void> {
    await putNews(tx, { topic: news.topic, payload: JSON.stringify(news.payload), at: this.#clock.now() });
  }

  on(topic: string, reaction: Reaction): void {
    this.#reactions.set(topic, [...(this.#reactions.get(topic) ?? []), reaction]);
  }

  /** Delivers what waits. Safe to call at any time. */
  wake(): Promise<void> {
    this.#again = true;
    this.#delivering ??= this.#deliver().finally(() => {
      this.#delivering = undefined;
    });
    return this.#delivering;
  }

  async #deliver(): Promise<void> {
    while (this.#again) {
      this.#again = false;
      for (;;) {
        const waiting = await oldestNews(this.#records.query, 100);
        if (waiting.length === 0) break;
        for (const news of waiting) {
          try {
            for (const reaction of this.#reactions.get(news.topic) ?? [])
              await reaction(JSON.parse(news.payload), news.seq);
          } catch (error) {
            this.#log.error(
              { topic: news.topic, seq: news.seq, error: String(error) },
              "reaction failed, will be tried again",
            );
            return;
          }
          await dropNews(this.#records.query, news.seq);
        }
      }
    }
  }
}
