import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { AlertRecord } from "./records.ts";
import { LAN, MINH, NOW, openQueue, type TestQueue } from "./testdata/queue.ts";
import { ALERT_ASSIGNED, PERSON_MENTIONED } from "./triage.ts";

const MINUTE_MS = 60_000;
let queue: TestQueue;
beforeEach(async () => {
  queue = await openQueue();
});
afterEach(() => queue.close());

const of = async (host: string, rule = "r1"): Promise<AlertRecord> => {
  const found = (await queue.queue()).find((alert) => alert.entity.value === host && alert.rule.id === rule);
  if (found === undefined) throw new Error(`no alert of ${rule} on ${host}`);
  return found;
};
const acts = async (id: string) => (await queue.alerts.get(id)).history.map(({ action }) => action);

describe("merging", () => {
  const three = async () => {
    await queue.raise({ n: 1, host: "h1" });
    queue.clock.advance(MINUTE_MS);
    await queue.raise({ n: 2, host: "h2" }, { n: 3, host: "h2" }, { n: 4, host: "h3" });
    return [await of("h1"), await of("h2"), await of("h3")] as const;
  };

  test("the oldest takes the others in, with all they found and will find", async () => {
    const [a, b, c] = await three();
    const { changedIds, refused } = await queue.triage.merge([c.id, b.id, a.id], LAN);
    expect(new Set(changedIds)).toEqual(new Set([a.id, b.id, c.id]));
    expect(refused).toEqual([]);
    expect((await of("h1")).count).toBe(4);
    expect((await of("h2")).state).toMatchObject({ status: "merged", mergedInto: a.id });
    await queue.raise({ n: 5, host: "h3" });
    expect((await of("h1")).count).toBe(5);
    expect((await queue.queue()).length).toBe(3);
    const found = await queue.alerts.findings(a.id, { after: undefined, limit: 10 });
    expect(found.items.length).toBe(5);
  });

  test("unmerging gives back what was found before and after", async () => {
    const [a, b] = await three();
    await queue.triage.merge([a.id, b.id], LAN);
    await queue.raise({ n: 6, host: "h2", at: NOW - 9 * MINUTE_MS });
    expect((await of("h1")).firstSeen).toBe(NOW - 9 * MINUTE_MS);
    await queue.triage.act([b.id], { action: "unmerge" }, MINH);
    expect(await of("h1")).toMatchObject({ count: 1, firstSeen: NOW });
    expect(await of("h2")).toMatchObject({ count: 3, state: { status: "open", mergedInto: null } });
    expect(await acts(a.id)).toEqual(["created", "gather", "scatter"]);
  });

  test("undo takes a merge back", async () => {
    const [a, b, c] = await three();
    const { undoId } = await queue.triage.merge([a.id, b.id, c.id], LAN);
    const undone = await queue.triage.undo(undoId ?? "", LAN);
    expect(undone.refused).toEqual([]);
    expect((await queue.queue()).map(({ count }) => count).sort()).toEqual([1, 1, 2]);
  });

  test("when the one that took it in is closed, new findings open an alert; the merged one stays where it is", async () => {
    const [a, b] = await three();
    await queue.triage.merge([a.id, b.id], LAN);
    await queue.triage.act([a.id], { action: "close", reason: "benign" }, LAN);
    await queue.raise({ n: 7, host: "h2" });
    const live = (await queue.queue()).filter(({ state, entity }) => state.status === "open" && entity.value === "h2");
    expect(live.map(({ count }) => count)).toEqual([1]);
    const refused = await queue.triage.act([b.id], { action: "unmerge" }, LAN);
    expect(refused.refused).toEqual([{ id: b.id, code: "alerts.action.superseded" }]);
  });

  test("merged into merged: everything goes to the one in the queue and comes back in any order", async () => {
    const [a, b, c] = await three();
    await queue.triage.merge([b.id, c.id], LAN);
    await queue.triage.merge([a.id, (await of("h2")).state.mergedInto === null ? b.id : c.id], LAN);
    await queue.raise({ n: 8, host: "h3" });
    expect((await of("h1")).count).toBe(5);
    const inner = (await of("h2")).state.mergedInto === a.id ? b : c;
    await queue.triage.act([inner.id], { action: "unmerge" }, LAN);
    expect((await of("h1")).count).toBe(1);
    expect((await queue.alerts.get(inner.id)).alert.count).toBe(4);
  });

  test("an exercise never joins the real world", async () => {
    await queue.raise({ n: 1, host: "h1" }, { n: 2, host: "h2", exercise: "x" });
    const { refused } = await queue.triage.merge([(await of("h1")).id, (await of("h2")).id], LAN);
    expect(refused.map(({ code }) => code)).toEqual(["alerts.action.other_world"]);
  });
});

