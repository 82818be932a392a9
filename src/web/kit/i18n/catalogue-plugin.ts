/**
 * Build step: merges content/i18n/<lang>.json with content/i18n/parts/*.<lang>.json and compiles the ICU messages,
 * so that the browser receives ready message trees and no parser.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { compileMessage } from "@lingui/message-utils/compileMessage";
import type { Plugin } from "vite";

const PREFIX = "virtual:catalogue/";
const LANGUAGES = ["vi", "en"];
/** The script of the page that runs before all others. */
const FIRST = "/boot.js";

function readCatalogue(file: string): Record<string, string> {
  return JSON.parse(readFileSync(file, "utf8")) as Record<string, string>;
}

/** The console's own catalogue wins over a part that defines the same key. */
export function mergedCatalogue(folder: string, language: string): Record<string, string> {
  const parts = join(folder, "parts");
  const files = existsSync(parts) ? readdirSync(parts).filter((name) => name.endsWith(`.${language}.json`)) : [];
  const merged: Record<string, string> = {};
  for (const name of files.sort()) Object.assign(merged, readCatalogue(join(parts, name)));
  return Object.assign(merged, readCatalogue(join(folder, `${language}.json`)));
}

export function catalogues(folder: string): Plugin {
  return {
    name: "khien-catalogues",
    resolveId: (id) => (id.startsWith(PREFIX) ? `\0${id}` : undefined),
    load(id) {
      if (!id.startsWith(`\0${PREFIX}`)) return undefined;
      const language = id.slice(PREFIX.length + 1);
      if (!LANGUAGES.includes(language)) return undefined;
      this.addWatchFile(join(folder, `${language}.json`));
      const compiled = Object.fromEntries(
        Object.entries(mergedCatalogue(folder, language)).map(([key, text]) => [key, compileMessage(text)]),
      );
      // Parsing JSON is several times faster than evaluating the same object literal.
      return `export const messages = JSON.parse(${JSON.stringify(JSON.stringify(compiled))});`;
    },
    /** Tells the script that runs first where the texts of each language are, so that they need not wait for the rest. */
    transformIndexHtml: {
      order: "post",
      handler: (html, { bundle = {} }) => {
        const places = Object.values(bundle).flatMap((file) => {
          const language = LANGUAGES.find(
            (known) => file.type === "chunk" && file.facadeModuleId === `\0${PREFIX}${known}`,
          );
          return language === undefined ? [] : [` data-${language}="/${file.fileName}"`];
        });
        return html.replace(`<script src="${FIRST}"`, (script) => `${script}${places.sort().join("")}`);
      },
    },
  };
}
