import { expect, test } from "vitest";
import type { Fields } from "../../../../../kernel/index.ts";
import { linearRegex } from "../../../../../platform/regex/index.ts";
import { parseYaml } from "../../../../../platform/yaml/index.ts";
import { parseRules } from "../parse/parse.ts";
import { EMPTY_LOG_SOURCE_MAP } from "../sources/logsource.ts";
import { EventSlots } from "./fields.ts";
import { Shares } from "./guard.ts";
import { Questions } from "./question.ts";
import { RuleGroups } from "./rule-groups.ts";
import { ValueMemory } from "./value-memory.ts";
import { buildView } from "./view.ts";

/** A view of rules, each `detection` the selections of one that it asks for; tells how many candidates an event has. */
function viewOf(...detections: string[]): (fields: Fields) => number {
  const rules = detections.flatMap((detection, index) => [
    ...parseRules(
      `title: Rule ${index}\nid: 00000000-0000-4000-8000-00000000000${index}\nlogsource:\n  product: x\n` +
        `detection:\n  selection:\n${detection}\n  condition: all of them\n`,
      { documents: { parse: parseYaml }, version: "1", file: `${index}.yml` },
    ).rules,
  ]);
  expect(rules.length).toBe(detections.length);
  const groups = new RuleGroups(rules, { regex: linearRegex, logSourceMap: EMPTY_LOG_SOURCE_MAP });
  const variants = groups.variantsFor({ product: "x" });
  const shares = new Shares(groups.atoms.uses);
  const view = buildView(variants, undefined, { shares, memory: new ValueMemory(), questions: new Questions() });
  const slots = new EventSlots(groups.fields);
  return (fields) => {
    view.layout = slots.bind({ logsource: {}, fields, raw: "" }, view.layout);
    return view.candidates(slots, view.layout).length;
  };
}

const odd = "    Image|contains: qzxjv-wkqz\n    Company|contains: windows";
const EVENTS = 600;

test("a guard that events meet gives way to one they do not", () => {
  const candidates = viewOf(odd);
  const met = { Image: "C:\\QZXJV-wkqz.exe", Company: "Acme" };
  expect(candidates(met)).toBe(1);
  for (let event = 0; event < EVENTS; event++) candidates(met);
  expect(candidates(met)).toBe(0);
  // What fulfils the rule stays a candidate.
  expect(candidates({ Image: "qzxjv-wkqz", Company: "windows" })).toBe(1);
});

test("a guard chosen by what was seen is given up when it proves the worse one", () => {
  const candidates = viewOf(odd);
  for (let event = 0; event < EVENTS; event++) candidates({ Image: "qzxjv-wkqz", Company: "Acme" });
  const turned = { Image: "svchost.exe", Company: "Windows" };
  expect(candidates(turned)).toBe(1);
  for (let event = 0; event < 40 * EVENTS; event++) candidates(turned);
  expect(candidates(turned)).toBe(0);
  expect(candidates({ Image: "qzxjv-wkqz", Company: "windows" })).toBe(1);
});

test("rules that nothing tells apart stay candidates, and keywords are looked for in every field", () => {
  const candidates = viewOf("    Image|contains: svchost", odd);
  const event = { Image: "svchost.exe qzxjv-wkqz", Company: "Acme" };
  for (let round = 0; round < EVENTS; round++) candidates(event);
  expect(candidates(event)).toBe(1);
  const keywords = viewOf(odd, "    Other|contains|all:\n      - qzxjv\n      - windows");
  for (let round = 0; round < EVENTS; round++) keywords({ Other: "qzxjv", ...event });
  expect(keywords({ Other: "qzxjv and windows", Image: "", Company: "" })).toBe(1);
});

test("a keyword that is everywhere is no guard for long, though keywords are not looked at", () => {
  const candidates = viewOf("    Company|contains: windows\n  keywords:\n    - qzxjv-wkqz");
  const met = { Image: "C:\\QZXJV-wkqz.exe", Company: "Acme" };
  expect(candidates(met)).toBe(1);
  for (let event = 0; event < EVENTS; event++) candidates(met);
  expect(candidates(met)).toBe(0);
  expect(candidates({ Image: "qzxjv-wkqz", Company: "windows" })).toBe(1);
});
