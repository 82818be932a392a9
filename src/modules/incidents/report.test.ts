import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Block } from "../../platform/documents/index.ts";
import type { PartContent } from "./parts/schemas.ts";
import { caseReport } from "./report.ts";
import { reportPaper } from "./report-paper.ts";
import { type House, openHouse } from "./testdata/house.ts";

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

const CONTENTS: readonly PartContent[] = [
  { kind: "indicator", type: "ip", value: "203.0.113.9", verdict: "malicious", source: "", note: "" },
  { kind: "note", title: "Nhận định", markdown: "máy đã bị chiếm" },
  {
    kind: "message",
    time: "2026-11-21T07:00:00Z",
    direction: "in",
    channel: "phone",
    counterpart: "Bà Nga",
    summary: "Máy chậm",
  },
  {
    kind: "decision",
    time: "2026-11-21T07:30:00Z",
    what: "Ngắt mạng",
    by: "Lan",
    reason: "lan rộng",
    alternatives: "",
    facts: [],
  },
];

async function report(alerts: string[]) {
  const id = await house.open({ title: "Mã độc", tlp: "RED", alerts });
  for (const content of CONTENTS) await house.incidents.parts.add(id, content, house.as("lan"));
  const { who } = house.as("lan");
  const { items } = await house.incidents.views.history(id, who);
  const whole = await house.incidents.views.page(id, who);
  return caseReport({ whole, history: items, evidence: [], madeAt: house.clock.now(), madeBy: "Lan" });
}

const catalogue = (language: "vi" | "en"): Record<string, string> => {
  const read = (path: string) =>
    JSON.parse(readFileSync(new URL(`../../../content/i18n/${path}`, import.meta.url), "utf8")) as Record<
      string,
      string
    >;
  return { ...read(`${language}.json`), ...read(`parts/cases.${language}.json`) };
};

test.each(["vi", "en"] as const)(
  "the %s paper carries TLP and exercise on every page and asks for no text that is missing",
  async (language) => {
    const texts = catalogue(language);
    const missing: string[] = [];
    const say = (key: string) => {
      if (texts[key] === undefined) missing.push(key);
      return texts[key] ?? key;
    };
    const paper = reportPaper(await report(["drill"]), language, say);
    expect(missing).toEqual([]);
    expect(paper).toMatchObject({ marking: "TLP:RED", exercise: texts["case.exercise"], language });
    const headings = paper.blocks.flatMap((block: Block) => (block.kind === "heading" ? [block.text] : []));
    for (const kind of ["fact", "task", "asset", "indicator", "message", "decision"])
      expect(headings).toContain(texts[`case.list.${kind}`]);
  },
);

test("what is hidden is not in the report, and a real case is not marked as an exercise", async () => {
  const told = await report(["a1"]);
  expect(told.exercise).toBe(false);
  expect(told.timeline).toHaveLength(5);
  const id = await house.open({ title: "Một" });
  const added = await house.incidents.parts.add(id, CONTENTS[1] as PartContent, house.as("lan"));
  await house.incidents.parts.hide(id, added.id, {
    asked: { version: 1, hidden: true, reason: "nhầm" },
    by: house.as("lan"),
  });
  const whole = await house.incidents.views.page(id, house.as("lan").who);
  const { notes } = caseReport({ whole, history: [], evidence: [], madeAt: 0, madeBy: "Lan" });
  expect(notes).toEqual([]);
});
