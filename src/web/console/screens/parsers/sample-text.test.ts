import { describe, expect, test } from "vitest";
import { yamlParser } from "../../../../platform/yaml/index.ts";
import type { TriedLine } from "../../api/types.ts";
import { quoted, sampleText } from "./sample-text.ts";

const TRIED: TriedLine = {
  parser: "gate",
  defined: true,
  logsource: { product: "songlam", category: null, service: "gate" },
  time: "2026-11-18T09:14:05.000Z",
  host: null,
  entities: { srcIp: "192.0.2.5", user: "o'brien" },
  fields: { message: "the frame", gate: 7, user: "o'brien", reason: "a: b #c", tags: ["x"] },
  failure: null,
  nearest: null,
};

describe("a tried line as a sample", () => {
  test("reads back as what was understood", () => {
    const text = `samples:\n${sampleText("gate 7: 'o''brien'\tx", TRIED)}`;
    const [document] = yamlParser.parse(text);
    expect(document?.problems).toEqual([]);
    expect(text).toContain("src_ip");
    expect(text).toContain("'o''brien'");
    expect(text).not.toContain("the frame");
    expect(text).not.toContain("tags");
  });

  test("a line nothing understood is one that must not be taken", () => {
    expect(sampleText("??", { ...TRIED, parser: null })).toBe("  - line: '??'\n    matches: false\n");
  });

  test("quotes whatever stands in it", () => {
    expect(quoted("it's")).toBe("'it''s'");
    expect(quoted("a\nb")).toBe('"a\\nb"');
  });
});
