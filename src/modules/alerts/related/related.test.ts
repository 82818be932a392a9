import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { foldSightings, type Related } from "./related.ts";
import { type FindingAsk, LAN, NOW, openQueue, type TestQueue } from "../testdata/queue.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
let queue: TestQueue;
beforeEach(async () => {
  queue = await openQueue();
});
afterEach(() => queue.close());

const idOf = async (host: string, rule = "r1", exercise: string | null = null) => {
  const found = (await queue.queue()).find(
    (alert) => alert.entity.value === host && alert.rule.id === rule && alert.exerciseId === exercise,
  );
  if (found === undefined) throw new Error(`no alert of ${rule} on ${host}`);
  return found.id;
};
const told = (related: Related) =>
  related.items.map(({ alert, shared }) => ({
    what: `${alert.rule.id} ${alert.entity.value}`,
    by: shared.map(({ lane }) => related.lanes[lane]?.kind),
  }));

test("the same user on another host, the same address on the other end of a connection, both ways", async () => {
  await queue.raise(
    { n: 1, host: "h1", user: "Lan", srcIp: "10.0.0.7" },
    { n: 2, host: "h2", user: "lan" },
    { n: 3, host: "h3", dstIp: "10.0.0.7" },
    { n: 4, host: "h4", user: "minh" },
  );
  const related = await queue.alerts.related(await idOf("h1"), HOUR_MS);
  expect(related.lanes.map(({ kind, shown, alerts }) => [kind, shown, alerts])).toEqual([
    ["host", "h1", 0],
    ["user", "Lan", 1],
    ["ip", "10.0.0.7", 1],
  ]);
  expect(told(related).toSorted((a, b) => a.what.localeCompare(b.what))).toEqual([
    { what: "r1 h2", by: ["user"] },
    { what: "r1 h3", by: ["ip"] },
  ]);
  expect(told(await queue.alerts.related(await idOf("h3"), HOUR_MS)).map(({ what }) => what)).toEqual(["r1 h1"]);
});

test("what every machine has relates nothing; neither do sensors and programs", async () => {
  await queue.raise(
    { n: 1, host: "h1", user: "NT AUTHORITY\\SYSTEM" },
    { n: 2, host: "h2", user: "nt authority\\system" },
  );
  expect((await queue.alerts.related(await idOf("h1"), HOUR_MS)).items).toEqual([]);
});

test("an exercise relates to itself only, and the real world to itself", async () => {
  await queue.raise(
    { n: 1, user: "lan" },
    { n: 2, rule: "r2", user: "lan" },
    { n: 3, rule: "r2", user: "lan", exercise: "x" },
    { n: 4, rule: "r3", user: "lan", exercise: "x" },
    { n: 5, rule: "r3", user: "lan", exercise: "y" },
  );
  const of = async (rule: string, exercise: string | null) =>
    (await queue.alerts.related(await idOf("h1", rule, exercise), HOUR_MS)).items.map(({ alert }) => alert.exerciseId);
  expect(await of("r1", null)).toEqual([null]);
  expect(await of("r2", "x")).toEqual(["x"]);
  expect(await of("r3", "y")).toEqual([]);
});

test("what was merged counts as the alert it lives in; unmerged it stands for itself again", async () => {
  await queue.raise(
    { n: 1, host: "h1", user: "lan" },
    { n: 2, host: "h2", user: "lan" },
    { n: 3, host: "h3", user: "minh" },
  );
  const [h1, h2, h3] = [await idOf("h1"), await idOf("h2"), await idOf("h3")];
  const { changedIds } = await queue.triage.merge([h2, h3], LAN);
  const home = changedIds.at(-1);
  expect((await queue.alerts.related(h1, HOUR_MS)).items.map(({ alert }) => alert.id)).toEqual([home]);
  expect((await queue.alerts.related(home ?? "", HOUR_MS)).items.map(({ alert }) => alert.id)).toEqual([h1]);
  await queue.triage.act([home === h2 ? h3 : h2], { action: "unmerge" }, LAN);
  expect((await queue.alerts.related(h1, HOUR_MS)).items.map(({ alert }) => alert.id)).toEqual([h2]);
});

test("a part that is split off takes what it is about along", async () => {
  await queue.raise({ n: 1, user: "lan" }, { n: 2, user: "minh" }, { n: 3, host: "h2", user: "minh" });
  const whole = await idOf("h1");
  await queue.triage.split(whole, { kind: "user", value: "minh" }, LAN);
  const lanes = async (id: string) => (await queue.alerts.related(id, HOUR_MS)).lanes.map(({ value }) => value);
  const part = (await queue.queue()).find(({ also }) => also.length > 0);
  expect(await lanes(part?.id ?? "")).toEqual(["h1", "minh"]);
  expect(await lanes(whole)).toEqual(["h1", "lan"]);
});

