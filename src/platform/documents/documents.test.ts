import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openZip, textOfMember } from "../archive/index.ts";
import { MAX_TABLE_CELLS, MAX_WAITING } from "./limits.ts";
import type { Block, Paper } from "./model.ts";
import { Press } from "./press.ts";
import { textOfPdf } from "./testdata/pdf-text.ts";
import { drawable } from "./text.ts";

const BLOCKS: readonly Block[] = [
  { kind: "heading", level: 1, text: "Tóm tắt" },
  { kind: "paragraph", text: "Nguyễn Thị Phương Thảo phát hiện tiến trình lạ: ẫ ợ ữ ặ đ Đ." },
  { kind: "remark", text: "Ba sự kiện bị lược bỏ." },
  { kind: "facts", rows: [["SHA-256", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"]] },
  {
    kind: "table",
    columns: [
      { title: "Thời điểm", share: 2 },
      { title: "Số lượng", align: "right" },
    ],
    rows: [["22/11/2026 08:15", "1.024"], ["thiếu ô"]],
  },
  { kind: "list", ordered: true, items: ["Cô lập máy chủ", "Đổi mật khẩu"] },
  { kind: "list", items: ["Một việc"] },
  { kind: "verbatim", text: '{\n  "Image": "C:\\\\Windows\\\\cmd.exe"\n}' },
  { kind: "pageBreak" },
  { kind: "heading", level: 3, text: "Phụ lục" },
];
const PAPER: Paper = {
  title: "Hồ sơ sự cố HS-2026-0001",
  subtitle: "Báo cáo",
  language: "vi",
  marking: "TLP:AMBER+STRICT",
  exercise: "DIỄN TẬP",
  footer: "Trung tâm điều hành",
  createdAt: "2026-11-22T08:00:00Z",
  blocks: BLOCKS,
};
const SAID = [
  "Hồ sơ sự cố HS-2026-0001",
  "Nguyễn Thị Phương Thảo phát hiện tiến trình lạ: ẫ ợ ữ ặ đ Đ.",
  "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
  "thiếu ô",
  "Đổi mật khẩu",
  "Phụ lục",
];

test("a paper as PDF: its Vietnamese can be copied out again, marking and exercise stand on every page", async () => {
  const press = new Press();
  const pdf = await press.print(PAPER, "pdf");
  const { pages, text } = textOfPdf(pdf);
  expect(pages).toBe(2);
  const squeezed = text.replaceAll(/\s/gu, "");
  for (const said of SAID) expect(squeezed).toContain(said.replaceAll(/\s/gu, ""));
  for (const page of text.split("\f")) expect(page.replaceAll(/\s/gu, "")).toMatch(/DIỄNTẬP.*TLP:AMBER\+STRICT/su);
  expect(await press.print(PAPER, "pdf")).toEqual(pdf);
}, 60_000);

test("a paper as Word document: a package whose parts say the same", async () => {
  const parts = await partsOf(await new Press().print(PAPER, "docx"));
  const body = parts.get("word/document.xml") ?? "";
  for (const said of SAID) expect(body).toContain(said);
  const rest = [...parts].map(([name, xml]) => (/header|footer/u.test(name) ? xml : "")).join("");
  expect(rest).toContain("TLP:AMBER+STRICT");
  expect(rest).toContain("DIỄN TẬP");
}, 60_000);

test("hostile text is drawn, not obeyed", async () => {
  const hostile = "\u202Egpj.exe\u0000\u0007\ud800 <script>&amp;</w:t> \u200bx{{y}} \r\n" + "a".repeat(3000);
  const paper = { ...PAPER, title: hostile, marking: hostile, blocks: [{ kind: "paragraph", text: hostile } as const] };
  const press = new Press();
  const { text } = textOfPdf(await press.print(paper, "pdf"));
  expect(text.includes("·gpj.exe··� <script>&amp;</w:t> ·x{{y}}")).toBe(true);
  const body = (await partsOf(await press.print(paper, "docx"))).get("word/document.xml") ?? "";
  expect(body.slice(0, 10_000)).toContain("·gpj.exe··� &lt;script&gt;&amp;amp;&lt;/w:t&gt;");
}, 60_000);

test("what is too large is refused with the bound, and too many at once are asked to wait", async () => {
  const press = new Press();
  const rows = Array.from({ length: MAX_TABLE_CELLS + 1 }, () => ["x"]);
  const table: Block = { kind: "table", columns: [{ title: "x" }], rows };
  await expect(press.print({ ...PAPER, blocks: [table] }, "pdf")).rejects.toMatchObject({
    code: "documents.paper.large",
    params: { most: MAX_TABLE_CELLS },
  });
  const small = { ...PAPER, blocks: [] };
  const asked = Array.from({ length: MAX_WAITING + 1 }, () =>
    press.print(small, "docx").catch((error: unknown) => error),
  );
  const answers = await Promise.all(asked);
  expect(answers.filter((answer) => Buffer.isBuffer(answer))).toHaveLength(MAX_WAITING);
  expect(answers.at(-1)).toMatchObject({ code: "documents.press.busy" });
}, 60_000);

test("text keeps its letters and line ends", () => {
  expect(drawable("a\r\nb\rc\td")).toBe("a\nb\nc    d");
  expect(drawable("e\u0302\u0301")).toBe("ế");
  expect(drawable("x".repeat(30_000))).toHaveLength(20_001);
});

async function partsOf(word: Buffer): Promise<Map<string, string>> {
  const dir = await mkdtemp(join(tmpdir(), "khien-documents-"));
  try {
    const file = join(dir, "paper.docx");
    await writeFile(file, word);
    const parts = new Map<string, string>();
    for await (const member of openZip(file)) parts.set(member.name, await textOfMember(member));
    return parts;
  } finally {
    await rm(dir, { recursive: true });
  }
}
