/** What happened in a session, in a few lines: programs that started, addresses and names that were reached. */
import type { StoredEvent } from "../../api/types.ts";

export interface Tally {
  readonly field: "process" | "dstIp" | "domain" | "file";
  readonly values: readonly { readonly value: string; readonly shown: string; readonly count: number }[];
  /** Different values beyond those listed. */
  readonly more: number;
}

const FIELDS = ["process", "dstIp", "domain", "file"] as const;
const LISTED = 12;

function lastPart(path: string): string {
  return path.split(/[\\/]/u).findLast((part) => part !== "") ?? path;
}

export function doneIn(events: readonly StoredEvent[]): Tally[] {
  return FIELDS.flatMap((field) => {
    const counts = new Map<string, number>();
    for (const { entities } of events) {
      const value = entities[field];
      if (value === undefined || value === "") continue;
      counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    if (counts.size === 0) return [];
    const ordered = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
    const values = ordered.slice(0, LISTED).map(([value, count]) => ({
      value,
      shown: field === "process" ? lastPart(value) : value,
      count,
    }));
    return [{ field, values, more: counts.size - values.length }];
  });
}
