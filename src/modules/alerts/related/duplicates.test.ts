import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type FindingAsk, LAN, MINH, NOW, openQueue, type TestQueue } from "../testdata/queue.ts";

const MINUTE_MS = 60_000;
let queue: TestQueue;
beforeEach(async () => {
  queue = await openQueue();
});
afterEach(() => queue.close());

const of = async (rule: string, host = "h1", exercise: string | null = null) => {
  const found = (await queue.queue()).find(
    (alert) => alert.rule.id === rule && alert.entity.value === host && alert.exerciseId === exercise,
  );
  if (found === undefined) throw new Error(`no alert of ${rule} on ${host}`);
  return found;
};
const told = async (id: string) =>
  (await queue.alerts.duplicates(id)).items.map(({ alert, likeness }) => [
    alert.rule.id,
    likeness.reason,
    likeness.events,
  ]);

describe("told", () => {
  test("the same three events found by two rules, from either side; most alike first", async () => {
    const three = [1, 2, 3].map((event): FindingAsk => ({ n: event, rule: "r1", event }));
    await queue.raise(...three, ...three.map((one) => ({ ...one, n: one.n + 10, rule: "r2" })));
    await queue.raise(
      { n: 30, rule: "r3", event: 3 },
      { n: 31, rule: "r3", event: 31 },
      { n: 32, rule: "r3", event: 32 },
    );
    expect(await told((await of("r1")).id)).toEqual([["r2", "same_events", 3]]);
    expect(await told((await of("r2")).id)).toEqual([["r1", "same_events", 3]]);
  });

  test("the same rule on the same host soon after it was closed; not much later, not of an exercise", async () => {
    await queue.raise({ n: 1 });
    const { id } = await of("r1");
    await queue.triage.act([id], { action: "close", reason: "benign" }, LAN);
    await queue.raise({ n: 2, at: NOW + 10 * MINUTE_MS, sensor: "s2" }, { n: 3, exercise: "x" });
    const later = (await queue.queue()).find(({ state, exerciseId }) => state.status === "open" && exerciseId === null);
    expect(await told(later?.id ?? "")).toEqual([["r1", "other_sensor", 0]]);
    expect(await told((await of("r1", "h1", "x")).id)).toEqual([]);
  });

  test("what lives in another alert is no duplicate of its own", async () => {
    await queue.raise({ n: 1, event: 1 }, { n: 2, rule: "r2", event: 1 });
    const [a, b] = [(await of("r1")).id, (await of("r2")).id];
    await queue.triage.merge([a, b], LAN);
    expect(await told(a)).toEqual([]);
    expect(await told(b)).toEqual([]);
  });

  test("five at most", async () => {
    await queue.raise(...Array.from({ length: 9 }, (_, n): FindingAsk => ({ n, rule: `r${n}`, event: 1 })));
    const found = await queue.alerts.duplicates((await of("r0")).id);
    expect([found.items.length, found.isMore]).toEqual([5, true]);
  });
});

describe("closing as a duplicate", () => {
  const two = async () => {
    await queue.raise({ n: 1, event: 1 }, { n: 2, rule: "r2", event: 1 }, { n: 3, rule: "r3", event: 1 });
    return [(await of("r1")).id, (await of("r2")).id, (await of("r3")).id] as const;
  };
  const close = (duplicateOf: string) => ({ action: "close", reason: "duplicate", duplicateOf }) as const;

  test("many at once: the history says of which alert, undo takes it back, reopening forgets it", async () => {
    const [a, b, c] = await two();
    const { undoId, refused } = await queue.triage.act([b, c], close(a), LAN);
    expect(refused).toEqual([]);
    const { alert, history } = await queue.alerts.get(b);
    expect(alert.state).toMatchObject({ status: "closed", closeReason: "duplicate", duplicateOf: a });
    expect(history.at(-1)).toMatchObject({ action: "close", otherId: a, after: { duplicateOf: a } });
    await queue.triage.undo(undoId ?? "", LAN);
    expect((await queue.alerts.get(c)).alert.state).toMatchObject({ status: "open", duplicateOf: null });
    await queue.triage.act([c], close(a), LAN);
    await queue.triage.act([c], { action: "reopen" }, MINH);
    expect((await queue.alerts.get(c)).alert.state.duplicateOf).toBeNull();
  });

  test("not of itself, in a circle, of what is not there, of another world, for another reason", async () => {
    const [a, b, c] = await two();
    await queue.raise({ n: 9, rule: "r9", exercise: "x" });
    const code = async (ids: readonly string[], other: string) =>
      (await queue.triage.act(ids, close(other), LAN)).refused.map((one) => one.code);
    expect(await code([a, b], a)).toEqual(["alerts.action.duplicate_of_itself"]);
    expect(await code([c], b)).toEqual([]);
    expect(await code([a], c)).toEqual(["alerts.action.duplicate_circle"]);
    expect(await code([a], "nothing")).toEqual(["alerts.action.duplicate_missing"]);
    expect(await code([a], (await of("r9", "h1", "x")).id)).toEqual(["alerts.action.other_world"]);
    const wrong = { action: "close", reason: "benign", duplicateOf: b } as const;
    expect((await queue.triage.act([a], wrong, LAN)).refused[0]?.code).toBe("alerts.action.not_a_duplicate");
  });
});

const some = (most: number) => fc.integer({ min: 0, max: most });
const findings = fc.array(
  fc.record({ rule: some(3), host: some(2), event: some(6), minute: some(60), world: some(1), sensor: some(1) }),
  { minLength: 2, maxLength: 14 },
);

test("symmetric, never across worlds, and what shares all its events is always told", { timeout: 60_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(findings, async (all) => {
      const own = await openQueue();
      try {
        await own.raise(
          ...all.map(
            (one, n): FindingAsk => ({
              n,
              rule: `r${one.rule}`,
              host: `h${one.host}`,
              event: one.event + 100 * one.world,
              sensor: `s${one.sensor}`,
              at: NOW + one.minute * MINUTE_MS,
              ...(one.world === 0 ? {} : { exercise: "x" }),
            }),
          ),
        );
        const alerts = await own.queue();
        const seen = new Map<string, Map<string, unknown>>();
        const events = new Map<string, Set<string>>();
        for (const { id } of alerts) {
          const { items, isMore } = await own.alerts.duplicates(id);
          expect(isMore ? items.length : 0).toBeLessThanOrEqual(5);
          if (!isMore) seen.set(id, new Map(items.map(({ alert, likeness }) => [alert.id, likeness])));
          const found = await own.alerts.findings(id, { after: undefined, limit: 100 });
          events.set(id, new Set(found.items.map(({ eventId }) => eventId)));
        }
        const worlds = new Map(alerts.map(({ id, exerciseId }) => [id, exerciseId]));
        for (const [id, found] of seen) {
          for (const [other, likeness] of found) {
            expect(worlds.get(other)).toBe(worlds.get(id));
            if (seen.has(other)) expect(seen.get(other)?.get(id)).toEqual(likeness);
          }
          for (const [other, theirs] of events)
            if (other !== id && [...(events.get(id) ?? [])].every((event) => theirs.has(event)))
              expect(found.has(other)).toBe(true);
        }
      } finally {
        await own.close();
      }
    }),
    { numRuns: 15 },
  );
});
