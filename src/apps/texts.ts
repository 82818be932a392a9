import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { I18N_DIR } from "./places.ts";

export type Language = "vi" | "en";

/** Texts for people, from content/i18n: keys in code, words in the catalogue. */
export interface Texts {
  readonly language: Language;
  /** The text of a key with `{name}` filled in; the key itself when the catalogue lacks it. */
  say(key: string, params?: Readonly<Record<string, string | number>>): string;
}

export function loadTexts(language: Language): Texts {
  const catalogue: Record<string, string> = Object.create(null);
  const parts = join(I18N_DIR, "parts");
  const files = readdirSync(parts)
    .filter((name) => name.endsWith(`.${language}.json`))
    .sort();
  for (const file of [...files.map((name) => join(parts, name)), join(I18N_DIR, `${language}.json`)]) {
    Object.assign(catalogue, JSON.parse(readFileSync(file, "utf8")) as Record<string, string>);
  }
  return {
    language,
    say: (key, params = {}) =>
      (catalogue[key] ?? key).replace(/\{(\w+)\}/gu, (whole, name: string) => String(params[name] ?? whole)),
  };
}

/** Texts of both languages without parameters, each catalogue read when it is first needed. */
export function catalogues(): (language: Language) => (key: string) => string {
  const read = new Map<Language, Texts>();
  return (language) => (key) => {
    const texts = read.get(language) ?? loadTexts(language);
    read.set(language, texts);
    return texts.say(key);
  };
}

/** The language of the shell's locale. */
export function languageOf(locale: string | undefined): Language {
  return locale?.toLowerCase().startsWith("vi") === true ? "vi" : "en";
}
