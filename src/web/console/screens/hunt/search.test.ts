import { expect, test } from "vitest";
import { canFollow, columnsOf, hasCommands, spanOf } from "./search.ts";

test("a bar inside quotes begins no command", () => {
  expect(hasCommands('cmd:"a | b" user:lan')).toBe(false);
  expect(hasCommands('cmd:"a | b" | top host')).toBe(true);
});

test("what only filters can be followed", () => {
  expect(canFollow("user:lan")).toBe(true);
  expect(canFollow("user:lan | where dst_port:>1024")).toBe(true);
  expect(canFollow("user:lan | where dst_port:>1024 | stats count()")).toBe(false);
});

test("a relative range is resolved against one moment", () => {
  expect(spanOf({ range: "1h" }, Date.UTC(2026, 10, 22, 5))).toEqual({
    from: "2026-11-22T04:00:00.000Z",
    to: "2026-11-22T05:00:00.000Z",
  });
  expect(columnsOf({ cols: "Image,ParentImage" })).toEqual(["Image", "ParentImage"]);
  expect(columnsOf({})).toBeUndefined();
});
