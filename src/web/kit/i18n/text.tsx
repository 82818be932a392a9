import { setupI18n } from "@lingui/core";
import { I18nProvider, useLingui } from "@lingui/react";
import type { ReactNode } from "react";

export type Language = "vi" | "en";
export type Text = (id: string, values?: Readonly<Record<string, unknown>>) => string;

const i18n = setupI18n();
const loaded = new Set<Language>();

/** Loads the language's catalogue when needed, then switches every mounted component to it. */
export async function activateLanguage(language: Language): Promise<void> {
  if (!loaded.has(language)) {
    const { messages } =
      language === "vi" ? await import("virtual:catalogue/vi") : await import("virtual:catalogue/en");
    i18n.load(language, messages);
    loaded.add(language);
  }
  i18n.activate(language);
  document.documentElement.lang = language;
}

export function TextProvider({ children }: { children: ReactNode }) {
  return <I18nProvider i18n={i18n}>{children}</I18nProvider>;
}

/** A function for each language, so that memoised children are drawn anew on a switch. */
const texts: Readonly<Record<Language, Text>> = {
  vi: (id, values) => i18n._(id, values),
  en: (id, values) => i18n._(id, values),
};

export function useLanguage(): Language {
  return useLingui().i18n.locale === "en" ? "en" : "vi";
}

export function useText(): Text {
  return texts[useLanguage()];
}

/** True when the catalogue knows the key: for codes from the server that may be newer than this build. */
export function hasText(id: string): boolean {
  return i18n.messages[id] !== undefined;
}
