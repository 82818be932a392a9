import { describe, expect, test } from "vitest";
import type { LogSource } from "../kernel/index.ts";
import { isFed } from "../modules/detection/core/sigma/index.ts";
import { loadFedLogSources } from "./log-sources.ts";

const { map, problems } = await loadFedLogSources();
const fed = (source: LogSource): boolean => isFed({ ...source, line: 0 }, map);

describe("log sources of this place", () => {
  test("are what the maps say and what the parsers make", () => {
    expect(problems).toEqual([]);
    for (const source of [
      { product: "windows", service: "sysmon" },
      { product: "fortigate", service: "event" },
      { product: "cisco", service: "aaa" },
      { category: "database" },
      { product: "dns" },
    ])
      expect(fed(source), JSON.stringify(source)).toBe(true);
  });

  test("a source nobody makes is not fed, and a parser that only unwraps feeds nothing", () => {
    expect(fed({ product: "qualys" })).toBe(false);
    expect(map.fed.some((source) => Object.keys(source).length === 0)).toBe(false);
  });
});
