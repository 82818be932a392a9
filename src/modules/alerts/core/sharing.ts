/**
 * What two alerts may have in common. A sensor or a program says little, for hundreds share them; an address is the
 * same address on whichever end of a connection it stands.
 */
import { type Instant, tableOf } from "../../../kernel/index.ts";
import type { AlertEntity } from "./grouping.ts";

/** Most telling first. */
export const SHARED_KINDS = ["host", "user", "ip", "hash", "domain", "url", "email", "file"] as const;
const IS_SHARED: ReadonlySet<string> = new Set(SHARED_KINDS);
const CLASS_OF = tableOf<string>({ srcIp: "ip", dstIp: "ip" });

/** What every machine has, and what sources write for nobody. */
const NOBODY = "- ? n/a none null (null) unknown localhost :: ::1 0.0.0.0 127.0.0.1 system s-1-5-18".split(" ");
const OF_WINDOWS = ["system", "local service", "network service"].map((name) => `nt authority\\${name}`);
const EVERYBODY: ReadonlySet<string> = new Set([...NOBODY, ...OF_WINDOWS, "anonymous logon"]);

export interface Span {
  readonly first: Instant;
  readonly last: Instant;
}

/** One entity as the findings of an alert saw it. */
export interface Sighting extends Span, AlertEntity {
  /** As it was written. */
  readonly shown: string;
  readonly n: number;
}

export interface Sighted extends Span {
  /** What the event was about, by kind. */
  readonly said: Readonly<Record<string, string>>;
}

export const classOf = (kind: string): string => CLASS_OF[kind] ?? kind;
export const foldValue = (value: string): string => value.trim().toLowerCase();

/** What the alert itself is about counts whatever its kind; of what its events say, only what tells something. */
export function sightingsOf(events: readonly Sighted[], about: AlertEntity): readonly Sighting[] {
  const byKey = new Map<string, Sighting>();
  for (const { said, first, last } of events) {
    const spoken = Object.entries(said).flatMap(([kind, shown]) => {
      const shared = { kind: classOf(kind), value: foldValue(shown), shown };
      return IS_SHARED.has(shared.kind) && shared.value !== "" && !EVERYBODY.has(shared.value) ? [shared] : [];
    });
    const own = { kind: classOf(about.kind), value: foldValue(about.value), shown: about.value };
    const once = new Map([...spoken, own].map((one) => [keyOf(one), one]));
    for (const [key, one] of once) {
      const before = byKey.get(key);
      byKey.set(key, {
        ...one,
        shown: before?.shown ?? one.shown,
        first: Math.min(before?.first ?? first, first),
        last: Math.max(before?.last ?? last, last),
        n: (before?.n ?? 0) + 1,
      });
    }
  }
  return [...byKey.values()];
}

export const keyOf = ({ kind, value }: AlertEntity): string => `${kind}\0${value}`;

/** How far apart two spans are; overlapping ones are not. */
export function gapBetween(a: Span, b: Span): number {
  return Math.max(0, b.first - a.last, a.first - b.last);
}
