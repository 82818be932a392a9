/** JSON documents that are almost right: values and names of samples taken away, renamed and made into others. Seeded. */
import { INHERITED, mutatedLine } from "./mutate-lines.ts";

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

const DEEP = 60;
const LONG = 5_000;

function nested(depth: number): Json {
  let value: Json = "x";
  for (let left = depth; left > 0; left--) value = left % 2 === 0 ? [value] : { a: value };
  return value;
}

/** What a sender may put where something else was expected. */
const VALUES: readonly (() => Json)[] = [
  () => null,
  () => true,
  () => -1,
  () => 1e308,
  () => 2 ** 64,
  () => "",
  () => "x".repeat(LONG),
  () => "\ud800",
  () => "2026-13-45T99:99:99Z",
  () => "::ffff:192.0.2.1",
  () => [],
  () => ({}),
  () => [1, [2, ["3"]], { a: null }],
  () => Array.from({ length: LONG }, (_, n) => n),
  () => nested(DEEP),
  ...INHERITED.map((word) => () => word),
];
const NAMES: readonly string[] = [...INHERITED, "", "a.b", "@timestamp", "time", "đ", "\0"];

function changed(value: Json, random: () => number): Json {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const isBranch = typeof value === "object" && value !== null;
  const names = isBranch ? Object.keys(value) : [];
  // The deeper, the rarer; so that top and leaves are both met.
  if (names.length === 0 || random() < 0.15) return random() < 0.3 ? [value, value] : pick(VALUES)();
  const name = pick(names);
  const entries = Object.entries(value as Record<string, Json>);
  const changedEntries = entries.flatMap(([key, one]): [string, Json][] => {
    if (key !== name) return [[key, one]];
    const chance = random();
    if (chance < 0.1) return [];
    if (chance < 0.2) return [[pick(NAMES), one]];
    return [[key, changed(one, random)]];
  });
  if (Array.isArray(value)) return changedEntries.map(([, one]) => one);
  // As JSON.parse would make it: `__proto__` is a member like any other.
  return Object.fromEntries(changedEntries);
}

/** A document made of one of the samples by one to six changes; a sample that is no JSON is changed as a line. */
export function mutatedDocument(samples: readonly string[], random: () => number): string {
  const sample = samples[Math.floor(random() * samples.length)] ?? "";
  let document: Json;
  try {
    document = JSON.parse(sample) as Json;
  } catch {
    return mutatedLine(samples, random);
  }
  for (let left = 1 + Math.floor(random() * 6); left > 0; left--) document = changed(document, random);
  return JSON.stringify(document);
}
