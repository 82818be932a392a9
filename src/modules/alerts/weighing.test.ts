import { fileURLToPath } from "node:url";
import { afterEach, expect, test } from "vitest";
import { loadUrgencyTable } from "./content.ts";
import { PLAIN_POLICY } from "./core/policy.ts";
import type { Importance } from "./core/urgency.ts";
import { presentAlert } from "./present.ts";
import { RuleTrackRecord } from "./rule-record.ts";
import { LAN, MINH, openQueue, type TestQueue } from "./testdata/queue.ts";

const { value: table } = await loadUrgencyTable(fileURLToPath(new URL("../../../content/urgency/", import.meta.url)));
let queue: TestQueue;
afterEach(() => queue.close());

const ids = async () => (await queue.queue()).map(({ id }) => id);

test("the importance of the asset counts, and a register that changes weighs the queue anew", async () => {
  const register = new Map<string, { importance: Importance; systemName: string | null }>();
  queue = await openQueue({ book: { table }, importanceOf: async () => register });
  register.set("host\0h2", { importance: "critical", systemName: "SCADA Sông Lam" });
  await queue.raise({ n: 1, host: "h1", level: "high" }, { n: 2, host: "h2", level: "high" });
  expect((await queue.queue()).map(({ entity, urgency }) => [entity.value, urgency])).toEqual([
    ["h2", 98],
    ["h1", 75],
  ]);
  expect((await queue.queue())[0]?.factors?.asset).toEqual({
    importance: "critical",
    system: "SCADA Sông Lam",
    factor: 1.3,
  });
  register.set("host\0h1", { importance: "low", systemName: null });
  queue.weighing.changed("all");
  expect(await queue.weighing.runDue()).toBe(1);
  expect((await queue.queue()).find(({ entity }) => entity.value === "h1")?.urgency).toBe(60);
  // Nothing has changed since: nothing is written.
  queue.weighing.changed("all");
  expect(await queue.weighing.runDue()).toBe(0);
});

test("a rule that was wrong weighs less for what is in the queue; taking the verdict back gives it its weight", async () => {
  queue = await openQueue({ book: { table } });
  await queue.weighing.runDue();
  await queue.raise(...Array.from({ length: 7 }, (_, n) => ({ n, host: `h${n}`, level: "medium" as const })));
  const closing = await queue.triage.act((await ids()).slice(0, 6), { action: "close", reason: "false_positive" }, LAN);
  await queue.weighing.runDue();
  const open = async () => (await queue.queue()).find(({ state }) => state.status === "open");
  expect((await open())?.factors?.track).toEqual({ truePositives: 0, falsePositives: 6, unconfirmed: 0, factor: 0.63 });
  expect((await open())?.urgency).toBe(32);
  await queue.triage.undo(closing.undoId ?? "", LAN);
  await queue.weighing.runDue();
  expect((await queue.queue()).map(({ urgency }) => urgency)).toEqual(Array.from({ length: 7 }, () => 50));
});

test("seen before: how often, how, by whom, when last; not the alert itself", async () => {
  queue = await openQueue();
  for (const [n, by] of [LAN, MINH, LAN].entries()) {
    await queue.raise({ n });
    const [alert] = (await queue.queue()).filter(({ state }) => state.status === "open");
    queue.clock.advance(60_000);
    await queue.triage.act([alert?.id ?? ""], { action: "close", reason: "false_positive" }, by);
  }
  await queue.raise({ n: 9 });
  const page = await queue.alerts.list({ exercise: "include", sort: "urgency" }, { after: undefined, limit: 10 });
  const [ends] = page.endsBefore.values();
  expect(ends).toEqual([
    { reason: "false_positive", isConfirmed: true, count: 3, lastAt: queue.clock.now(), people: ["Lan", "Minh"] },
  ]);
});

test("what waits for a second person counts for nothing until they agree, and is told apart", async () => {
  const policy = { ...PLAIN_POLICY, confirmFrom: "medium" } as const;
  queue = await openQueue({ book: { table, policy } });
  await queue.weighing.runDue();
  await queue.raise(...Array.from({ length: 6 }, (_, n) => ({ n, host: `h${n}`, level: "medium" as const })));
  const closed = (await ids()).slice(0, 6);
  await queue.triage.act(closed, { action: "close", reason: "false_positive" }, LAN);
  await queue.raise({ n: 10, host: "h0", level: "medium" }, { n: 11, host: "fresh", level: "medium" });
  const openAlert = async () =>
    (await queue.queue()).find(({ state, entity }) => state.status === "open" && entity.value === "h0");
  const track = async () => {
    await queue.weighing.runDue();
    return (await openAlert())?.factors?.track;
  };
  const ends = async () =>
    presentAlert(
      await mustBe(openAlert()),
      (await queue.alerts.many([(await openAlert())?.id ?? ""])).endsBefore,
    ).seenBefore.map(({ reason, isConfirmed, count }) => ({ reason, isConfirmed, count }));
  expect(await track()).toEqual({ truePositives: 0, falsePositives: 0, unconfirmed: 6, factor: 1 });
  expect((await openAlert())?.urgency).toBe(50);
  expect(await ends()).toEqual([{ reason: "false_positive", isConfirmed: false, count: 1 }]);
  const record = new RuleTrackRecord(queue.records);
  expect([...(await record.verdicts("r1"))]).toEqual([
    [null, 8],
    ["false_positive", 0],
  ]);
  const agreed = await queue.triage.act(closed, { action: "confirm" }, MINH);
  expect(await track()).toEqual({ truePositives: 0, falsePositives: 6, unconfirmed: 0, factor: 0.63 });
  expect((await openAlert())?.urgency).toBe(32);
  expect(await ends()).toEqual([{ reason: "false_positive", isConfirmed: true, count: 1 }]);
  expect((await record.verdicts("r1")).get("false_positive")).toBe(6);
  await queue.triage.undo(agreed.undoId ?? "", MINH);
  expect((await track())?.unconfirmed).toBe(6);
});

async function mustBe<Value>(value: Promise<Value | undefined>): Promise<Value> {
  const known = await value;
  if (known === undefined) throw new Error("nothing there");
  return known;
}
