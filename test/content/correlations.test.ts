/** Our own correlations, each played its samples through the real parser, rules and correlator. */
import { describe, expect, test } from "vitest";
import { isSeverity } from "../../src/kernel/index.ts";
import { SAMPLE_START } from "../../src/modules/detection/core/samples.ts";
import type { Sample } from "../../src/modules/detection/core/samples.ts";
import type { Correlated } from "./correlating.ts";
import { correlate, engine, plan, rejected } from "./correlating.ts";
import { eventsOf, readOwnRules } from "./own-rules.ts";

const { files, correlations, problems } = readOwnRules();
const rules = files.map(({ rule }) => rule);

function play(sample: Sample): Correlated {
  const events = eventsOf(sample);
  for (const event of events) expect(event.format, event.raw).not.toBe("raw");
  return correlate(
    events.map((event, index) => ({ event, receivedAt: SAMPLE_START + (sample.records[index]?.atMs ?? 0) })),
  );
}

const UUID_V4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const VIETNAMESE = /[àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ]/i;

describe("the set", () => {
  test("loads, and everything a correlation names is there", () => {
    expect(problems).toEqual([]);
    expect(rejected).toEqual([]);
    expect(correlations.length).toBeGreaterThanOrEqual(12);
  });

  test("ids and titles are unique, also beside the rules", () => {
    const documents = [...rules, ...correlations.map(({ correlation }) => correlation)];
    for (const key of ["id", "title"] as const)
      expect(new Set(documents.map((one) => one[key])).size).toBe(documents.length);
  });
});

describe.each(correlations.map((file) => [file.name, file] as const))("%s", (_, file) => {
  const { correlation, extension, firing, silent } = file;

  test("says who wrote it, what it means and where to read on, in both languages", () => {
    expect(correlation.id).toMatch(UUID_V4);
    expect(correlation.author).toBe("Khiên");
    expect(correlation.licence).toBe("Apache-2.0");
    expect(isSeverity(correlation.level)).toBe(true);
    expect(correlation.date).toMatch(/^\d{4}-\d{2}-\d{2}$/);
    expect(correlation.description?.length ?? 0).toBeGreaterThan(40);
    expect(correlation.references.length).toBeGreaterThan(0);
    expect(correlation.tags.some((tag) => /^attack\.t\d{4}(?:\.\d{3})?$/.test(tag))).toBe(true);
    expect(extension["title_vi"]).toMatch(VIETNAMESE);
    expect(extension["description_vi"]).toMatch(VIETNAMESE);
    expect(extension["falsepositives_vi"]).toHaveLength(correlation.falsepositives.length);
    const entity = extension["entity"];
    if (entity !== undefined) expect(correlation.groupBy).toEqual([entity]);
  });

  // A correlation that only serves another one says nothing itself; the samples of the other show that it works.
  if (plan.silenced.has(correlation.id)) {
    test("only serves, so it is informational", () => expect(correlation.level).toBe("informational"));
    return;
  }

  test("comes true on its firing samples, once", () => {
    expect(firing.length).toBeGreaterThan(0);
    for (const sample of firing) {
      const own = play(sample).findings.filter(({ correlationId }) => correlationId === correlation.id);
      expect(own).toHaveLength(1);
      expect(own[0]?.group.map(({ field }) => field)).toEqual(correlation.groupBy);
      expect(own[0]?.group.every(({ value }) => value !== "")).toBe(true);
    }
  });

  test("stays silent on its silent samples, though their records count", () => {
    expect(silent.length).toBeGreaterThan(0);
    for (const sample of silent) {
      const { findings, stats } = play(sample);
      expect(findings.map(({ correlationId }) => correlationId)).not.toContain(correlation.id);
      expect(stats.filter(({ ungrouped, valueless }) => ungrouped + valueless > 0)).toEqual([]);
    }
  });

  test("every record of its samples is seen by a rule it stands on", () => {
    const named = new Set(correlation.rules.flatMap(({ text }) => inputsUnder(text)));
    for (const event of [...firing, ...silent].flatMap(eventsOf)) {
      const seen = engine.match(event).map(({ id }) => id);
      expect(
        seen.some((id) => named.has(id)),
        event.raw,
      ).toBe(true);
    }
  });
});

/** Ids of the rules a reference finally stands on. */
function inputsUnder(reference: string): string[] {
  const lower = correlations.find(({ correlation: { id, name } }) => id === reference || name === reference);
  if (lower !== undefined) return lower.correlation.rules.flatMap(({ text }) => inputsUnder(text));
  return rules.filter(({ id, name }) => id === reference || name === reference).map(({ id }) => id);
}
