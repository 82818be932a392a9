import { hash, randomBytes, randomInt, timingSafeEqual } from "node:crypto";

/** 256 bits of chance as text that goes into cookies, headers and links unchanged. */
export function randomSecret(): string {
  return randomBytes(32).toString("base64url");
}

export function randomId(): string {
  return randomBytes(16).toString("hex");
}

/**
 * What is stored in place of a secret. Plain SHA-256 is enough: these secrets are 256 bits of chance,
 * so there is nothing to guess, unlike with passwords.
 */
export function secretHash(secret: string): string {
  return hash("sha256", secret, "hex");
}

const HINT_CHARS = 6;

/** What a program shows: told once; kept are its hash, and its first characters to recognise it by. */
export interface Minted {
  readonly secret: string;
  readonly hash: string;
  readonly hint: string;
}

export function mintSecret(prefix: string): Minted {
  const secret = prefix + randomSecret();
  return { secret, hash: secretHash(secret), hint: secret.slice(0, prefix.length + HINT_CHARS) };
}

/** Without what is read wrongly from paper, and without what a spreadsheet would run. */
const LEGIBLE = "abcdefghjkmnpqrstuvwxyz23456789";

/** For a person to type once from a list: 99 bits of chance in four groups. */
export function firstPassword(): string {
  const group = () => Array.from({ length: 5 }, () => LEGIBLE[randomInt(LEGIBLE.length)]).join("");
  return [group(), group(), group(), group()].join("-");
}

/** Derived from the cookie, so that it needs no storing and a copy of the records does not reveal it. */
export function csrfTokenOf(sessionSecret: string): string {
  return hash("sha256", `khien csrf v1\n${sessionSecret}`, "base64url");
}

export function sameHash(one: string, other: string): boolean {
  return one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
}
