import { deserialize, serialize } from "node:v8";
import { describe, expect, test } from "vitest";
import { type CorrelatorState, openStream, parseRules, type StreamEvent } from "./sigma.ts";

const CONTENT = `title: Refused
id: refused
logsource: { product: linux, service: sshd }
detection:
  sel: { message|contains: refused }
  condition: sel
---
title: Guessing
correlation:
  type: event_count
  rules: refused
  group-by: address
  timespan: 1m
  condition: { gte: 3 }
---
title: Our own scanner
logsource: { product: linux, service: sshd }
filter:
  rules: [refused]
  scanner: { address: 10.0.0.9 }
  condition: not scanner
`;
const content = parseRules(CONTENT, { file: "content.yml" });
const T0 = Date.parse("2026-11-21T08:00:00Z");

function event(second: number, address: string): StreamEvent {
  const time = T0 + second * 1_000;
  return {
    id: `${second}-${address}`,
    time,
    receivedAt: time,
    logsource: { product: "linux", service: "sshd" },
    fields: { message: "password refused", address },
    raw: "",
  };
}

describe("the engine as a library", () => {
  test("rules, filters and correlations over one stream", () => {
    const stream = openStream(content);
    expect(stream.rejected).toEqual([]);
    const found = [0, 1, 2].map((second) => stream.take(event(second, "10.0.0.1")));
    // The rule only serves its correlation.
    expect(found.flatMap(({ matches }) => matches)).toEqual([]);
    expect(stream.take(event(3, "10.0.0.9")).hidden.map(({ rule, filter }) => [rule.title, filter.title])).toEqual([
      ["Refused", "Our own scanner"],
    ]);
    const findings = stream.advance(T0 + 20_000);
    expect(findings.map(({ group, count, from, to }) => ({ group, count, from, to }))).toEqual([
      { group: [{ field: "address", value: "10.0.0.1" }], count: 3, from: T0, to: T0 + 2_000 },
    ]);
  });

  test("a stream goes on after a restart where it was", () => {
    const before = openStream(content);
    before.take(event(0, "10.0.0.1"));
    before.take(event(1, "10.0.0.1"));
    const state = deserialize(serialize(before.snapshot())) as CorrelatorState;
    const after = openStream(content);
    expect(after.restore(state)).toEqual([]);
    for (const stream of [before, after]) stream.take(event(2, "10.0.0.1"));
    const findings = after.finish();
    expect(findings).toHaveLength(1);
    expect(findings).toEqual(before.finish());
  });
});
