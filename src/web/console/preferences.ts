import type { Language } from "../kit/i18n/text.tsx";

export type Theme = "system" | "light" | "dark";

function store(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Without storage the choice lasts as long as the page.
  }
}

/** public/boot.js reads the same key before the first paint. */
export function applyTheme(theme: Theme): void {
  store("khien.theme", theme);
  if (theme === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme;
}

export function rememberLanguage(language: Language): void {
  store("khien.language", language);
}

/** The same as public/boot.js guesses: Vietnamese unless this browser was told otherwise or plainly prefers English. */
export function firstLanguage(): Language {
  try {
    const stored = localStorage.getItem("khien.language");
    if (stored === "vi" || stored === "en") return stored;
  } catch {
    // Falls through to the browser's languages.
  }
  const wished = navigator.languages.find((tag) => tag.startsWith("vi") || tag.startsWith("en"));
  return wished?.startsWith("en") ? "en" : "vi";
}
