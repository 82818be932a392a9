import { describe, expect, test } from "vitest";
import type { CorrelationVector, VectorFile } from "./correlation-vectors.ts";
import { prepare, readCorrelationVectors, told } from "./correlation-vectors.ts";

for (const file of readCorrelationVectors()) {
  describe(`conformance/sigma/correlations/${file.name}`, () => {
    for (const vector of file.vectors) {
      test(vector.name, () => check(file, vector));
    }
  });
}

function check(file: VectorFile, vector: CorrelationVector): void {
  const { problems, raising, run } = prepare(file, vector);
  if (vector.refused !== undefined) {
    expect(problems.map(({ code }) => code)).toContain(vector.refused);
    return;
  }
  expect(problems).toEqual([]);
  if (vector.raising !== undefined) expect(raising).toEqual(vector.raising);
  const { findings, stats } = run();
  const expected = vector.findings ?? [];
  const found = findings.map((finding, index) =>
    told(finding, expected[index] ?? { from: 0, to: 0, count: 0, group: {} }),
  );
  expect(found).toEqual(expected.map((one) => ({ ...one })));
  if (vector.counters === undefined) return;
  const own = stats.find(({ correlationId }) => correlationId === "it") ?? {};
  expect(own).toMatchObject({ ...vector.counters });
}
