import { expect, test } from "vitest";
import { fits } from "../../../../../modules/lake/retention/core/term.ts";
import { TermInput } from "../../../../../modules/lake/retention/schemas.ts";
import type { RetentionRule, StoredSource, Term } from "../../../api/storage-types.ts";
import { formOf, inputOf, sourcesThatFit } from "./term-form.ts";

const source = (sensor: string, product: string | null = null): StoredSource => ({
  sensor,
  product,
  category: null,
  service: null,
  events: 1,
  rawBytes: 1,
  storedBytes: 1,
  compression: 1,
  oldest: "2026-11-01T00:00:00.000Z",
  newest: "2026-11-02T00:00:00.000Z",
  bytesPerDay: 1,
  terms: [],
  decidingTerm: null,
  lapsesAt: null,
});
const RULE: RetentionRule = {
  id: "by-level",
  instrument: "TCVN 14423:2026",
  article: "4.8",
  what: { vi: "v", en: "e" },
  applies_to: { vi: "v", en: "e" },
  keep_by_level: { 2: "P1M", 5: "P12M" },
  verification: "digest",
  confidence: "medium",
  as_of: "2026-11-21",
};

test("what the form sends is what the server takes, and comes back as the same form", () => {
  const own = { ...formOf(undefined, undefined), name: " Tường lửa ", sensor: "fw-*", count: "18", unit: "M" as const };
  const sent = TermInput.parse(inputOf(own));
  expect(sent).toMatchObject({ name: "Tường lửa", sensor: "fw-*", product: "*", keep: "P18M" });
  const stored: Term = {
    ...sent,
    keep: "P18M",
    id: "1",
    rule: null,
    level: null,
    binding: false,
    changedAt: "2026-11-02T00:00:00.000Z",
    changedBy: "lan",
  };
  expect(inputOf(formOf(stored, undefined))).toEqual(inputOf(own));
});

test("a rule with levels begins at the strictest", () => {
  expect(TermInput.parse(inputOf(formOf(undefined, RULE)))).toMatchObject({ rule: "by-level", level: 5 });
});

test.each(["*", "fw-*", "*-01", "fw-*-01", "fw-01", "*w*0*", ""])(
  "the pattern %j is about what the server says",
  (sensor) => {
    const form = { ...formOf(undefined, undefined), sensor, product: "*" };
    const sources = ["fw-01", "fw-chi-nhanh-01", "fw-", "dc-01", "-01", ""].map((name) => source(name));
    const wanted = { sensor: sensor || "*", product: "*", category: "*", service: "*" };
    expect(sourcesThatFit(form, sources)).toEqual(sources.filter((each) => fits(wanted, each)));
  },
);
