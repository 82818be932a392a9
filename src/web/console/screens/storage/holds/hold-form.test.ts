import { expect, test } from "vitest";
import { HoldInput } from "../../../../../modules/lake/retention/schemas.ts";
import { EMPTY_HOLD, inputOf, isUnbounded, linesOf, wrongIds } from "./hold-form.ts";

const ID = "0123456789abcdef0123456789abcdef";
const form = { ...EMPTY_HOLD, name: "Vụ 17/2026", reason: "Yêu cầu của cơ quan điều tra" };

test("a list is pasted as it comes", () => {
  expect(linesOf(" dc-01\nweb-02 ; web-02,\n\n db-03")).toEqual(["dc-01", "web-02", "db-03"]);
});

test("what the form sends is what the server takes", () => {
  const search = { ...form, query: "user:lan", from: "2026-11-01T08:00", hosts: "dc-01\ndc-02" };
  expect(HoldInput.parse(inputOf(search)).scope).toMatchObject({
    query: "user:lan",
    hosts: ["dc-01", "dc-02"],
    sensors: [],
  });
  const events = { ...form, by: "events" as const, events: `${ID.toUpperCase()} ${ID}` };
  expect(HoldInput.parse(inputOf(events)).scope).toEqual({ events: [ID] });
});

test("a hold of everything, and ids that are none, are told before they are sent", () => {
  expect(isUnbounded(form)).toBe(true);
  expect(isUnbounded({ ...form, sensors: "dc" })).toBe(false);
  expect(isUnbounded({ ...form, by: "events" })).toBe(true);
  expect(wrongIds({ ...form, by: "events", events: `${ID}\nxyz` })).toEqual(["xyz"]);
});
