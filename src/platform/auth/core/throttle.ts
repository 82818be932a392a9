import type { Instant } from "../../../kernel/index.ts";

export interface ThrottlePolicy {
  readonly freeFailures: number;
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
  /** Quiet time after which the count starts anew. */
  readonly forgetAfterMs: number;
}

export interface Attempts {
  readonly failures: number;
  readonly lastAt: Instant;
  readonly blockedUntil: Instant;
}

/**
 * Counts one attempt as failed before it is judged, so that a hundred guesses sent at once are not all free;
 * a success takes it back. The wait doubles with each failure and has an upper end: nobody is locked out for good.
 * An attempt made during the wait is refused unread and neither counts nor lengthens it.
 */
export function charge(before: Attempts | undefined, policy: ThrottlePolicy, now: Instant): Attempts {
  const stale = before === undefined || now - before.lastAt >= policy.forgetAfterMs;
  const failures = (stale ? 0 : before.failures) + 1;
  const beyond = failures - policy.freeFailures;
  // 2^30 seconds are beyond any maximum; a larger exponent would only overflow.
  const delayMs = beyond <= 0 ? 0 : Math.min(policy.maxDelayMs, policy.firstDelayMs * 2 ** Math.min(beyond - 1, 30));
  return { failures, lastAt: now, blockedUntil: now + delayMs };
}

/** 0 when an attempt is welcome. */
export function waitMs(attempts: Attempts | undefined, now: Instant): number {
  return attempts === undefined ? 0 : Math.max(0, attempts.blockedUntil - now);
}

/**
 * The address a peer is counted under: IPv4 as it is (also when mapped into IPv6), IPv6 by its /64,
 * because one subscriber holds 2^64 addresses.
 */
export function peerBucket(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/iu.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!address.includes(":")) return address;
  const [head = "", tail] = (address.split("%")[0] ?? "").split("::");
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros =
    tail === undefined ? [] : Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => "0");
  const groups = [...left, ...zeros, ...right].slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16));
  return `${groups.join(":")}::/64`;
}