describe("splitting", () => {
  test("what is about one user becomes an alert; later findings about them follow; undo puts all together again", async () => {
    await queue.raise(
      { n: 1, user: "lan" },
      { n: 2, user: "minh", at: NOW - MINUTE_MS },
      { n: 3, user: "LAN" },
      { n: 4, user: "minh" },
    );
    const whole = await of("h1");
    expect(await queue.alerts.parts(whole.id)).toContainEqual({ kind: "user", value: "minh", n: 2 });
    const { undoId, refused } = await queue.triage.split(whole.id, { kind: "user", value: "minh" }, LAN);
    expect(refused).toEqual([]);
    const part = async () => (await queue.queue()).find(({ also }) => also.length > 0);
    expect(await part()).toMatchObject({
      count: 2,
      firstSeen: NOW - MINUTE_MS,
      also: [{ kind: "user", value: "minh" }],
    });
    await queue.raise({ n: 5, user: "minh" }, { n: 6, user: "lan" });
    expect((await part())?.count).toBe(3);
    expect((await queue.alerts.get(whole.id)).alert.count).toBe(3);
    const undone = await queue.triage.undo(undoId ?? "", LAN);
    expect(undone.refused).toEqual([]);
    await queue.raise({ n: 7, user: "minh" });
    expect((await queue.alerts.get(whole.id)).alert.count).toBe(7);
  });

  test.each([
    ["nobody", "alerts.action.split_nothing"],
    ["lan", "alerts.action.split_all"],
  ])("by %s: %s", async (value, code) => {
    await queue.raise({ n: 1, user: "lan" }, { n: 2, user: "lan" });
    const { refused } = await queue.triage.split((await of("h1")).id, { kind: "user", value }, LAN);
    expect(refused.map((one) => one.code)).toEqual([code]);
  });
});

describe("sleeping", () => {
  test("sleeps until its time and wakes by itself; the clocks stand still meanwhile", async () => {
    await queue.raise({ n: 1 });
    const { id, due } = await of("h1");
    expect(due).toEqual({ kind: "take", dueAt: NOW + 60 * MINUTE_MS });
    await queue.triage.act([id], { action: "snooze", until: NOW + 30 * MINUTE_MS }, LAN);
    expect((await of("h1")).due).toBeNull();
    queue.clock.advance(29 * MINUTE_MS);
    expect(await queue.triage.wakeDue()).toBe(0);
    queue.clock.advance(MINUTE_MS);
    expect(await queue.triage.wakeDue()).toBe(1);
    expect((await of("h1")).due).toEqual({ kind: "take", dueAt: NOW + 90 * MINUTE_MS });
    expect(await acts(id)).toEqual(["created", "snooze", "wake"]);
  });

  test("wakes at once when ten times as much is there, or when it gets worse", async () => {
    await queue.raise({ n: 1 }, { n: 2, host: "h2", level: "high" });
    const both = [(await of("h1")).id, (await of("h2")).id];
    await queue.triage.act(both, { action: "snooze", until: NOW + 30 * MINUTE_MS }, LAN);
    await queue.raise(...Array.from({ length: 8 }, (_, n) => ({ n: 10 + n })));
    expect((await of("h1")).state.snooze).not.toBeNull();
    await queue.raise({ n: 20 });
    expect((await of("h1")).state.snooze).toBeNull();
    await queue.raise({ n: 21, host: "h2", level: "critical" });
    expect(await of("h2")).toMatchObject({ state: { snooze: null }, rule: { level: "critical" }, urgency: 95 });
  });
});

