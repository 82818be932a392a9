import { Fault, type Instant } from "../../kernel/index.ts";
import { type Audit, actorOf } from "../audit/index.ts";
import type { Clock } from "../clock/index.ts";
import type { Records, Tx } from "../db/index.ts";
import { charge, peerBucket, type ThrottlePolicy, waitMs } from "./core/throttle.ts";
import { ACCOUNT_POLICY, MAX_THROTTLE_ROWS, PEER_POLICY, TOUCH_EVERY_MS } from "./limits.ts";
import { secretHash } from "./secrets.ts";
import { dropThrottleRow, pruneThrottle, putThrottleRow, type ThrottleRow, throttleRow } from "./store.ts";

export interface Bucket {
  readonly name: string;
  readonly policy: ThrottlePolicy;
}

/** Names typed by strangers are unbounded and may be a mistyped password: only their hash is kept. */
export function accountBucket(username: string): Bucket {
  return { name: `account:${secretHash(username)}`, policy: ACCOUNT_POLICY };
}
export function deviceBucket(deviceHash: string): Bucket {
  return { name: `device:${deviceHash}`, policy: ACCOUNT_POLICY };
}
/** Second factors, of a person or of a device that is known: apart from the password, which a success there must not refund. */
export function factorBucket(whose: string): Bucket {
  return { name: `factor:${secretHash(whose)}`, policy: ACCOUNT_POLICY };
}
export function peerBucketOf(address: string): Bucket {
  return { name: `peer:${peerBucket(address)}`, policy: PEER_POLICY };
}

/** Counts failed attempts in the records, so that a restart is no fresh start for a guesser. */
export class Throttle {
  readonly #records: Records;
  readonly #audit: Audit;
  readonly #clock: Clock;
  #prunedAt: Instant = Number.NEGATIVE_INFINITY;

  constructor(deps: { records: Records; audit: Audit; clock: Clock }) {
    this.#records = deps.records;
    this.#audit = deps.audit;
    this.#clock = deps.clock;
  }

  /** Counts one attempt against every bucket, or refuses it with Fault auth.sign_in.throttled and counts nothing. */
  async charge(buckets: readonly Bucket[], peer: string): Promise<void> {
    const refusal = await this.#records.transaction(async (tx) => {
      const now = this.#clock.now();
      const rows = await Promise.all(buckets.map(({ name }) => throttleRow(tx, name)));
      const longest = rows.reduce((worst, row) => (waitMs(row, now) > waitMs(worst, now) ? row : worst), undefined);
      const wait = waitMs(longest, now);
      if (longest !== undefined && wait > 0) {
        await this.#tell(tx, longest, peer);
        const seconds = Math.ceil(wait / 1000);
        return new Fault("busy", "auth.sign_in.throttled", "too many failed attempts; wait", { seconds }, seconds);
      }
      for (const [index, { name, policy }] of buckets.entries()) {
        await putThrottleRow(tx, {
          bucket: name,
          toldUntil: rows[index]?.toldUntil ?? 0,
          ...charge(rows[index], policy, now),
        });
      }
      await this.#prune(tx, now);
      return undefined;
    });
    if (refusal !== undefined) throw refusal;
  }

  /** Takes the attempt back: for the person wholly, for an address (which many may share) by one. */
  async refund(tx: Tx, buckets: readonly Bucket[]): Promise<void> {
    for (const { name } of buckets) {
      const row = name.startsWith("peer:") ? await throttleRow(tx, name) : undefined;
      if (row === undefined || row.failures <= 1) await dropThrottleRow(tx, name);
      else await putThrottleRow(tx, { ...row, failures: row.failures - 1, blockedUntil: 0 });
    }
  }

  /** Once for each wait, not for each attempt made during it: a flood must not flood the log. */
  async #tell(tx: Tx, row: ThrottleRow, peer: string): Promise<void> {
    if (row.toldUntil >= row.blockedUntil) return;
    await putThrottleRow(tx, { ...row, toldUntil: row.blockedUntil });
    const details = {
      counted: row.bucket.split(":")[0],
      failures: row.failures,
      seconds: Math.ceil((row.blockedUntil - row.lastAt) / 1000),
    };
    await this.#audit.record(
      { actor: actorOf(undefined), verb: "auth.session.throttled", outcome: "denied", peer, details },
      tx,
    );
  }

  async #prune(tx: Tx, now: Instant): Promise<void> {
    if (now - this.#prunedAt < TOUCH_EVERY_MS) return;
    this.#prunedAt = now;
    await pruneThrottle(tx, { olderThan: now - PEER_POLICY.forgetAfterMs, keep: MAX_THROTTLE_ROWS });
  }
}
