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

test("everybody arranges what they see for themselves and starts where they want", async () => {
  const [a, b] = [await queues.create(wish, LAN), await queues.create({ ...wish, name: "B", place: 1 }, LAN)];
  const shared = await queues.create({ ...wish, name: "Chung", isShared: true, place: 2 }, LAN);
  const own = await queues.create({ ...wish, name: "Của Minh", place: 5 }, MINH);
  expect(await names(LAN)).toEqual(["Chưa nhận, nặng", "B", "Chung"]);
  await queues.arrange({ order: [shared.id, b.id], start: b.id }, LAN);
  expect(await names(LAN)).toEqual(["Chung", "B", "Chưa nhận, nặng"]);
  expect(await names(MINH)).toEqual(["Chung", "Của Minh"]);
  expect((await queues.start("u-lan"))?.id).toBe(b.id);
  expect(await queues.start("u-minh")).toBeUndefined();
  await queues.arrange({ order: [own.id, a.id, shared.id], start: shared.id }, MINH);
  expect(await names(MINH)).toEqual(["Của Minh", "Chung"]);
  expect(await names(LAN)).toEqual(["Chung", "B", "Chưa nhận, nặng"]);
  await expect(queues.arrange({ order: [], start: a.id }, MINH)).rejects.toMatchObject({ kind: "missing" });
  const later = await queues.create({ ...wish, name: "Mới" }, LAN);
  expect((await names(LAN)).at(-1)).toBe("Mới");
  await queues.arrange({ order: [later.id], start: null }, LAN);
  expect((await names(LAN))[0]).toBe("Mới");
  expect(await queues.start("u-lan")).toBeUndefined();
});

test("a queue that is gone, or shared no more, is nobody's start", async () => {
  const shared = await queues.create({ ...wish, isShared: true }, LAN);
  await queues.arrange({ order: [shared.id], start: shared.id }, MINH);
  await queues.change(shared.id, { ...wish, isShared: false, version: 1 }, LAN);
  expect(await queues.start("u-minh")).toBeUndefined();
  await queues.change(shared.id, { ...wish, isShared: true, version: 2 }, LAN);
  expect((await queues.start("u-minh"))?.id).toBe(shared.id);
  await queues.remove(shared.id, LAN);
  expect(await queues.start("u-minh")).toBeUndefined();
});