describe("two at once", () => {
  test("who comes second is told who did what and when; nothing is overwritten", async () => {
    await queue.raise({ n: 1 });
    const { id, version } = await of("h1");
    const seen = { [id]: version };
    await queue.triage.act([id], { action: "close", reason: "true_positive" }, { ...LAN, seen });
    const { changedIds, refused } = await queue.triage.act([id], { action: "take" }, { ...MINH, seen });
    expect(changedIds).toEqual([]);
    expect(refused).toEqual([
      {
        id,
        code: "alerts.action.changed_since",
        meanwhile: { actor: { id: "u-lan", name: "Lan" }, action: "close", at: NOW },
      },
    ]);
  });

  test("notes and tags never conflict, and one's own changes do not either", async () => {
    await queue.raise({ n: 1 });
    const { id, version } = await of("h1");
    const seen = { [id]: version };
    await queue.triage.act([id], { action: "take" }, { ...LAN, seen });
    expect((await queue.triage.act([id], { action: "note", note: "x" }, { ...MINH, seen })).refused).toEqual([]);
    expect((await queue.triage.act([id], { action: "escalate" }, { ...LAN, seen })).refused).toEqual([]);
  });
});

test("false positives of critical alerts wait for a second person", async () => {
  await queue.close();
  const { PLAIN_POLICY } = await import("./core/policy.ts");
  queue = await openQueue({ book: { policy: { ...PLAIN_POLICY, confirmFrom: "critical" } } });
  await queue.raise({ n: 1, level: "critical" });
  const { id } = await of("h1");
  await queue.triage.act([id], { action: "close", reason: "false_positive" }, LAN);
  const pending = () =>
    queue.alerts.list({ exercise: "include", sort: "urgency", unconfirmed: true }, { after: undefined, limit: 5 });
  expect((await pending()).total).toBe(1);
  const own = await queue.triage.act([id], { action: "confirm" }, LAN);
  expect(own.refused[0]?.code).toBe("alerts.action.own_proposal");
  await queue.triage.act([id], { action: "reject", note: "Không phải bảo trì" }, MINH);
  expect((await of("h1")).state).toMatchObject({ status: "taken", assignee: { id: "u-lan" }, verdict: null });
});

test("whoever is called or given an alert is told, but not of what they do themselves", async () => {
  const told: [string, unknown][] = [];
  for (const topic of [PERSON_MENTIONED, ALERT_ASSIGNED])
    queue.outbox.on(topic, async (payload) => void told.push([topic, payload]));
  await queue.raise({ n: 1 });
  const { id } = await of("h1");
  await queue.triage.act([id], { action: "note", note: "@Minh xem giúp", mentions: ["u-minh", "u-lan"] }, LAN);
  await queue.triage.act([id], { action: "assign", assignee: { id: "u-minh", name: "Minh" } }, LAN);
  await queue.triage.act([id], { action: "assign", assignee: { id: "u-lan", name: "Lan" } }, LAN);
  await queue.outbox.wake();
  expect(told.map(([topic]) => topic)).toEqual([PERSON_MENTIONED, ALERT_ASSIGNED]);
  expect(told[0]?.[1]).toMatchObject({ people: ["u-minh"], by: { name: "Lan" }, object: { kind: "alert", id } });
});

test("tags are found by", async () => {
  await queue.raise({ n: 1 }, { n: 2, host: "h2" });
  await queue.triage.act([(await of("h2")).id], { action: "tag", add: ["bảo trì"], remove: [] }, LAN);
  const found = await queue.alerts.list(
    { exercise: "include", sort: "due", tag: "bảo trì" },
    { after: undefined, limit: 5 },
  );
  expect(found.items.map(({ entity }) => entity.value)).toEqual(["h2"]);
});

test("the kinds a rule is grouped by concern new alerts only; two who choose at once do not overwrite each other", async () => {
  await queue.raise({ n: 1, user: "lan" }, { n: 2, user: "minh" });
  await queue.triage.group("r1", { kinds: ["user", "host"], version: 0 }, LAN);
  await queue.raise({ n: 3, user: "lan" }, { n: 4, user: "minh" });
  expect((await queue.queue()).map(({ entity, count }) => [entity.kind, entity.value, count]).sort()).toEqual([
    ["host", "h1", 2],
    ["user", "lan", 1],
    ["user", "minh", 1],
  ]);
  await expect(queue.triage.group("r1", { kinds: [], version: 0 }, MINH)).rejects.toThrow("changed since");
});

test("the first look is written down, once", async () => {
  await queue.raise({ n: 1 });
  const { id } = await of("h1");
  await queue.triage.view(id, LAN);
  await queue.triage.view(id, MINH);
  expect(await acts(id)).toEqual(["created", "view"]);
  const taken = await queue.triage.act([id], { action: "take" }, LAN);
  await queue.triage.view(id, MINH);
  expect((await queue.triage.undo(taken.undoId ?? "", LAN)).refused).toEqual([]);
});
