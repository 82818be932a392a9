import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { compileMessage } from "@lingui/message-utils/compileMessage";
import { parseSync } from "vite";
import { describe, expect, test } from "vitest";
import { mergedCatalogue } from "../src/web/kit/i18n/catalogue-plugin.ts";

const root = fileURLToPath(new URL("../", import.meta.url));
const folder = join(root, "content/i18n");
const vi = mergedCatalogue(folder, "vi");
const en = mergedCatalogue(folder, "en");
const own = JSON.parse(readFileSync(join(folder, "vi.json"), "utf8")) as Record<string, string>;

const sources = ["src/web/console", "src/web/kit"].flatMap((part) =>
  readdirSync(join(root, part), { recursive: true, encoding: "utf8" })
    .filter((name) => /\.tsx?$/u.test(name) && !name.includes(".test."))
    .map((name) => ({ name: `${part}/${name}`, text: readFileSync(join(root, part, name), "utf8") })),
);

interface Node {
  readonly type: string;
  readonly [property: string]: unknown;
}

function* walk(value: unknown): Generator<Node> {
  if (Array.isArray(value)) for (const item of value) yield* walk(item);
  else if (typeof value === "object" && value !== null) {
    if ("type" in value && typeof value.type === "string") yield value as Node;
    for (const part of Object.values(value)) yield* walk(part);
  }
}

const LETTERS = /\p{L}{2,}/u;
const SPOKEN = new Set(["title", "aria-label", "placeholder", "alt", "label", "hint", "error"]);

/** Text a person would read that stands in the code instead of the catalogue. */
function literalTexts(file: string, text: string): string[] {
  const found: string[] = [];
  for (const node of walk(parseSync(file, text).program)) {
    if (node.type === "JSXText" && LETTERS.test(String(node["value"]))) found.push(String(node["value"]).trim());
    if (node.type !== "JSXAttribute") continue;
    const name = (node["name"] as { name?: unknown }).name;
    const value = node["value"] as { type?: string; value?: unknown } | null;
    if (value?.type === "Literal" && SPOKEN.has(String(name)) && LETTERS.test(String(value.value)))
      found.push(`${name}=${value.value}`);
  }
  return found;
}

/** Keys named in full, and beginnings of keys that are completed at run time (`status.${…}`). */
function mentions(): { readonly keys: ReadonlySet<string>; readonly beginnings: ReadonlySet<string> } {
  const keys = new Set<string>();
  const beginnings = new Set<string>();
  for (const { text } of sources) {
    for (const match of text.matchAll(/["'`]([a-z_]+(?:[.][\w-]+)+)["'`]/gu)) keys.add(match[1] ?? "");
    for (const match of text.matchAll(/`([a-z_]+(?:[.][\w-]+)*[.])\$\{/gu)) beginnings.add(match[1] ?? "");
  }
  return { keys, beginnings };
}

describe("catalogues", () => {
  test("every key is there in Vietnamese and in English", () => {
    expect(Object.keys(vi).filter((key) => en[key] === undefined)).toEqual([]);
    expect(Object.keys(en).filter((key) => vi[key] === undefined)).toEqual([]);
  });

  test.each([
    ["vi", vi],
    ["en", en],
  ])("every message of %s is well formed and not empty", (_language, catalogue) => {
    const broken = Object.entries(catalogue).filter(([, text]) => {
      if (text.trim() === "") return true;
      try {
        compileMessage(text);
        return false;
      } catch {
        return true;
      }
    });
    expect(broken).toEqual([]);
  });

  test("both languages speak of the same parameters", () => {
    const names = (text: string) => [...new Set([...text.matchAll(/\{(\w+)/gu)].map((match) => match[1] ?? ""))].sort();
    const apart = Object.keys(vi).filter((key) => {
      const plural = /plural|select/u.test(`${vi[key]}${en[key]}`);
      return !plural && names(vi[key] ?? "").join() !== names(en[key] ?? "").join();
    });
    expect(apart).toEqual([]);
  });

  test("Vietnamese is composed (NFC) and nothing is written in capitals", () => {
    const wrong = Object.entries(vi).filter(([, text]) => text !== text.normalize("NFC") || /\p{Lu}{6,}/u.test(text));
    expect(wrong.filter(([, text]) => !/NDJSON/u.test(text))).toEqual([]);
  });
});

describe("the console", () => {
  const { keys, beginnings } = mentions();

  test("asks only for keys that exist", () => {
    const asked = sources.flatMap(({ name, text }) =>
      [...text.matchAll(/\bt\(\s*"([^"]+)"/gu)].map((match) => ({ name, key: match[1] ?? "" })),
    );
    expect(asked.length).toBeGreaterThan(200);
    expect(asked.filter(({ key }) => vi[key] === undefined)).toEqual([]);
  });

  test("uses every key of its own", () => {
    const unused = Object.keys(own).filter(
      (key) => !keys.has(key) && ![...beginnings].some((start) => key.startsWith(start)),
    );
    expect(unused).toEqual([]);
  });

  test("holds no text of its own", () => {
    const literals = sources
      .filter(({ name }) => name.endsWith(".tsx"))
      .flatMap(({ name, text }) => literalTexts(name, text).map((literal) => `${name}: ${literal}`));
    expect(literals).toEqual([]);
  });

  test("the check for literal text finds a planted one", () => {
    expect(literalTexts("planted.tsx", 'const a = <p title="Xin chào">Hello {1}</p>;')).toEqual([
      "title=Xin chào",
      "Hello",
    ]);
  });
});
