import { createHmac, timingSafeEqual } from "node:crypto";

/** RFC 6238 with what every authenticator app can: HMAC-SHA-1, 30 seconds, six digits. */
export const TOTP_SECONDS = 30;
export const TOTP_DIGITS = 6;
/** RFC 4226 §4: at least 128 bits, 160 recommended. */
export const TOTP_SECRET_BYTES = 20;
/** A phone's clock may be one step off, either way (RFC 6238 §5.2). */
const DRIFT_STEPS = 1;

interface Hotp {
  readonly digits?: number;
  readonly algorithm?: "sha1" | "sha256" | "sha512";
}

/** RFC 4226 §5.3. */
export function hotp(
  secret: Uint8Array,
  counter: number,
  { digits = TOTP_DIGITS, algorithm = "sha1" }: Hotp = {},
): string {
  const moving = Buffer.alloc(8);
  moving.writeBigUInt64BE(BigInt(counter));
  const digest = createHmac(algorithm, secret).update(moving).digest();
  const offset = (digest.at(-1) ?? 0) & 15;
  const binary = digest.readUInt32BE(offset) & 0x7fff_ffff;
  return String(binary % 10 ** digits).padStart(digits, "0");
}

export function stepOf(nowMs: number): number {
  return Math.floor(nowMs / 1000 / TOTP_SECONDS);
}

/** The time step a code belongs to, newer than `lastStep`; undefined when it is wrong, too old or used. */
export function matchingStep(
  code: string,
  of: { secret: Uint8Array; nowMs: number; lastStep: number },
): number | undefined {
  const now = stepOf(of.nowMs);
  let found: number | undefined;
  // Every step is computed, so that the time taken does not tell which one it was.
  for (let step = now - DRIFT_STEPS; step <= now + DRIFT_STEPS; step++) {
    const expected = Buffer.from(hotp(of.secret, step));
    const given = Buffer.from(code);
    const same = given.length === expected.length && timingSafeEqual(given, expected);
    if (same && step > of.lastStep) found ??= step;
  }
  return found;
}
