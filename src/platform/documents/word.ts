import {
  AlignmentType,
  BorderStyle,
  Document,
  Footer,
  Header,
  HeadingLevel,
  type IParagraphOptions,
  LevelFormat,
  Packer,
  PageNumber,
  Paragraph,
  Table,
  TableCell,
  TableRow,
  TextRun,
  WidthType,
} from "docx";
import type { Block, Column, Paper } from "./model.ts";
import { drawablePaper } from "./text.ts";

const HEADING = { 1: HeadingLevel.HEADING_1, 2: HeadingLevel.HEADING_2, 3: HeadingLevel.HEADING_3 } as const;
const QUIET = "59626E";
const WARN = "8A5A00";
/** Twentieths of a point: A4 less two margins of 2.4 cm. */
const TEXT_WIDTH = 9186;
const NUMBERED = "numbered";

/** The paper as a Word document (Office Open XML), to be worked on further. */
export async function renderWord(paper: Paper): Promise<Buffer> {
  const drawn = drawablePaper(paper);
  let lists = 0;
  const body = drawn.blocks.flatMap((block) => draw(block, () => lists++));
  const document = new Document({
    title: drawn.title,
    creator: "Khiên",
    lastModifiedBy: "Khiên",
    styles: {
      default: {
        document: {
          run: { font: "Arial", size: 20, language: { value: drawn.language === "vi" ? "vi-VN" : "en-GB" } },
        },
      },
    },
    numbering: {
      config: [
        {
          reference: NUMBERED,
          levels: [{ level: 0, format: LevelFormat.DECIMAL, text: "%1.", alignment: AlignmentType.START }],
        },
      ],
    },
    sections: [
      {
        properties: { page: { size: { width: 11_906, height: 16_838 }, margin: { left: 1360, right: 1360 } } },
        headers: { default: new Header({ children: head(drawn) }) },
        footers: { default: new Footer({ children: [foot(drawn)] }) },
        children: [
          new Paragraph({ heading: HeadingLevel.TITLE, children: lines(drawn.title) }),
          ...(drawn.subtitle === undefined
            ? []
            : [new Paragraph({ children: lines(drawn.subtitle, { color: QUIET, size: 22 }) })]),
          ...body,
        ],
      },
    ],
  });
  return Packer.toBuffer(document);
}

function head({ marking, exercise }: Paper): Paragraph[] {
  return [
    ...(exercise === undefined ? [] : [new Paragraph({ children: lines(exercise, { bold: true, color: WARN }) })]),
    ...(marking === undefined
      ? []
      : [new Paragraph({ alignment: AlignmentType.RIGHT, children: lines(marking, { bold: true }) })]),
  ];
}

function foot({ footer, marking }: Paper): Paragraph {
  const said = `${footer}${marking === undefined ? "" : `  ·  ${marking}`}  ·  `;
  return new Paragraph({
    children: [
      ...lines(said, { size: 16, color: QUIET }),
      new TextRun({ size: 16, color: QUIET, children: [PageNumber.CURRENT, " / ", PageNumber.TOTAL_PAGES] }),
    ],
  });
}

function draw(block: Block, nextList: () => number): (Paragraph | Table)[] {
  switch (block.kind) {
    case "heading":
      return [new Paragraph({ heading: HEADING[block.level], children: lines(block.text) })];
    case "paragraph":
      return [new Paragraph({ spacing: { after: 100 }, children: lines(block.text) })];
    case "remark":
      return [new Paragraph({ ...FRAMED, children: lines(block.text, { color: WARN }) })];
    case "verbatim":
      return [new Paragraph({ ...FRAMED, children: lines(block.text, { font: "Courier New", size: 16 }) })];
    case "list": {
      const instance = nextList();
      return block.items.map(
        (item) =>
          new Paragraph({
            children: lines(item),
            ...(block.ordered ? { numbering: { reference: NUMBERED, level: 0, instance } } : { bullet: { level: 0 } }),
          }),
      );
    }
    case "facts":
      return block.rows.length === 0
        ? []
        : [
            grid(
              [3, 7],
              block.rows.map(([name, value]) => [cell(name, { color: QUIET }), cell(value)]),
            ),
          ];
    case "table":
      return [table(block.columns, block.rows)];
    case "pageBreak":
      return [new Paragraph({ pageBreakBefore: true })];
  }
}

function table(columns: readonly Column[], rows: readonly (readonly string[])[]): Table {
  const aligned = (at: number): Alignment =>
    columns[at]?.align === "right" ? AlignmentType.RIGHT : AlignmentType.LEFT;
  return grid(
    columns.map(({ share }) => share ?? 1),
    rows.map((row) => columns.map((_, at) => cell(row[at] ?? "", { size: 18 }, aligned(at)))),
    columns.map(({ title }, at) => cell(title, { bold: true, size: 18 }, aligned(at))),
  );
}

function grid(shares: readonly number[], rows: readonly TableCell[][], titles?: TableCell[]): Table {
  const whole = shares.reduce((sum, share) => sum + share, 0);
  return new Table({
    width: { size: TEXT_WIDTH, type: WidthType.DXA },
    columnWidths: shares.map((share) => Math.round((share / whole) * TEXT_WIDTH)),
    borders: BORDERS,
    rows: [
      ...(titles === undefined ? [] : [new TableRow({ tableHeader: true, children: titles })]),
      ...rows.map((children) => new TableRow({ children })),
    ],
  });
}

type Look = { bold?: boolean; color?: string; size?: number; font?: string };
type Alignment = (typeof AlignmentType)["LEFT"] | (typeof AlignmentType)["RIGHT"];

function cell(text: string, look: Look = {}, alignment: Alignment = AlignmentType.LEFT): TableCell {
  return new TableCell({ children: [new Paragraph({ alignment, children: lines(text, look) })] });
}

function lines(text: string, look: Look = {}): TextRun[] {
  return text.split("\n").map((line, at) => new TextRun({ ...look, text: line, ...(at === 0 ? {} : { break: 1 }) }));
}

const NONE = { style: BorderStyle.NONE, size: 0, color: "auto" };
const BORDERS = {
  top: NONE,
  left: NONE,
  right: NONE,
  insideVertical: NONE,
  bottom: { style: BorderStyle.SINGLE, size: 4, color: "B8BEC6" },
  insideHorizontal: { style: BorderStyle.SINGLE, size: 4, color: "B8BEC6" },
};
const FRAMED: IParagraphOptions = {
  spacing: { before: 80, after: 120 },
  border: { left: { style: BorderStyle.SINGLE, size: 12, space: 6, color: "B8BEC6" } },
};
