/**
 * Worst cases of regular expressions: every evil pattern (src/platform/regex/testdata) on its evil texts, at 10,000,
 * 100,000 and 1,000,000 characters, with the growth from one to the next. Linear is 10; quadratic would be 100.
 *
 *   node bench/regex.ts [--top 15]
 */
import { parseArgs } from "node:util";
import type { LinearRegex } from "../src/platform/regex/index.ts";
import { compileLinearRegex } from "../src/platform/regex/index.ts";
import { EVIL_PATTERNS, evilTexts, REFUSED_PATTERNS } from "../src/platform/regex/testdata/evil-patterns.ts";

const { values } = parseArgs({ options: { top: { type: "string", default: "15" } } });
const none = { ignoreCase: false, multiline: false, dotAll: false };
const lengths = [10_000, 100_000, 1_000_000];

interface Measured {
  readonly source: string;
  readonly regex: LinearRegex;
  readonly ms: readonly number[];
}

function timeOf(work: () => void): number {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 2; round++) {
    const started = performance.now();
    work();
    least = Math.min(least, performance.now() - started);
  }
  return least;
}

function measure(evil: (typeof EVIL_PATTERNS)[number]): Measured {
  const regex = compileLinearRegex(evil.source, none);
  if ("refused" in regex) throw new Error(`${evil.source}: ${regex.refused}`);
  for (const text of evilTexts(evil, 1_000)) regex.test(text);
  const ms = lengths.map((length) =>
    Math.max(...evilTexts(evil, length).map((text) => timeOf(() => regex.test(text)))),
  );
  return { source: evil.source, regex, ms };
}

const results = EVIL_PATTERNS.map(measure);
const slowest = (one: Measured): number => Math.max(...one.ms);
const native = results.filter(({ regex }) => regex.engine === "native");
console.log(
  `${results.length} patterns, ${native.length} by Node's engine; ${REFUSED_PATTERNS.length} more are refused`,
);
for (const [index, length] of lengths.entries()) {
  const times = results.map(({ ms }) => ms[index] as number).sort((one, two) => one - two);
  const at = (share: number): string => (times[Math.floor((times.length - 1) * share)] as number).toFixed(2);
  console.log(`${String(length).padStart(9)} characters: median ${at(0.5)} ms, 90 % ${at(0.9)} ms, worst ${at(1)} ms`);
}
console.log("\n   10 k ms    100 k ms      1 M ms  growth  engine   searched  pattern");
for (const { source, regex, ms } of results
  .sort((one, two) => slowest(two) - slowest(one))
  .slice(0, Number(values.top))) {
  const columns = ms.map((one) => one.toFixed(2).padStart(10)).join("  ");
  const growth = ((ms[2] as number) / (ms[1] as number)).toFixed(1).padStart(6);
  console.log(`${columns}  ${growth}  ${regex.engine.padEnd(6)} ${String(regex.searched).padStart(10)}  ${source}`);
}
