import type { Format } from "../../../kit/i18n/format.ts";
import type { Language, Text } from "../../../kit/i18n/text.tsx";
import type { HuntTiming, SavedHunt } from "../../api/hunt-types.ts";
import type { HuntSearch } from "../hunt/search.ts";

const DAY_MINUTES = 1_440;
const two = (n: number) => String(n).padStart(2, "0");

/** The note in the reader's language, else in the other one. */
export function noteOf({ description }: Pick<SavedHunt, "description">, language: Language): string {
  const own = description[language];
  return own === "" ? description[language === "vi" ? "en" : "vi"] : own;
}

/** Minutes of a day in a zone given by its distance from UTC, as minutes of the reader's day. */
export function minuteHere({ minuteOfDay, utcOffsetMinutes }: Extract<HuntTiming, { kind: "daily" }>, here: number) {
  return (((minuteOfDay - utcOffsetMinutes + here) % DAY_MINUTES) + DAY_MINUTES) % DAY_MINUTES;
}

/** East of UTC, as the server counts. */
export function offsetHere(at = new Date()): number {
  return -at.getTimezoneOffset();
}

export function clockText(minute: number): string {
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
}

export function timingText(timing: HuntTiming, { t, format }: { t: Text; format: Format }): string {
  return timing.kind === "every"
    ? t("saved.every", { d: format.duration(timing.minutes * 60) })
    : t("saved.daily", { at: clockText(minuteHere(timing, offsetHere())) });
}

const SPAN = /^(\d{1,6})([smhdw])$/u;

/** A span as the address of the hunt screen takes it: minutes, hours or days. */
export function rangeOfSpan(span: string): string {
  const [, count = "24", unit = "h"] = SPAN.exec(span) ?? [];
  if (unit === "s") return `${Math.max(1, Math.ceil(Number(count) / 60))}m`;
  return unit === "w" ? `${Number(count) * 7}d` : span;
}

/** The hunt screen with this hunt in it. */
export function searchOf({ id, query, span, columns }: SavedHunt): HuntSearch {
  return {
    hunt: id,
    ...(query === "" ? {} : { q: query }),
    range: rangeOfSpan(span),
    ...(columns.length === 0 ? {} : { cols: columns.join(",") }),
  };
}
