/** The words of the console, read from the same files the build merges. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export type Language = "vi" | "en";
const folder = fileURLToPath(new URL("../../../content/i18n/", import.meta.url));

function read(language: Language): Readonly<Record<string, string>> {
  const parts = readdirSync(join(folder, "parts")).filter((name) => name.endsWith(`.${language}.json`));
  const files = [...parts.map((name) => join(folder, "parts", name)), join(folder, `${language}.json`)];
  return Object.assign({}, ...files.map((file) => JSON.parse(readFileSync(file, "utf8")) as object)) as Record<
    string,
    string
  >;
}

const catalogues = { vi: read("vi"), en: read("en") };
export const KEYS: ReadonlySet<string> = new Set(Object.keys(catalogues.vi));

/** A message without parameters. */
export function words(language: Language, key: string): string {
  const text = catalogues[language][key];
  if (text === undefined || text.includes("{")) throw new Error(`${key} is no plain message`);
  return text;
}
