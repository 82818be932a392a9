import { inflateSync } from "node:zlib";

/** The text of a PDF's pages as a reader would copy it, through the fonts' ToUnicode maps (ISO 32000-1 §9.10.3). */
export function textOfPdf(pdf: Buffer): { pages: number; text: string } {
  const source = pdf.toString("latin1");
  const objects = new Map<string, string>();
  for (const [, id = "", body = ""] of source.matchAll(/(\d+) 0 obj\n([\s\S]*?)\nendobj/gu)) objects.set(id, body);
  const fonts = new Map<string, ReadonlyMap<number, string>>();
  for (const body of objects.values()) {
    for (const [, name = "", id = ""] of body.matchAll(/\/(F\d+) (\d+) 0 R/gu)) {
      const map = /\/ToUnicode (\d+) 0 R/u.exec(objects.get(id) ?? "")?.[1];
      if (map !== undefined) fonts.set(name, charactersOf(streamOf(objects.get(map) ?? "")));
    }
  }
  const pages = [...objects.values()].filter((body) => /\/Type \/Page\n/u.test(body));
  const text = pages.map((page) => {
    const content = /\/Contents (\d+) 0 R/u.exec(page)?.[1] ?? "";
    return shown(streamOf(objects.get(content) ?? ""), fonts);
  });
  return { pages: pages.length, text: text.join("\n\f") };
}

function streamOf(body: string): string {
  const [, dictionary = "", data = ""] = /^([\s\S]*?)stream\n([\s\S]*)\nendstream/u.exec(body) ?? [];
  const bytes = Buffer.from(data, "latin1");
  return (dictionary.includes("/FlateDecode") ? inflateSync(bytes) : bytes).toString("latin1");
}

function charactersOf(cmap: string): ReadonlyMap<number, string> {
  const found = new Map<number, string>();
  for (const [, first = "", list = ""] of cmap.matchAll(/<([0-9a-f]{4})> <[0-9a-f]{4}> \[([^\]]*)\]/gu)) {
    [...list.matchAll(/<([0-9a-f ]*)>/gu)].forEach(([, hex = ""], at) => {
      const units = Buffer.from(hex.replaceAll(" ", ""), "hex").swap16();
      found.set(Number.parseInt(first, 16) + at, units.toString("utf16le"));
    });
  }
  return found;
}

function shown(content: string, fonts: ReadonlyMap<string, ReadonlyMap<number, string>>): string {
  let font: ReadonlyMap<number, string> = new Map();
  let text = "";
  for (const [, name, pieces] of content.matchAll(/\/(F\d+) [\d.]+ Tf|\[((?:<[0-9a-f]*> ?-?[\d.]*\s*)+)\] TJ/gu)) {
    if (name !== undefined) font = fonts.get(name) ?? new Map();
    if (pieces === undefined) continue;
    for (const [, hex = ""] of pieces.matchAll(/<([0-9a-f]*)>/gu)) {
      for (const [glyph] of hex.matchAll(/.{4}/gu)) text += font.get(Number.parseInt(glyph, 16)) ?? "?";
    }
  }
  return text;
}
