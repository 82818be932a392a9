import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { planRetention } from "./core/plan.ts";
import { addDuration, type AppliedTerm, fits, lapseOf } from "./core/term.ts";
import { loadRetentionRules } from "./rules.ts";

const day = (text: string) => Date.parse(`${text}T10:20:30.400Z`);
const ANY = { sensor: "*", product: "*", category: "*", service: "*" };
const source = (sensor: string, newestIngest: number, product: string | null = null) => ({
  sensor,
  product,
  category: null,
  service: null,
  newestIngest,
});
const segment = (name: string, ...sources: ReturnType<typeof source>[]) => ({ name, bytes: 100, sources });
const term = (id: string, keep: string, more: Partial<AppliedTerm> = {}): AppliedTerm => ({
  id,
  keep,
  sources: ANY,
  isBinding: false,
  ...more,
});

test.each([
  ["2026-01-31", "P1M", "2026-02-28"],
  ["2024-02-29", "P1Y", "2025-02-28"],
  ["2026-11-22", "P12M", "2027-11-22"],
  ["2026-12-31", "P2M", "2027-02-28"],
  ["2026-03-01", "P90D", "2026-05-30"],
])("%s and %s is %s, at the same time of day", (from, keep, until) => {
  expect(addDuration(day(from), keep)).toBe(day(until));
});

test.each([
  ["*", "", true],
  ["fw-*", "fw-1", true],
  ["fw-*", "afw-1", false],
  ["*.bank.vn", "dc1.bank.vn", true],
  ["a*b*c", "aXbYc", true],
  ["a*b*c", "acb", false],
  ["ab*ba", "aba", false],
  ["dc", "dc-1", false],
])("the pattern %s and the sensor %s: %s", (pattern, sensor, expected) => {
  expect(fits({ ...ANY, sensor: pattern }, { ...source(sensor, 0) })).toBe(expected);
});

describe("a segment", () => {
  const now = day("2026-11-22");
  const plan = (segments: ReturnType<typeof segment>[], terms: AppliedTerm[], more = {}) =>
    planRetention({ segments, terms, quotaBytes: undefined, now, holds: new Map(), ...more });

  test("with sources of different terms is kept for the longest of them", () => {
    const terms = [
      term("short", "P30D", { sources: { ...ANY, sensor: "web" } }),
      term("long", "P12M", { sources: { ...ANY, sensor: "dc" } }),
    ];
    const mixed = segment("mixed", source("web", day("2026-01-01")), source("dc", day("2026-01-01")));
    expect(lapseOf(mixed, terms)).toEqual({ at: day("2027-01-01"), boundUntil: 0, terms: ["long"] });
    expect(plan([mixed, segment("web", source("web", day("2026-01-01")))], terms).drops).toEqual([
      { name: "web", bytes: 100, cause: "retention", terms: ["short"] },
    ]);
  });

  test("with a source no term fits is kept without end", () => {
    const terms = [term("web", "P1D", { sources: { ...ANY, sensor: "web" } })];
    const mixed = segment("mixed", source("web", 0), source("unknown", 0));
    expect(lapseOf(mixed, terms).at).toBeUndefined();
    expect(plan([mixed], terms).drops).toEqual([]);
    expect(plan([mixed], []).drops).toEqual([]);
  });

  test("is due exactly at the end of its term", () => {
    const due = segment("s", source("a", day("2026-10-22")));
    expect(plan([due], [term("t", "P1M")]).drops).toHaveLength(1);
    expect(plan([due], [term("t", "P32D")]).drops).toHaveLength(0);
  });

  test("that is held stays, and is told", () => {
    const due = segment("s", source("a", 0));
    const holds = new Map([["s", ["case-7"]]]);
    expect(plan([due], [term("t", "P1M")], { holds, quotaBytes: 1 })).toEqual({
      drops: [],
      held: [{ name: "s", holds: ["case-7"] }],
      overQuotaBytes: 99,
    });
  });

  test("goes for the quota, oldest first, unless law or a hold keeps it", () => {
    const segments = ["a", "b", "c", "d"].map((name, at) => segment(name, source(name, day(`2026-0${at + 1}-01`))));
    const terms = [term("own", "P10Y"), term("law", "P12M", { isBinding: true, sources: { ...ANY, sensor: "a" } })];
    const holds = new Map([["b", ["case"]]]);
    const { drops, overQuotaBytes } = plan(segments, terms, { quotaBytes: 150, holds });
    expect(drops.map(({ name, cause }) => [name, cause])).toEqual([
      ["c", "quota"],
      ["d", "quota"],
    ]);
    expect(overQuotaBytes).toBe(50);
  });
});

test("the rules of law load, with article and verification", async () => {
  const dir = fileURLToPath(new URL("../../../../content/retention/", import.meta.url));
  const { rules, problems } = await loadRetentionRules(dir);
  expect(problems).toEqual([]);
  expect(rules.get("vn-log-by-level")?.keep_by_level).toEqual({ 2: "P1M", 3: "P3M", 4: "P6M", 5: "P12M" });
  expect([...rules.values()].every(({ article, verification }) => article !== "" && verification !== undefined)).toBe(
    true,
  );
});
