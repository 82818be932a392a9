import { type Language, type Text, useLanguage, useText } from "./text.tsx";

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const DAY_MS = 86_400_000;
const two = (n: number) => String(n).padStart(2, "0");

export interface Format {
  readonly number: (value: number) => string;
  readonly decimal: (value: number) => string;
  readonly percent: (ratio: number) => string;
  readonly bytes: (value: number) => string;
  readonly date: (at: Date) => string;
  readonly clock: (at: Date) => string;
  readonly exact: (at: Date) => string;
  /** To the minute, for ranges. */
  readonly brief: (at: Date) => string;
  readonly ago: (at: Date, now: number) => string;
  readonly duration: (seconds: number) => string;
  readonly compare: (a: string, b: string) => number;
}

function date(at: Date, language: Language): string {
  const day = two(at.getDate());
  return language === "vi"
    ? `${day}/${two(at.getMonth() + 1)}/${at.getFullYear()}`
    : `${day} ${MONTHS[at.getMonth()]} ${at.getFullYear()}`;
}

function clock(at: Date): string {
  return `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}

function duration(seconds: number, t: Text): string {
  const s = Math.max(0, Math.round(seconds));
  if (s < 60) return t("unit.seconds", { n: s });
  if (s < 3600) return t("unit.minutes", { n: Math.round(s / 60) });
  if (s < 2 * 86_400) {
    const minutes = Math.floor((s % 3600) / 60);
    const hours = t("unit.hours", { n: Math.floor(s / 3600) });
    return minutes === 0 ? hours : `${hours} ${t("unit.minutes", { n: minutes })}`;
  }
  return t("unit.days", { n: Math.round(s / 86_400) });
}

function ago(at: Date, now: number, t: Text): string {
  const seconds = Math.round((now - at.getTime()) / 1000);
  if (seconds < -5) return t("time.ahead", { d: duration(-seconds, t) });
  if (seconds < 5) return t("time.now");
  if (seconds < 60) return t("time.ago", { d: t("unit.seconds", { n: seconds }) });
  if (seconds < 3600) return t("time.ago", { d: t("unit.minutes", { n: Math.floor(seconds / 60) }) });
  return t("time.ago", { d: t("unit.hours", { n: Math.floor(seconds / 3600) }) });
}

export function isRecent(at: Date, now: number): boolean {
  return Math.abs(now - at.getTime()) < DAY_MS;
}

function bytes(value: number, decimal: Intl.NumberFormat): string {
  const units = ["B", "KB", "MB", "GB", "TB", "PB"];
  let amount = value;
  let unit = 0;
  while (amount >= 1000 && unit < units.length - 1) {
    amount /= 1000;
    unit += 1;
  }
  return `${decimal.format(amount)} ${units[unit]}`;
}

/** Browsers take ten milliseconds and more to make one of these; the first page needs none of most. */
function onceNeeded<Made>(make: () => Made): () => Made {
  let made: Made | undefined;
  return () => (made ??= make());
}

export function makeFormat(language: Language, t: Text): Format {
  const whole = onceNeeded(() => new Intl.NumberFormat(language, { maximumFractionDigits: 0 }));
  const decimal = onceNeeded(() => new Intl.NumberFormat(language, { maximumFractionDigits: 1 }));
  const percent = onceNeeded(() => new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 1 }));
  const collator = onceNeeded(() => new Intl.Collator(language, { numeric: true, sensitivity: "base" }));
  return {
    number: (value) => whole().format(value),
    decimal: (value) => decimal().format(value),
    percent: (ratio) => percent().format(ratio),
    bytes: (value) => bytes(value, decimal()),
    date: (at) => date(at, language),
    clock,
    exact: (at) => `${date(at, language)} ${clock(at)}`,
    brief: (at) => `${date(at, language)} ${clock(at).slice(0, 5)}`,
    ago: (at, now) => ago(at, now, t),
    duration: (seconds) => duration(seconds, t),
    compare: (a, b) => collator().compare(a, b),
  };
}

/** One for all components: a row of a list would otherwise pay for three number formats and a collator. */
const formats = new WeakMap<Text, Format>();

export function useFormat(): Format {
  const language = useLanguage();
  const t = useText();
  let format = formats.get(t);
  if (format === undefined) {
    format = makeFormat(language, t);
    formats.set(t, format);
  }
  return format;
}
