/** Which snapshots stay: the newest of each of so many days, weeks and months that have any (all in UTC). */
import { Fault } from "../../kernel/index.ts";

export interface KeepPolicy {
  readonly days: number;
  readonly weeks: number;
  readonly months: number;
}

export interface SnapshotTime {
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

const PART = /^([1-9]\d{0,3})([dwm])$/u;
const DAY_MS = 86_400_000;
/** 1970-01-01 was a Thursday; weeks begin on Monday. */
const MONDAY_OFFSET_DAYS = 3;

/** `7d,4w,12m`, in any order, each once. Fault backup.keep.malformed. */
export function parseKeep(text: string): KeepPolicy {
  const parts = text.split(/[,/]/u).map((part) => PART.exec(part.trim()));
  const units = parts.map((part) => part?.[2]);
  if (units.includes(undefined) || new Set(units).size < units.length) {
    throw new Fault("invalid", "backup.keep.malformed", "--keep is like 7d,4w,12m", { given: text.slice(0, 100) });
  }
  const of = (unit: string) => Number(parts.find((part) => part?.[2] === unit)?.[1] ?? 0);
  return { days: of("d"), weeks: of("w"), months: of("m") };
}

/** Names to keep; the newest of all is always among them. */
export function keptSnapshots(snapshots: readonly SnapshotTime[], policy: KeepPolicy): ReadonlySet<string> {
  const newestFirst = snapshots.toSorted((one, other) => other.at - one.at);
  const kept = new Set<string>(newestFirst.slice(0, 1).map(({ name }) => name));
  const periods: readonly (readonly [count: number, periodOf: (at: number) => string | number])[] = [
    [policy.days, (at) => Math.floor(at / DAY_MS)],
    [policy.weeks, (at) => Math.floor((Math.floor(at / DAY_MS) + MONDAY_OFFSET_DAYS) / 7)],
    [policy.months, (at) => new Date(at).toISOString().slice(0, 7)],
  ];
  for (const [count, periodOf] of periods) {
    const seen = new Set<string | number>();
    for (const { name, at } of newestFirst) {
      const period = periodOf(at);
      if (seen.has(period)) continue;
      if (seen.size >= count) break;
      seen.add(period);
      kept.add(name);
    }
  }
  return kept;
}
