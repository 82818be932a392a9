import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openMembers, textOfMember } from "../../platform/archive/index.ts";
import { Press } from "../../platform/documents/index.ts";
import { textOfPdf } from "../../platform/documents/testdata/pdf-text.ts";
import { checkCode, sealStart } from "./core/check-code.ts";
import { handoverPaper, type Language, type PaperNote } from "./core/handover-paper.ts";

const LEVELS = { informational: 5, low: 4, medium: 3, high: 2, critical: 1 };
const SEAL = "1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f708192a3b4c5d6e7f809";
const RECEIPT = "ffeeddccbbaa99887766554433221100ffeeddccbbaa99887766554433221100";
const AT = Date.UTC(2026, 10, 22, 1, 5);

const NOTE: PaperNote = {
  seq: 12,
  id: "6f1c2d3e",
  at: AT,
  by: { name: "Nguyễn Thị Phương Thảo" },
  seal: SEAL,
  previous: "",
  content: {
    text: "Theo dõi **SRV-FILE01**\n\nGọi lại nhà mạng lúc 9 giờ <script>alert(1)</script>",
    shift: { rota: "Ca trực", name: "đêm", begins: AT - 8 * 3_600_000, ends: AT },
    figures: {
      at: AT,
      openByLevel: LEVELS,
      takenByLevel: { ...LEVELS, critical: 7 },
      oldestOpen: [
        {
          id: "a",
          title: { vi: "Xóa bản sao ổ đĩa", en: "Shadow copies deleted" },
          level: "high",
          entity: "WS-07",
          createdAt: AT - 60_000,
        },
      ],
      overdue: { afterMinutes: 15, n: 2 },
      takenByLeaving: [],
      cases: { open: 3 },
      clocks: null,
      silentSensors: [{ name: "fw-01", since: null }],
      exercise: null,
    },
  },
  receipt: { at: AT + 60_000, by: { name: "Trần Gia Bảo" }, remark: "Đã xem màn hình", seal: RECEIPT },
};

function sayIn(language: Language, missing: string[]) {
  const read = (path: string) =>
    JSON.parse(readFileSync(new URL(`../../../content/i18n/${path}`, import.meta.url), "utf8")) as Record<
      string,
      string
    >;
  const texts = { ...read(`${language}.json`), ...read(`parts/people.${language}.json`) };
  return (key: string, params: Readonly<Record<string, string | number>> = {}) => {
    if (texts[key] === undefined) missing.push(key);
    return (texts[key] ?? key).replaceAll(/\{(\w+)\}/gu, (_, name: string) => String(params[name] ?? ""));
  };
}
const squeezed = (text: string) => text.replaceAll(/\s/gu, "");

async function wordText(bytes: Buffer): Promise<string> {
  const dir = mkdtempSync(join(tmpdir(), "khien-word-"));
  try {
    const file = join(dir, "note.zip");
    writeFileSync(file, bytes);
    let text = "";
    for await (const member of openMembers(file)) text += (await textOfMember(member)).replaceAll(/<[^>]+>/gu, "");
    return text;
  } finally {
    rmSync(dir, { recursive: true });
  }
}

test.each(["vi", "en"] as const)(
  "the %s paper says all that was signed, as PDF and as Word",
  async (language) => {
    const missing: string[] = [];
    const paper = handoverPaper(NOTE, language, sayIn(language, missing));
    expect(missing).toEqual([]);
    const said = [
      "Nguyễn Thị Phương Thảo",
      "Trần Gia Bảo",
      "Đã xem màn hình",
      "Theo dõi **SRV-FILE01**",
      "WS-07",
      language === "vi" ? "Xóa bản sao ổ đĩa" : "Shadow copies deleted",
      "2026-11-22 01:05",
      "fw-01",
      SEAL,
      RECEIPT,
      "FFEED-DCCBB-AA998-87766",
    ];
    const press = new Press();
    const pdf = textOfPdf(await press.print(paper, "pdf")).text;
    for (const each of said) expect(squeezed(pdf), each).toContain(squeezed(each));
    expect(await press.print(paper, "pdf")).toEqual(await press.print(paper, "pdf"));
    const word = await wordText(await press.print(paper, "docx"));
    for (const each of said) expect(squeezed(word), each).toContain(squeezed(each));
  },
  60_000,
);

test("a note nobody received has the code of its own seal and says so", () => {
  const say = sayIn("en", []);
  const paper = handoverPaper({ ...NOTE, receipt: null }, "en", say);
  expect(paper.footer).toContain("1A2B3-C4D5E-6F708-192A3");
  expect(JSON.stringify(paper.blocks)).toContain("Not received");
});

test("a code is read as it is typed, and nothing else is one", () => {
  expect(sealStart(checkCode(SEAL))).toBe(SEAL.slice(0, 20));
  expect(sealStart(" 1a2b3 c4d5e6f708-192A3 ")).toBe(SEAL.slice(0, 20));
  for (const wrong of ["", "1A2B3", "%".repeat(20), `${checkCode(SEAL)}0`, "1A2B3-C4D5E-6F708-192AG"])
    expect(sealStart(wrong), wrong).toBeUndefined();
});
