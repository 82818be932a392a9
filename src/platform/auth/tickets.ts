import type { Instant } from "../../kernel/index.ts";
import type { Clock } from "../clock/index.ts";
import { MAX_TICKETS, MAX_TICKETS_PER_PEER } from "./limits.ts";
import { secretHash } from "./secrets.ts";

interface Held<Value> {
  readonly value: Value;
  readonly peer: string;
  readonly expiresAt: Instant;
}

/**
 * What lies between two steps of one sign-in: given once, taken once, soon void. Kept in memory only, so a restart asks
 * for the first step again. Strangers may ask for many: each address has its share, and the oldest go first.
 */
export class Tickets<Value> {
  readonly #clock: Clock;
  readonly #lifeMs: number;
  readonly #held = new Map<string, Held<Value>>();

  constructor(clock: Clock, lifeMs: number) {
    this.#clock = clock;
    this.#lifeMs = lifeMs;
  }

  put(secret: string, value: Value, peer: string): void {
    const now = this.#clock.now();
    for (const [key, { expiresAt }] of this.#held) {
      if (expiresAt > now) break;
      this.#held.delete(key);
    }
    const ofPeer = [...this.#held].filter(([, held]) => held.peer === peer);
    const [oldest] = this.#held.keys();
    if (ofPeer.length >= MAX_TICKETS_PER_PEER) this.#held.delete(ofPeer[0]?.[0] ?? "");
    else if (this.#held.size >= MAX_TICKETS && oldest !== undefined) this.#held.delete(oldest);
    this.#held.set(secretHash(secret), { value, peer, expiresAt: now + this.#lifeMs });
  }

  look(secret: string): Value | undefined {
    const held = this.#held.get(secretHash(secret));
    return held === undefined || held.expiresAt <= this.#clock.now() ? undefined : held.value;
  }

  /** Once: whoever comes second finds nothing. */
  take(secret: string): Value | undefined {
    const value = this.look(secret);
    this.#held.delete(secretHash(secret));
    return value;
  }
}
