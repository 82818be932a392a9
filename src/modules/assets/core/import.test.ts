import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readCsv } from "../../../platform/csv/index.ts";
import { type KnownSystem, type KnownSystems, planImport } from "./import-plan.ts";
import { draftsOf, recordsOfTable } from "./import-rows.ts";
import { lineOfError, linesOfItems } from "./json-lines.ts";
import { EMPTY_SYSTEM } from "./system.ts";
import { ownershipOf } from "./ownership.ts";

const BOUNDS = { rows: 1_000, columns: 20, cell: 1_000 };
const NOBODY: KnownSystems = { byCode: new Map(), byName: new Map(), get: () => undefined, parentOf: () => null };

function draftsOfText(text: string) {
  const { records, problems } = recordsOfTable(readCsv(text, BOUNDS).rows);
  const read = draftsOf(records);
  return { drafts: read.drafts, problems: [...problems, ...read.problems] };
}

describe("rows of a table", () => {
  test("never throw, whatever the text", () => {
    fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => void draftsOfText(text)));
  });

  test("one system on many rows, Vietnamese heads and words", () => {
    const { drafts, problems } = draftsOfText(
      [
        "Mã;Tên hệ thống;Chủ quản;Mức quan trọng;Dịch vụ;Loại;Giá trị",
        "HS01;Một cửa điện tử;Sở Thông tin;Rất cao;Cổng;máy chủ;web01",
        "HS01;;;;Cổng;ip;10.1.2.0/24",
        "HS01;;;;;tên miền;*.motcua.gov.vn",
      ].join("\n"),
    );
    expect(problems).toEqual([]);
    expect(drafts).toHaveLength(1);
    expect(drafts[0]).toMatchObject({
      line: 2,
      criticality: "critical",
      facts: { code: "HS01", name: "Một cửa điện tử", owner: "Sở Thông tin" },
      services: [{ name: "Cổng" }],
    });
    expect(drafts[0]?.identifiers.map(({ kind, value, service }) => [kind, value, service])).toEqual([
      ["host", "web01", "Cổng"],
      ["address", "10.1.2.0/24", "Cổng"],
      ["domain", "*.motcua.gov.vn", null],
    ]);
  });

  test("lists in one cell, an apostrophe of the export", () => {
    const { drafts } = draftsOfText('name,host,address\nA,"web01; web02",\'10.0.0.1');
    expect(drafts[0]?.identifiers.map(({ value }) => value)).toEqual(["web01", "web02"]);
    expect(draftsOfText("name,notes\nA,'=1+1").drafts[0]?.facts.notes).toBe("=1+1");
  });

  test.each([
    ["name,colour\nA,red", 1, "column_unknown"],
    ["owner\nA", 1, "column_missing"],
    ["name,name\nA,B", 1, "column_twice"],
    ["name,owner\n,B", 2, "name_missing"],
    ["name,kind,value\nA,planet,mars", 2, "kind_unknown"],
    ["name,kind,value\nA,ip,10.0.0.300", 2, "identifier_wrong"],
    ["name,criticality\nA,huge", 2, "criticality_unknown"],
    ["name,owner\nA,x\nA,y", 3, "differs"],
    [`name\n${"x".repeat(300)}`, 2, "too_long"],
  ])("%j is refused on line %i: %s", (text, line, code) => {
    expect(draftsOfText(text).problems).toContainEqual(expect.objectContaining({ line, code }));
  });
});

describe("planning", () => {
  const known = (systems: readonly KnownSystem[]): KnownSystems => ({
    byCode: new Map(systems.flatMap(({ id, code }) => (code === null ? [] : [[code.toLowerCase(), id]]))),
    byName: new Map(
      [...Map.groupBy(systems, ({ name }) => name.toLowerCase())].map(([n, s]) => [n, s.map((x) => x.id)]),
    ),
    get: (id) => systems.find((each) => each.id === id),
    parentOf: (id) => systems.find((each) => each.id === id)?.parentId ?? null,
  });
  const plan = (text: string, register: KnownSystems = NOBODY) => {
    const { drafts, problems } = draftsOfText(text);
    const planned = planImport(drafts, register, (at) => `new-${at}`);
    return { ...planned, problems: [...problems, ...planned.problems] };
  };

  test("what is not said stays, and the same again changes nothing", () => {
    const held: KnownSystem = { ...EMPTY_SYSTEM, id: "1", code: "hs01", name: "A", owner: "X", notes: "kept" };
    const first = plan("code,owner,host\nHS01,Y,web01", known([held]));
    expect(first.systems[0]).toMatchObject({ id: "1", isNew: false, content: { owner: "Y", notes: "kept" } });
    const after = first.systems[0]?.content ?? EMPTY_SYSTEM;
    expect(
      plan("code,owner,host\nHS01,Y,web01", known([{ ...after, id: "1", code: "hs01" }])).systems[0]?.changes,
    ).toEqual([{ field: "code", from: "hs01", to: "HS01" }]);
    expect(plan("code,owner,host\nHS01,Y,WEB01.", known([{ ...after, id: "1" }])).systems[0]?.changes).toEqual([]);
  });

  test("a system above may stand further down", () => {
    const { systems, problems } = plan("name,parent\nCon,Cha\nCha,");
    expect(problems).toEqual([]);
    expect(systems[0]?.content.parentId).toBe(systems[1]?.id);
  });

  test.each([
    ["name,parent\nA,B\nB,A", "parent_loop"],
    ["name,parent\nA,Không có", "parent_missing"],
    ["code,owner\nHS99,X", "name_needed"],
  ])("%j: %s", (text, code) => {
    expect(plan(text).problems).toContainEqual(expect.objectContaining({ code }));
  });

  test("a name that two systems have names none of them", () => {
    const two = ["1", "2"].map((id): KnownSystem => ({ ...EMPTY_SYSTEM, id, name: "A" }));
    expect(plan("name,owner\nA,X", known(two)).problems).toMatchObject([{ line: 2, code: "name_ambiguous" }]);
  });
});

test("lines of a JSON file", () => {
  const text = '{\n"systems": [\n {"name": "a\\"{", "services": [{"name": "x"}]},\n\n {"name":"b"}]}';
  expect(linesOfItems(text)).toEqual([3, 5]);
  expect(lineOfError("a\nb\nc", "Unexpected token at position 3")).toBe(2);
});

test("ownership is folded from history", () => {
  const owner = (from: string | null, to: string | null) => [{ field: "owner" as const, from, to }];
  expect(
    ownershipOf([
      { at: 1, changes: owner(null, "Sở A") },
      { at: 2, changes: [] },
      { at: 3, changes: owner("Sở A", "Sở B") },
    ]),
  ).toEqual([
    { owner: "Sở A", operator: null, from: 1, to: 3 },
    { owner: "Sở B", operator: null, from: 3, to: null },
  ]);
});
