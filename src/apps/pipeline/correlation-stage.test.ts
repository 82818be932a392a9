import { isDeepStrictEqual } from "node:util";
import { beforeAll, expect, test } from "vitest";
import { loadLogSources, planCorrelations } from "../../modules/detection/matching.ts";
import { parseRecord } from "../../modules/ingest/parsing.ts";
import { detectionOf, randomOf, streamOf } from "../../../test/faults/correlation-content.ts";
import { LOG_SOURCES_DIR } from "../places.ts";
import { BatchMatcher, type ParsedRecord } from "./batch-matcher.ts";
import { CorrelationStage } from "./correlation-stage.ts";
import type { Planned } from "./protocol.ts";

const active = detectionOf(1);
const planned: Planned = { active, plan: planCorrelations(active.correlations, active.rules).plan };
const batch: ParsedRecord[] = streamOf(5, 6_000).map((record) => ({ record, event: parseRecord(record) }));

let matcher: BatchMatcher;
beforeAll(async () => {
  matcher = new BatchMatcher(planned, (await loadLogSources(LOG_SOURCES_DIR)).map);
});

/** Runs the stream cut into pieces; `between` may put another stage in the place of the one so far. */
function run(cut: () => number, between: (stage: CorrelationStage) => CorrelationStage = (stage) => stage) {
  let stage = CorrelationStage.fresh(planned);
  const findings: unknown[] = [];
  const passed: string[] = [];
  const suppressed = new Map<string, number>();
  for (let from = 0; from < batch.length; ) {
    const piece = batch.slice(from, from + cut());
    const { matches, stream } = matcher.match(piece);
    const done = stage.run(stream);
    findings.push(...done.findings);
    const withheld = new Set(done.withheld);
    passed.push(...matches.filter((_, index) => !withheld.has(index)).map(({ event, rule }) => `${rule} ${event.id}`));
    for (const { ruleId, count } of done.suppressed) suppressed.set(ruleId, (suppressed.get(ruleId) ?? 0) + count);
    from += piece.length;
    stage = between(stage);
  }
  return { findings, passed, suppressed, state: stage.state(), load: stage.load() };
}

test("the same whatever the batches are", () => {
  const whole = run(() => batch.length);
  expect(whole.findings.length).toBeGreaterThan(50);
  expect([...whole.suppressed.values()].reduce((sum, count) => sum + count, 0)).toBeGreaterThan(50);
  expect(whole.load.held).toBe(0);
  const random = randomOf(3);
  for (const cut of [() => 1, () => 97, () => 1 + Math.floor(random() * 500)])
    expect(isDeepStrictEqual(run(cut), whole)).toBe(true);
});

test("the same when state is written down and read again between batches, number by number", () => {
  const whole = run(() => batch.length);
  const random = randomOf(4);
  const reopened = run(
    () => 1 + Math.floor(random() * 300),
    (stage) => CorrelationStage.continued(planned, structuredClone(stage.state())),
  );
  expect(reopened.findings).toEqual(whole.findings);
  expect(isDeepStrictEqual(reopened, whole)).toBe(true);
});

test("rules that change keep the state of what is unchanged", () => {
  const next = detectionOf(2);
  const changed: Planned = { active: next, plan: planCorrelations(next.correlations, next.rules).plan };
  const half = Math.floor(batch.length / 3);
  const stage = CorrelationStage.fresh(planned);
  stage.run(matcher.match(batch.slice(0, half)).stream);
  const groups = (of: CorrelationStage) => new Map(of.load().stats.map((one) => [one.correlationId, one.groups]));
  const [before, after] = [groups(stage), groups(CorrelationStage.continued(changed, stage.state()))];
  const ids = active.correlations.map(({ id }) => id);
  expect(before.get(ids[1] ?? "")).toBeGreaterThan(0);
  expect(after.get(ids[1] ?? "")).toBe(before.get(ids[1] ?? ""));
  expect(after.get(ids[2] ?? "")).toBe(0);
});
