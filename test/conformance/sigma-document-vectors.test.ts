import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parseRules } from "../../src/apps/sigma.ts";
import type { YamlNode } from "../../src/platform/yaml/index.ts";
import { parseYaml, plainValue } from "../../src/platform/yaml/index.ts";

type Expected = readonly Readonly<Record<string, unknown>>[];

interface DocumentVector {
  readonly name: string;
  readonly text: string;
  readonly rules?: Expected;
  readonly correlations?: Expected;
  readonly filters?: Expected;
  /** `<line> <code>`. */
  readonly refused?: readonly string[];
}

const folder = new URL("../../conformance/sigma/documents/", import.meta.url);

for (const file of readdirSync(folder)) {
  const [document] = parseYaml(readFileSync(new URL(file, folder), "utf8"));
  const { vectors } = plainValue(document?.root as YamlNode) as { vectors: readonly DocumentVector[] };
  describe(`conformance/sigma/documents/${file}`, () => {
    test("is well-formed", () => expect(document?.problems).toEqual([]));
    for (const vector of vectors) {
      test(vector.name, () => {
        const parsed = parseRules(vector.text);
        expect(parsed.problems.map(({ line, code }) => `${line} ${code}`)).toEqual(vector.refused ?? []);
        for (const kind of ["rules", "correlations", "filters"] as const) {
          expect(parsed[kind]).toHaveLength(vector[kind]?.length ?? 0);
          expect(parsed[kind]).toMatchObject(copied(vector[kind] ?? []));
        }
      });
    }
  });
}

/** Vectors are read into maps without a prototype, which `toMatchObject` takes for another type. */
function copied(expected: Expected): object[] {
  return JSON.parse(JSON.stringify(expected)) as object[];
}
