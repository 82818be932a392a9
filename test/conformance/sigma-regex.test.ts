/**
 * Every regular expression of SigmaHQ's rules: runs here, says what RE2 says whichever engine answers, and stays linear on
 * texts made of its own parts.
 */
import fc from "fast-check";
import { RE2JS } from "re2js";
import { describe, expect, test } from "vitest";
import type { RegexFlags, SelectionNode } from "../../src/modules/detection/core/sigma/index.ts";
import { EMPTY_LOG_SOURCE_MAP } from "../../src/modules/detection/core/sigma/index.ts";
import { loadRules } from "../../src/modules/detection/rule-import.ts";
import type { LinearRegex } from "../../src/platform/regex/index.ts";
import { compileLinearRegex } from "../../src/platform/regex/index.ts";
import { sharedData } from "../shared-data.ts";

interface Pattern {
  readonly source: string;
  readonly flags: RegexFlags;
}

const archive = sharedData("detection/sigma-rules/sigma-rules.tar.gz");
const patterns = await patternsOf(archive);

async function patternsOf(path: string | undefined): Promise<readonly Pattern[]> {
  if (path === undefined) return [];
  const { rules } = await loadRules(path, { logSourceMap: EMPTY_LOG_SOURCE_MAP });
  const found = new Map<string, Pattern>();
  const visit = (node: SelectionNode): void => {
    if (node.kind !== "item") return node.nodes.forEach(visit);
    for (const one of node.item.tests) {
      if (one.kind === "regex") found.set(JSON.stringify([one.source, one.flags]), one);
    }
  };
  for (const { detection } of rules) for (const { body } of detection.selections) visit(body);
  return [...found.values()];
}

function compiled({ source, flags }: Pattern): LinearRegex {
  const result = compileLinearRegex(source, flags);
  if ("refused" in result) throw new Error(`${source}: ${result.refused}`);
  return result;
}

function reference({ source, flags }: Pattern): RE2JS {
  const bits =
    (flags.ignoreCase ? RE2JS.CASE_INSENSITIVE : 0) |
    (flags.multiline ? RE2JS.MULTILINE : 0) |
    (flags.dotAll ? RE2JS.DOTALL : 0);
  return RE2JS.compile(source, bits);
}

/** Pieces of text a pattern speaks of: its words without operators, and single characters of all kinds. */
function piecesOf(source: string): readonly string[] {
  const words = source
    .replace(/\(\?[a-z]*:?|\\[dwsbDWSB]|\{\d+(?:,\d*)?\}/g, " ")
    .replace(/\\(.)/g, "$1")
    .split(/[\s()|[\]*+?^$]+/)
    .filter((word) => word !== "");
  return [...words, ..." \n\t\r1a9zAZ_-–/\\.\"'`{}&;,=+kKsSſ\u212aé😀".split("")];
}

/** Linear growth shows 20, quadratic 400. */
const SHORT = 4_000;
const FACTOR = 20;
const MOST = 100;
/** Processor time, not the clock: others may share the machine. Below this it says little; a quadratic search of the long text takes seconds. */
const TOO_FAST_MS = 20;
/** What the system's accounting of processor time can tell apart. */
const TICK_MS = 4;

describe.skipIf(archive === undefined)("SigmaHQ's patterns (skipped without the shared data)", () => {
  test("all run, most of them natively", () => {
    const engines = patterns.map((pattern) => compiled(pattern).engine);
    expect(patterns.length).toBeGreaterThan(150);
    expect(engines.filter((engine) => engine === "native").length / engines.length).toBeGreaterThan(0.6);
  });

  test("say what RE2 says", () => {
    for (const pattern of patterns) {
      const regex = compiled(pattern);
      const truth = reference(pattern);
      const text = fc.array(fc.constantFrom(...piecesOf(pattern.source)), { maxLength: 24 });
      for (const parts of fc.sample(text, 150)) {
        const one = parts.join("");
        expect({ source: pattern.source, one, found: regex.test(one) }).toEqual({
          source: pattern.source,
          one,
          found: truth.test(one),
        });
      }
    }
  }, 60_000);

  test("grow no faster than the text", () => {
    for (const pattern of patterns) {
      const regex = compiled(pattern);
      const pieces = piecesOf(pattern.source);
      for (const pump of [pieces[0], pieces.slice(0, 3).join(""), "a", " ", "\\"] as string[]) {
        const text = (length: number): string => `${pump.repeat(Math.ceil(length / pump.length))}\u0000`;
        const long = best(() => regex.test(text(SHORT * FACTOR)));
        if (long < TOO_FAST_MS) continue;
        expect({ source: pattern.source, pump, growth: long / best(() => regex.test(text(SHORT))) < MOST }).toEqual({
          source: pattern.source,
          pump,
          growth: true,
        });
      }
    }
  }, 120_000);
});

function best(work: () => void): number {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 2; round++) {
    const before = process.threadCpuUsage();
    work();
    const { user, system } = process.threadCpuUsage(before);
    least = Math.min(least, (user + system) / 1_000);
  }
  return Math.max(least, TICK_MS);
}
