import { describe, expect, test } from "vitest";
import type { StoredEvent } from "../../../api/types.ts";
import { conditionOf, dayOf, draftOf, newForm, testsFor, untilOf } from "./exception-form.ts";

const NOW = new Date("2026-11-21T10:00:00Z");
const form = newForm("Trần Quốc Bảo", [{ field: "Computer", op: "equals", values: ["MAY-1"] }], NOW);

describe("an exception being written", () => {
  test("ends in 30 days unless somebody says otherwise", () => {
    expect(form.until).toBe(dayOf(new Date("2026-12-21T10:00:00Z")));
    expect(untilOf({ ...form, endless: true })).toBeNull();
    expect(untilOf({ ...form, until: "not a day" })).toBeNull();
  });

  test("a pasted list is a list of values, each once, without blanks around lines lost", () => {
    const rows = [{ key: 0, field: " Image ", op: "endswith" as const, values: "\\a.exe\r\n\\b.exe\n\n\\a.exe" }];
    expect(conditionOf({ ...form, rows })).toEqual({
      tests: [{ field: "Image", op: "endswith", values: ["\\a.exe", "\\b.exe"] }],
    });
  });

  test("is not sent half: a field without a value, a value without a field", () => {
    const row = { key: 0, op: "equals" as const };
    expect(conditionOf({ ...form, rows: [{ ...row, field: "a", values: "" }] })).toBeUndefined();
    expect(conditionOf({ ...form, rows: [{ ...row, field: "", values: "b" }] })).toBeUndefined();
    expect(draftOf({ ...form, rows: [] })).toBeUndefined();
  });

  test("says that it hides true positives only when that was accepted", () => {
    expect(draftOf(form)).not.toHaveProperty("acceptHidingTruePositives");
    expect(draftOf({ ...form, accepted: true })).toHaveProperty("acceptHidingTruePositives", true);
  });
});

test("the field an alert's entity came from", () => {
  const event = { fields: { "host.name": "may-1", Computer: "MAY-1", User: "x", n: null } } as unknown as StoredEvent;
  expect(testsFor(event, "may-1")).toEqual([{ field: "Computer", op: "equals", values: ["MAY-1"] }]);
  expect(testsFor(event, "nothing")).toEqual([]);
});
