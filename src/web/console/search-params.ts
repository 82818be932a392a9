/** Reading the address: every filter is one plain string, unknown or empty ones are dropped. */
export function picked<Key extends string>(
  raw: Record<string, unknown>,
  keys: readonly Key[],
): Partial<Record<Key, string>> {
  const known: Partial<Record<Key, string>> = {};
  for (const key of keys) {
    const value = raw[key];
    if (typeof value === "string" && value !== "") known[key] = value;
    else if (typeof value === "number" || typeof value === "boolean") known[key] = String(value);
  }
  return known;
}

export function listed(text: string | undefined): string[] {
  return text === undefined ? [] : text.split(",").filter((part) => part !== "");
}

/** Adds or removes one member of a comma list; an empty list leaves the address. */
export function toggled(text: string | undefined, member: string): string | undefined {
  const members = listed(text);
  const next = members.includes(member) ? members.filter((each) => each !== member) : [...members, member];
  return next.length === 0 ? undefined : next.join(",");
}

const RANGE = /^(\d{1,4})([mhd])$/u;
const UNIT_MS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** "15m", "24h", "7d" as milliseconds. */
export function rangeMs(range: string): number | undefined {
  const match = RANGE.exec(range);
  if (match === null) return undefined;
  return Number(match[1]) * UNIT_MS[match[2] as keyof typeof UNIT_MS];
}
