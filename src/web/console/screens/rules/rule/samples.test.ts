import { expect, test } from "vitest";
import { samplesOf } from "./samples.ts";

const RULE = `title: A
description: |-
  raw: |-
    not a sample
x-khien:
  samples:
    firing:
      - format: json
        raw: |-
          {"a": 1}
      - raw: |
          line one
            line two
    silent:
      - format: json
        raw: |-
          {"a": 2}
  other:
    raw: |-
      not a sample either
`;

test("records of both kinds, with their inner indentation, and nothing else", () => {
  expect(samplesOf(RULE)).toEqual([
    { fires: true, raw: '{"a": 1}' },
    { fires: true, raw: "line one\n  line two" },
    { fires: false, raw: '{"a": 2}' },
  ]);
});

test("a rule without samples has none", () => {
  expect(samplesOf("title: A\nlevel: high\n")).toEqual([]);
});
