import { expect, test } from "vitest";
import { csvOf } from "./csv.ts";

test("quotes, line ends and commas are quoted", () => {
  expect(csvOf([["a", 'b"c', "d,e", "f\ng", 7]])).toBe('\uFEFFa,"b""c","d,e","f\ng",7\r\n');
});

test.each(["=1+1", "+1", "-1", "@x", "\tx"])("%j is text, not a formula", (value) => {
  expect(csvOf([[value]])).toContain(`'${value}`);
});
