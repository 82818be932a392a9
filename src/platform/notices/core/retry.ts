import { FIRST_RETRY_MS, MAX_ATTEMPTS, MAX_RETRY_MS } from "../limits.ts";

/**
 * How long to wait after the n-th failed attempt; undefined: it will not be tried again. Spread by the letter's own
 * id, so that what failed together does not come back together.
 */
export function waitAfter(attempts: number, id: string): number | undefined {
  if (attempts >= MAX_ATTEMPTS) return undefined;
  const whole = Math.min(MAX_RETRY_MS, FIRST_RETRY_MS * 2 ** (attempts - 1));
  const spread = (Number.parseInt(id.slice(0, 4), 16) || 0) / 0xffff;
  return Math.round(whole * (1 + spread / 4));
}
