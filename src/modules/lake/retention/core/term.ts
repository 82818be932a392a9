/**
 * How long a segment is kept. A segment is dropped whole or not at all, so the longest term of any event in it counts.
 *
 * A term runs from the arrival of the newest event of a source in the segment, never from the time an event states:
 * a wrong clock must neither shorten nor lengthen it. Months are counted as on a calendar: the same day, or the last one.
 * Of several terms that fit a source the longest counts. What no term fits is kept without end.
 */
import type { Instant } from "../../../../kernel/index.ts";

/** ISO 8601, whole days, months or years. */
export const DURATION = /^P([1-9]\d{0,3})([DMY])$/;

export interface Source {
  readonly sensor: string;
  readonly product: string | null;
  readonly category: string | null;
  readonly service: string | null;
}

/** `*` fits everything; within a sensor's name it stands for any text. */
export interface SourcePattern {
  readonly sensor: string;
  readonly product: string;
  readonly category: string;
  readonly service: string;
}

export interface AppliedTerm {
  readonly id: string;
  readonly sources: SourcePattern;
  readonly keep: string;
  /** From a law: no quota cuts it short. */
  readonly isBinding: boolean;
}

export interface SegmentSources {
  readonly name: string;
  readonly bytes: number;
  readonly sources: readonly (Source & { readonly newestIngest: Instant })[];
}

export interface Lapse {
  /** Undefined: never. */
  readonly at: Instant | undefined;
  /** Before this no quota may drop it either. */
  readonly boundUntil: Instant;
  /** The terms that end last. */
  readonly terms: readonly string[];
}

export function lapseOf({ sources }: SegmentSources, terms: readonly AppliedTerm[]): Lapse {
  let at: Instant | undefined = 0;
  let boundUntil = 0;
  let deciding: string[] = [];
  for (const source of sources) {
    const fitting = terms.filter((term) => fits(term.sources, source));
    if (fitting.length === 0) at = undefined;
    for (const term of fitting) {
      const until = addDuration(source.newestIngest, term.keep);
      if (term.isBinding) boundUntil = Math.max(boundUntil, until);
      if (at === undefined || until < at) continue;
      deciding = until === at ? [...new Set([...deciding, term.id])] : [term.id];
      at = until;
    }
  }
  return { at, boundUntil, terms: at === undefined ? [] : deciding };
}

export function fits(pattern: SourcePattern, source: Source): boolean {
  return (
    fitsText(pattern.sensor, source.sensor) &&
    fitsText(pattern.product, source.product ?? "") &&
    fitsText(pattern.category, source.category ?? "") &&
    fitsText(pattern.service, source.service ?? "")
  );
}

/** Linear: pieces between the stars are looked for from left to right. */
function fitsText(pattern: string, text: string): boolean {
  const [head = "", ...rest] = pattern.split("*");
  if (rest.length === 0) return pattern === text;
  const tail = rest.pop() ?? "";
  if (!text.startsWith(head) || text.length < head.length + tail.length || !text.endsWith(tail)) return false;
  let at = head.length;
  for (const piece of rest) {
    const found = text.indexOf(piece, at);
    if (found < 0 || found + piece.length > text.length - tail.length) return false;
    at = found + piece.length;
  }
  return true;
}

const DAY_MS = 86_400_000;

export function addDuration(from: Instant, duration: string): Instant {
  const parts = DURATION.exec(duration);
  const count = Number(parts?.[1]);
  if (parts?.[2] === "D") return from + count * DAY_MS;
  const start = new Date(from);
  const months = start.getUTCFullYear() * 12 + start.getUTCMonth() + count * (parts?.[2] === "Y" ? 12 : 1);
  const [year, month] = [Math.floor(months / 12), months % 12];
  const lastDay = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  return Date.UTC(year, month, Math.min(start.getUTCDate(), lastDay)) + (from - startOfDay(from));
}

function startOfDay(at: Instant): Instant {
  return Math.floor(at / DAY_MS) * DAY_MS;
}
