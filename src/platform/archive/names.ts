/** Names inside archives are only labels here, nothing is written to disk; still, a name that climbs is refused. */
import { MAX_NAME_LENGTH } from "./limits.ts";

/** Why a member's name is refused, or undefined. */
export function nameRefusal(name: string): string | undefined {
  if (name === "" || name.length > MAX_NAME_LENGTH) return "empty or too long";
  if (name.includes("\0")) return "holds a NUL";
  if (name.startsWith("/") || name.startsWith("\\") || /^[a-z]:/i.test(name)) return "absolute path";
  return name.split(/[/\\]/).includes("..") ? "climbs out of the archive" : undefined;
}

export interface Refusal {
  readonly name: string;
  readonly code: "archive.name.refused" | "archive.member.refused" | "archive.too-large" | "archive.unreadable";
  readonly detail: string;
}

export interface ArchiveLimits {
  readonly maxEntries: number;
  readonly maxEntryBytes: number;
  readonly maxTotalBytes: number;
}
