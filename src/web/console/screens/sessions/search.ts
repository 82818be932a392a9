import { picked } from "../../search-params.ts";

/** One of `host`, `user`, `ip` says whose log-ons; `event` opens the session that event belongs to. */
const KEYS = ["host", "user", "ip", "event", "range", "from", "to"] as const;
export type SessionSearch = Partial<Record<(typeof KEYS)[number], string>>;

export const SESSION_KINDS = ["user", "host", "ip"] as const;
export type SessionKind = (typeof SESSION_KINDS)[number];
export const SESSION_RANGE = "7d";

export function sessionSearch(raw: Record<string, unknown>): SessionSearch {
  return picked(raw, KEYS);
}

export function askedOf(search: SessionSearch): { readonly kind: SessionKind; readonly value: string } | undefined {
  for (const kind of SESSION_KINDS) {
    const value = search[kind];
    if (value !== undefined) return { kind, value };
  }
  return undefined;
}