test("folded anew, it is what it was; alerts of before are folded by the program", async () => {
  await queue.raise({ n: 1, user: "lan" }, { n: 2, user: "LAN", at: NOW - HOUR_MS }, { n: 3, host: "h2", user: "lan" });
  const id = await idOf("h1");
  const before = await queue.alerts.related(id, HOUR_MS);
  await queue.records.transaction((tx) => foldSightings(tx, before.alert));
  expect(await queue.alerts.related(id, HOUR_MS)).toEqual(before);
  await queue.forgetEntities();
  expect((await queue.alerts.related(id, HOUR_MS)).items).toEqual([]);
  expect(await queue.triage.foldMissing()).toBe(2);
  expect(await queue.alerts.related(id, HOUR_MS)).toEqual(before);
});

test("no more than are drawn, the nearest first, and it is told", async () => {
  const all = Array.from({ length: 230 }, (_, n): FindingAsk => ({ n, rule: `r${n}`, at: NOW - n * 1_000 }));
  await queue.raise(...all);
  const related = await queue.alerts.related(await idOf("h1", "r0"), HOUR_MS);
  expect(related.items.length).toBe(200);
  expect(related.truncated).toBe(true);
  expect(related.items[0]?.alert.rule.id).toBe("r200");
  expect(related.lanes[0]).toMatchObject({ alerts: 200, isMore: true });
});

interface Told {
  readonly rule: number;
  readonly host: number;
  readonly user: number;
  readonly src: number;
  readonly dst: number;
  readonly minute: number;
  readonly world: number;
}
const some = (most: number) => fc.integer({ min: 0, max: most });
const findings = fc.array(
  fc.record<Told>({
    rule: some(3),
    host: some(4),
    user: some(3),
    src: some(4),
    dst: some(4),
    minute: some(300),
    world: some(1),
  }),
  { minLength: 1, maxLength: 25 },
);

/** By looking at every finding of every other alert. */
function bruteForce(all: readonly Told[], subject: string, windowMs: number): Set<string> {
  const keyOf = (one: Told) => `${one.rule} ${one.host} ${one.world}`;
  const about = (one: Told) =>
    [`host ${one.host}`, `user ${one.user}`, `ip ${one.src}`, `ip ${one.dst}`].filter((word) => !word.endsWith(" 0"));
  const own = all.filter((one) => keyOf(one) === subject);
  const times = own.map(({ minute }) => minute * MINUTE_MS);
  const [from, to] = [Math.min(...times) - windowMs, Math.max(...times) + windowMs];
  const others = Map.groupBy(
    all.filter((one) => keyOf(one) !== subject && one.world === own[0]?.world),
    keyOf,
  );
  const related = [...others].filter(([, group]) =>
    own.flatMap(about).some((word) => {
      const spoken = group.filter((one) => about(one).includes(word)).map(({ minute }) => minute * MINUTE_MS);
      return spoken.length > 0 && Math.max(...spoken) >= from && Math.min(...spoken) <= to;
    }),
  );
  return new Set(related.map(([key]) => key));
}

test("equal to looking at every finding of every alert", { timeout: 60_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(findings, async (all) => {
      const asked = all.map(
        (one, n): FindingAsk => ({
          n,
          rule: `r${one.rule}`,
          // A name for nobody stands for the value that relates nothing.
          host: one.host === 0 ? "localhost" : `h${one.host}`,
          ...(one.user === 0 ? {} : { user: `u${one.user}` }),
          srcIp: one.src === 0 ? "127.0.0.1" : `10.0.0.${one.src}`,
          dstIp: one.dst === 0 ? "127.0.0.1" : `10.0.0.${one.dst}`,
          at: NOW + one.minute * MINUTE_MS,
          ...(one.world === 0 ? {} : { exercise: "x" }),
        }),
      );
      const own = await openQueue();
      try {
        for (let start = 0; start < asked.length; start += 7) await own.raise(...asked.slice(start, start + 7));
        for (const alert of await own.queue()) {
          const name = ({ rule, entity, exerciseId }: typeof alert) =>
            `${rule.id.slice(1)} ${entity.value === "localhost" ? 0 : entity.value.slice(1)} ${exerciseId === null ? 0 : 1}`;
          if (alert.entity.value === "localhost") continue;
          const related = await own.alerts.related(alert.id, HOUR_MS);
          const expected = bruteForce(all, name(alert), HOUR_MS);
          expect(new Set(related.items.map((each) => name(each.alert)))).toEqual(expected);
        }
      } finally {
        await own.close();
      }
    }),
    { numRuns: 12 },
  );
});
