import { describe, expect, test } from "vitest";
import type { Suggestion } from "../../api/hunt-types.ts";
import { completed, stillFits } from "./completion.ts";

const item = (kind: Suggestion["kind"], text: string): Suggestion => ({ kind, text });

describe("putting a suggestion into a query", () => {
  test.each([
    ["us", item("field", "user"), { from: 0, to: 2 }, "user:", 5],
    ["us:lan", item("field", "user"), { from: 0, to: 2 }, "user:lan", 5],
    ["user:l x", item("value", "lan"), { from: 5, to: 6 }, "user:lan x", 9],
    ["user:", item("value", '"Nguyễn Lan"'), { from: 5, to: 5 }, 'user:"Nguyễn Lan" ', 18],
    ["a | st", item("command", "stats"), { from: 4, to: 6 }, "a | stats ", 10],
    ["a | stats co", item("function", "count"), { from: 10, to: 12 }, "a | stats count()", 17],
    ["a | stats d", item("function", "dc"), { from: 10, to: 11 }, "a | stats dc(", 13],
    ["a | top 5 us", item("field", "user"), { from: 10, to: 12 }, "a | top 5 user", 14],
    ["a | where us", item("field", "user"), { from: 10, to: 12 }, "a | where user:", 15],
    ["a | join on host [us", item("field", "user"), { from: 18, to: 20 }, "a | join on host [user:", 23],
    ['cmd:"a | b" us', item("field", "user"), { from: 12, to: 14 }, 'cmd:"a | b" user:', 17],
  ])("%s", (text, chosen, place, written, cursor) => {
    expect(completed(text, chosen, place)).toEqual({ text: written, cursor });
  });
});

test("a list stays while its own word grows, and goes when another begins", () => {
  const told = { text: "user:l", from: 5 };
  expect(stillFits(told, { text: "user:la", cursor: 7 })).toBe(true);
  expect(stillFits(told, { text: "user:la ", cursor: 8 })).toBe(false);
  expect(stillFits(told, { text: "host:la", cursor: 7 })).toBe(false);
  expect(stillFits(told, { text: "user:l", cursor: 3 })).toBe(false);
});
