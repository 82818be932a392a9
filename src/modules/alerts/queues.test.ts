import { afterEach, beforeEach, expect, test } from "vitest";
import { SavedQueues } from "./queues.ts";
import { toFilter } from "./service.ts";
import { LAN, MINH, openQueue, type TestQueue } from "./testdata/queue.ts";

let queue: TestQueue;
let queues: SavedQueues;
beforeEach(async () => {
  queue = await openQueue();
  queues = new SavedQueues({ records: queue.records, audit: queue.audit, clock: queue.clock });
});
afterEach(() => queue.close());

const wish = { name: "Chưa nhận, nặng", filter: { level: "critical" }, isShared: false, place: 0 };
const names = async (by: typeof LAN) => (await queues.list(by.who.id)).map(({ name }) => name);

test("one's own is one's own; shared ones everybody sees and only the owner changes", async () => {
  const own = await queues.create(wish, LAN);
  const shared = await queues.create({ ...wish, name: "Của cả ca", isShared: true, place: 1 }, LAN);
  expect(await names(LAN)).toEqual(["Chưa nhận, nặng", "Của cả ca"]);
  expect(await names(MINH)).toEqual(["Của cả ca"]);
  await expect(queues.remove(own.id, MINH)).rejects.toMatchObject({ kind: "missing" });
  await expect(queues.remove(shared.id, MINH)).rejects.toMatchObject({ kind: "forbidden" });
  await queues.remove(shared.id, LAN);
  expect(await names(MINH)).toEqual([]);
});

test("two windows of one person do not overwrite each other", async () => {
  const { id } = await queues.create(wish, LAN);
  await queues.change(id, { ...wish, name: "Mới", version: 1 }, LAN);
  await expect(queues.change(id, { ...wish, version: 1 }, LAN)).rejects.toMatchObject({
    kind: "conflict",
    code: "alerts.queue.changed_since",
  });
});

test("counts are of the filter", async () => {
  await queue.raise({ n: 1, level: "critical" }, { n: 2, host: "h2" }, { n: 3, host: "h3" });
  const asked = { exercise: "include", sort: "urgency" } as const;
  expect(await queues.count(toFilter(asked))).toEqual({ n: 3, isLeast: false });
  expect((await queues.count(toFilter({ ...asked, entity: "h2" }))).n).toBe(1);
});
