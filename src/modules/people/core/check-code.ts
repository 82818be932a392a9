/** Eighty bits of a seal: enough that nobody finds another note with the same, short enough to type from paper. */
const DIGITS = 20;
const GROUP = /.{5}(?=.)/gu;

export function checkCode(seal: string): string {
  return seal.slice(0, DIGITS).toUpperCase().replace(GROUP, "$&-");
}

/** The beginning of the seal that a typed code stands for; undefined when it is none. */
export function sealStart(typed: string): string | undefined {
  const digits = typed.replaceAll(/[\s-]/gu, "").toLowerCase();
  return /^[0-9a-f]{20}$/u.test(digits) ? digits : undefined;
}
