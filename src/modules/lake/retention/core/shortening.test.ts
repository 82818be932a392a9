import { expect, test } from "vitest";
import { mayShorten } from "./shortening.ts";

const term = (keep: string | null, sensor = "web") => ({ sensor, product: "*", category: "*", service: "*", keep });

test.each([
  ["a new term bounds what was kept without end", undefined, term("P10Y"), true],
  ["a new term without end bounds nothing", undefined, term(null), false],
  ["a shorter one", term("P12M"), term("P11M"), true],
  ["a longer one", term("P12M"), term("P400D"), false],
  ["the same length in other units", term("P1Y"), term("P12M"), false],
  ["an end where there was none", term(null), term("P10Y"), true],
  ["no end where there was one", term("P1D"), term(null), false],
  ["other sources", term("P1Y", "web"), term("P2Y", "dc"), true],
  ["one that is removed", term("P1Y"), undefined, true],
])("%s: %#", (_what, before, after, shortens) => {
  expect(mayShorten(before, after, Date.UTC(2026, 10, 22))).toBe(shortens);
});
