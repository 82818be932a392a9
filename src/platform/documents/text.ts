import { Fault } from "../../kernel/index.ts";
import { MAX_BLOCKS, MAX_LINE_CHARS, MAX_PAPER_CHARS, MAX_TABLE_CELLS, MAX_TEXT_CHARS } from "./limits.ts";
import type { Block, Paper } from "./model.ts";

/** Control characters (XML 1.0 §2.2 forbids most), halves of characters, and marks that turn the reading direction. */
const UNPRINTABLE =
  // oxlint-disable-next-line no-control-regex -- they are what is taken out
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffc\ufffe\uffff]/gu;

/** Text as it may be drawn: what cannot be seen is taken out, line ends are `\n`, what is too long is cut. */
export function drawable(text: string): string {
  const cut = text.length > MAX_TEXT_CHARS ? `${text.slice(0, MAX_TEXT_CHARS)}…` : text;
  return cut
    .toWellFormed()
    .replaceAll("\r\n", "\n")
    .replaceAll("\r", "\n")
    .replaceAll("\t", "    ")
    .replace(UNPRINTABLE, "\u00b7")
    .normalize("NFC");
}

/** What stands on every page, or names the paper, is one line. */
function line(text: string): string {
  const flat = drawable(text).replaceAll("\n", " ");
  return flat.length > MAX_LINE_CHARS ? `${flat.slice(0, MAX_LINE_CHARS)}…` : flat;
}

/** The paper with every text drawable. Throws Fault documents.paper.large beyond the bounds. */
export function drawablePaper(paper: Paper): Paper {
  if (paper.blocks.length > MAX_BLOCKS) throw tooLarge("blocks", paper.blocks.length, MAX_BLOCKS);
  const blocks = paper.blocks.map(drawableBlock);
  const chars = blocks.reduce((sum, block) => sum + textsOf(block).reduce((all, text) => all + text.length, 0), 0);
  if (chars > MAX_PAPER_CHARS) throw tooLarge("characters", chars, MAX_PAPER_CHARS);
  return {
    ...paper,
    title: line(paper.title),
    footer: line(paper.footer),
    ...(paper.subtitle === undefined ? {} : { subtitle: line(paper.subtitle) }),
    ...(paper.marking === undefined ? {} : { marking: line(paper.marking) }),
    ...(paper.exercise === undefined ? {} : { exercise: line(paper.exercise) }),
    blocks,
  };
}

function drawableBlock(block: Block): Block {
  switch (block.kind) {
    case "heading":
    case "paragraph":
    case "remark":
    case "verbatim":
      return { ...block, text: drawable(block.text) };
    case "list":
      return { ...block, items: block.items.map(drawable) };
    case "facts":
      return { ...block, rows: block.rows.map(([name, value]) => [drawable(name), drawable(value)] as const) };
    case "table": {
      const cells = block.rows.length * block.columns.length;
      if (cells > MAX_TABLE_CELLS) throw tooLarge("cells of a table", cells, MAX_TABLE_CELLS);
      const columns = block.columns.map((column) => ({ ...column, title: drawable(column.title) }));
      return { ...block, columns, rows: block.rows.map((row) => columns.map((_, at) => drawable(row[at] ?? ""))) };
    }
    case "pageBreak":
      return block;
  }
}

function textsOf(block: Block): readonly string[] {
  switch (block.kind) {
    case "heading":
    case "paragraph":
    case "remark":
    case "verbatim":
      return [block.text];
    case "list":
      return block.items;
    case "facts":
      return block.rows.flat();
    case "table":
      return [...block.columns.map(({ title }) => title), ...block.rows.flat()];
    case "pageBreak":
      return [];
  }
}

function tooLarge(what: string, has: number, most: number): Fault {
  return new Fault(
    "invalid",
    "documents.paper.large",
    `the paper has ${has} ${what}, at most ${most} can be laid out: take the JSON, or a part`,
    { what, has, most },
  );
}
