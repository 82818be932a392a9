import { type Instant, toIso } from "../../../kernel/index.ts";
import { SMS_CHARACTERS } from "../limits.ts";
import type { Urgency } from "./urgency.ts";

/**
 * What leaves the program. Never a raw event, never text of a case: a code, a short text of its kind, a link, and the
 * title of the object where its marking lets it out.
 */
export interface Matter {
  readonly kind: string;
  readonly urgency: Urgency;
  /** Null where the marking keeps it inside. */
  readonly title: string | null;
  /** Path inside the program. */
  readonly path: string;
  readonly at: Instant;
}

export type Tlp = "RED" | "AMBER+STRICT" | "AMBER" | "GREEN" | "CLEAR";
const STAYS_INSIDE: ReadonlySet<Tlp> = new Set(["RED", "AMBER+STRICT"]);

export function titleOutside(title: string, tlp: Tlp | undefined): string | null {
  return tlp !== undefined && STAYS_INSIDE.has(tlp) ? null : title;
}

export type Language = "vi" | "en";
export type Say = (language: Language, key: string, params?: Readonly<Record<string, string | number>>) => string;

export interface Letter {
  readonly id: string;
  readonly language: Language;
  readonly matters: readonly Matter[];
  readonly say: Say;
  /** Address people open the program at. */
  readonly base: string;
}

interface Words {
  readonly text: string;
  readonly link: string;
}

/** One matter by its own words; several as counts by kind. */
export function wordsOf({ matters, language, say, base }: Letter): Words {
  const [only] = matters;
  if (only !== undefined && matters.length === 1) {
    return { text: say(language, `notice.kind.${only.kind}`), link: `${base}${only.path}` };
  }
  return { text: say(language, "notice.letter.digest", { n: matters.length }), link: `${base}/notices` };
}

export function countsOf(matters: readonly Matter[]): readonly { kind: string; n: number }[] {
  const counts = new Map<string, number>();
  for (const { kind } of matters) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return [...counts].map(([kind, n]) => ({ kind, n })).toSorted((a, b) => b.n - a.n);
}

export function mailOf(letter: Letter): { readonly subject: string; readonly text: string } {
  const { language, say, matters, base } = letter;
  const { text, link } = wordsOf(letter);
  const [only] = matters;
  const about =
    matters.length === 1
      ? [only?.title ?? say(language, "notice.letter.untitled")]
      : countsOf(matters).map(({ kind, n }) => `${n} × ${say(language, `notice.kind.${kind}`)}`);
  const lines = [
    text,
    ...about,
    "",
    `${say(language, "notice.letter.open")}: ${link}`,
    `${say(language, "notice.letter.at")}: ${toIso(only?.at ?? 0)}`,
    `${say(language, "notice.letter.code")}: ${matters.length === 1 ? (only?.kind ?? "") : "digest"} · ${letter.id.slice(0, 12)}`,
    "",
    "-- ",
    `${say(language, "notice.letter.why")} ${base}/settings/notices`,
  ];
  return { subject: `[Khiên] ${text}`, text: `${lines.join("\n")}\n` };
}

/** One text message: letters every telephone knows, no title, the link where it fits. */
export function smsOf(letter: Letter): string {
  const { text, link } = wordsOf(letter);
  const plain = `Khien: ${text}`
    .normalize("NFD")
    .replace(/\p{Mn}/gu, "")
    .replaceAll("đ", "d")
    .replaceAll("Đ", "D");
  const ascii = plain.replace(/[^\x20-\x7e]/gu, "?");
  const whole = `${ascii} ${link}`;
  return whole.length <= SMS_CHARACTERS ? whole : ascii.slice(0, SMS_CHARACTERS);
}

/** The body of a webhook: docs/notifications.md. */
export function hookBodyOf(letter: Letter, recipient: { readonly id: string; readonly name: string } | null): string {
  const { matters, language, id } = letter;
  const [only] = matters;
  const { text, link } = wordsOf(letter);
  return JSON.stringify({
    version: 1,
    id,
    kind: matters.length === 1 ? (only?.kind ?? "") : "digest",
    urgency: matters.some(({ urgency }) => urgency === "critical") ? "critical" : (only?.urgency ?? "normal"),
    text,
    title: matters.length === 1 ? (only?.title ?? null) : null,
    link,
    at: toIso(Math.max(0, ...matters.map(({ at }) => at))),
    language,
    recipient,
    counts: matters.length === 1 ? null : Object.fromEntries(countsOf(matters).map(({ kind, n }) => [kind, n])),
  });
}

/** Fills a template: only whole strings of a JSON body or values of a form are replaced, so that nothing breaks out. */
export function filledTemplate(
  template: { readonly type: "json" | "form"; readonly text: string },
  values: { readonly number: string; readonly text: string },
): string {
  const fill = (text: string, escape: (value: string) => string): string =>
    text.replace(/\{(number|text)\}/gu, (_, name: "number" | "text") => escape(values[name]));
  if (template.type === "form") return fill(template.text, encodeURIComponent);
  return JSON.stringify(
    JSON.parse(template.text, (_key, value: unknown) =>
      typeof value === "string" ? fill(value, (one) => one) : value,
    ),
  );
}
