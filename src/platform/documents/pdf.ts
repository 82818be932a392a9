import { dirname, join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import pdfmake from "pdfmake";
import { MAX_WORD_CHARS } from "./limits.ts";
import type { Block, Column, Paper } from "./model.ts";
import { drawablePaper } from "./text.ts";

/** The entry lies in js/ of the package, its fonts beside that. */
const FONTS = join(dirname(fileURLToPath(import.meta.resolve("pdfmake"))), "..", "fonts", "Roboto");
const LINE = "#b8bec6";
const QUIET = "#59626e";
const WARN = "#8a5a00";
const HEADING_SIZE = { 1: 15, 2: 12, 3: 10.5 } as const;

let prepared = false;

/** A4 portrait, selectable text, marking and page number on every page. The same paper gives the same bytes. */
export async function renderPdf(paper: Paper): Promise<Buffer> {
  prepare();
  const drawn = drawablePaper(paper);
  const created = new Date(drawn.createdAt);
  const document = pdfmake.createPdf({
    pageSize: "A4",
    pageMargins: [48, 56, 48, 52],
    info: { title: drawn.title, creator: "Khiên", producer: "Khiên", creationDate: created, modDate: created },
    language: drawn.language,
    displayTitle: true,
    defaultStyle: { font: "Roboto", fontSize: 9.5, lineHeight: 1.25 },
    header: () => head(drawn),
    footer: (page, pages) => foot(drawn, page, pages),
    content: [
      { text: inline(drawn.title), fontSize: 20, bold: true },
      ...(drawn.subtitle === undefined ? [] : [{ text: inline(drawn.subtitle), color: QUIET, fontSize: 11 }]),
      ...drawn.blocks.map(draw),
    ],
  });
  return document.getBuffer();
}

/** Nothing but the fonts is read, and nothing is fetched: a paper holds text only, and this makes sure of it. */
function prepare(): void {
  if (prepared) return;
  prepared = true;
  pdfmake.setUrlAccessPolicy(() => false);
  pdfmake.setLocalAccessPolicy((path) => path.startsWith(FONTS + sep));
  pdfmake.setFonts({
    Roboto: {
      normal: join(FONTS, "Roboto-Regular.ttf"),
      bold: join(FONTS, "Roboto-Medium.ttf"),
      italics: join(FONTS, "Roboto-Italic.ttf"),
      bolditalics: join(FONTS, "Roboto-MediumItalic.ttf"),
    },
  });
}

function head({ marking, exercise }: Paper): pdfmake.Content {
  return {
    margin: [48, 24, 48, 0],
    columns: [
      { text: inline(exercise ?? ""), color: WARN, bold: true, fontSize: 9 },
      { text: marking ?? "", alignment: "right", bold: true, fontSize: 9 },
    ],
  };
}

function foot({ footer, marking }: Paper, page: number, pages: number): pdfmake.Content {
  return {
    margin: [48, 16, 48, 0],
    fontSize: 8,
    color: QUIET,
    columns: [
      { text: inline(footer), width: "*" },
      {
        text: `${marking === undefined ? "" : `${marking}  ·  `}${page} / ${pages}`,
        alignment: "right",
        width: "auto",
      },
    ],
  };
}

function draw(block: Block): pdfmake.Content {
  switch (block.kind) {
    case "heading":
      return {
        text: inline(block.text),
        fontSize: HEADING_SIZE[block.level],
        bold: true,
        margin: [0, block.level === 1 ? 16 : 11, 0, 4],
        headlineLevel: block.level,
      };
    case "paragraph":
      return { text: inline(block.text), margin: [0, 2, 0, 4] };
    case "remark":
      return framed({ text: inline(block.text), color: WARN });
    case "verbatim":
      return framed({ text: inline(block.text), fontSize: 8, preserveLeadingSpaces: true });
    case "list": {
      const items = block.items.map((item) => ({
        text: inline(item),
        margin: [0, 1, 0, 1] as pdfmake.Margins,
      }));
      return block.ordered ? { ol: items, margin: [0, 2, 0, 4] } : { ul: items, margin: [0, 2, 0, 4] };
    }
    case "facts":
      return facts(block.rows);
    case "table":
      return table(block.columns, block.rows);
    case "pageBreak":
      return { text: "", pageBreak: "after" };
  }
}

function facts(rows: readonly (readonly [string, string])[]): pdfmake.Content {
  if (rows.length === 0) return { text: "" };
  return {
    margin: [0, 2, 0, 6],
    layout: RULED,
    table: {
      widths: ["32%", "68%"],
      body: rows.map(([name, value]) => [{ text: inline(name), color: QUIET }, { text: inline(value) }]),
    },
  };
}

function table(columns: readonly Column[], rows: readonly (readonly string[])[]): pdfmake.Content {
  const shares = columns.map(({ share }) => share ?? 1);
  const whole = shares.reduce((sum, share) => sum + share, 0);
  const cell = (text: string, at: number, more: pdfmake.Look = {}): pdfmake.Content => ({
    text: inline(text),
    alignment: columns[at]?.align ?? "left",
    ...more,
  });
  return {
    margin: [0, 2, 0, 6],
    fontSize: 8.5,
    layout: RULED,
    table: {
      headerRows: 1,
      dontBreakRows: rows.every((row) => row.every((text) => text.length < 600)),
      widths: shares.map((share) => `${(share / whole) * 100}%`),
      body: [
        columns.map(({ title }, at) => cell(title, at, { bold: true })),
        ...rows.map((row) => columns.map((_, at) => cell(row[at] ?? "", at))),
      ],
    },
  };
}

function framed(inside: pdfmake.Content): pdfmake.Content {
  return {
    margin: [0, 4, 0, 8],
    layout: {
      hLineWidth: () => 0,
      vLineWidth: (at: number) => (at === 0 ? 2 : 0),
      vLineColor: () => LINE,
      paddingLeft: () => 8,
    },
    table: { widths: ["*"], body: [[inside]] },
  };
}

const RULED: pdfmake.TableLayout = {
  hLineWidth: (at, node) => (at === 0 || at === node.table.body.length ? 0 : 0.5),
  vLineWidth: () => 0,
  hLineColor: () => LINE,
  paddingLeft: (at) => (at === 0 ? 0 : 6),
  paddingTop: () => 3,
  paddingBottom: () => 2,
};

/** Words wrap between words; a run too long for that may break anywhere, so that nothing leaves the page. */
function inline(text: string): string | { text: string; wordBreak?: "break-all" }[] {
  const pieces = text.split(LONG_RUN);
  if (pieces.length === 1) return text;
  return pieces
    .map((piece, at) => (at % 2 === 0 ? { text: piece } : { text: piece, wordBreak: "break-all" as const }))
    .filter((piece) => piece.text !== "");
}
const LONG_RUN = new RegExp(`(\\S{${MAX_WORD_CHARS + 1},})`, "u");
