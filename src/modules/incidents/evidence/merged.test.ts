/** Evidence of merged cases: read through from the surviving one, kept and sealed by the one that took it in. */
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Doer } from "../ports.ts";
import { openHouse, type House } from "../testdata/house.ts";
import { brokenCustody } from "./custody.ts";

let house: House;
beforeEach(async () => {
  house = await openHouse();
});
afterEach(() => house.close());

const file = (id: string, name: string, by: Doer = house.as("lan")) =>
  house.incidents.evidence.addFile(
    id,
    {
      name,
      description: "",
      content: (async function* () {
        yield Buffer.from(`bytes of ${name}`);
      })(),
    },
    by,
  );
const list = (id: string, who = "lan") => house.incidents.evidence.list(id, house.as(who).who);
const names = async (id: string, who = "lan") =>
  (await list(id, who)).flatMap(({ record, items }) => items.map(({ name }) => `${record.title}: ${name}`));
const version = async (id: string) => (await house.incidents.views.page(id, house.as("lan").who)).record.version;
const merge = async (id: string, from: string) =>
  house.incidents.merging.merge(
    id,
    {
      version: await version(id),
      from,
      fromVersion: await version(from),
      carry: ["fact", "decision"],
      reason: "một vụ",
    },
    house.as("lan"),
  );

test("is shown, read, reported and exported from the surviving case, each deed in the custody of its own", async () => {
  const [one, two, three] = [
    await house.open({ title: "Một" }),
    await house.open({ title: "Hai", tlp: "RED" }),
    await house.open({ title: "Ba" }),
  ];
  await file(one, "a.bin");
  const b = await file(two, "b.bin");
  await file(three, "c.bin");
  await merge(two, three);
  await merge(one, two);
  expect(await names(one)).toEqual(["Một: a.bin", "Hai: b.bin", "Ba: c.bin"]);

  const by = house.as("lan");
  const { content } = await house.incidents.evidence.read(one, b.id, by);
  content.destroy();
  await house.incidents.bagging.bag(one, by);
  for (const { record, custody } of await list(one)) {
    const acts = custody.map(({ entry }) => (JSON.parse(entry) as string[])[5]);
    expect(acts, record.title).toEqual(record.id === two ? ["added", "read", "exported"] : ["added", "exported"]);
    expect(brokenCustody(record.id, custody)).toBeNull();
  }
  const report = await house.incidents.bagging.report(one, by.who);
  const numbers = (await list(one)).map(({ record }) => record.number);
  expect(report.evidence.map((each) => each.case)).toEqual(numbers);
  expect(new Set(report.custody.map((each) => each.case))).toEqual(new Set(numbers));
  expect(report.tlp).toBe("RED");

  await house.incidents.merging.unmerge(one, two, {
    asked: { version: await version(one), reason: "hai vụ" },
    by,
  });
  expect(await names(one)).toEqual(["Một: a.bin"]);
  expect(await names(two)).toEqual(["Hai: b.bin", "Ba: c.bin"]);
  await expect(house.incidents.evidence.read(one, b.id, by)).rejects.toMatchObject({
    code: "incidents.evidence.missing",
  });
  expect((await house.incidents.bagging.report(one, by.who)).tlp).toBe("AMBER");
});

test("of a restricted case stays with its people, whoever may read the case it was merged into", async () => {
  const by = house.as("lan", "cases.lead");
  const one = await house.open({ title: "Một", restricted: true }, by);
  const two = await house.open({ title: "Mật", restricted: true, tlp: "RED" }, by);
  await file(one, "a.bin", by);
  const secret = await file(two, "b.bin", by);
  await merge(one, two);
  await house.incidents.cases.setAccess(
    one,
    { version: await version(one), restricted: false, members: [], reason: "đã công bố" },
    by,
  );
  expect(await names(one)).toEqual(["Một: a.bin", "Mật: b.bin"]);
  expect(await names(one, "minh")).toEqual(["Một: a.bin"]);
  const minh = house.as("minh");
  await expect(house.incidents.evidence.read(one, secret.id, minh)).rejects.toMatchObject({
    code: "incidents.evidence.missing",
  });
  const told = await house.incidents.bagging.report(one, minh.who);
  expect([told.tlp, told.evidence.map(({ name }) => name)]).toEqual(["AMBER", ["a.bin"]]);
  await house.incidents.bagging.bag(one, minh);
  const [, kept] = await list(one);
  expect(kept?.custody.map(({ entry }) => (JSON.parse(entry) as string[])[5])).toEqual(["added"]);
});

test("a decision that is carried rests on the facts that came with it", async () => {
  const [one, two] = [await house.open({ title: "Một" }), await house.open({ title: "Hai" })];
  const by = house.as("lan");
  const time = new Date(house.clock.now()).toISOString();
  const source = { kind: "person", note: "", alertId: null, eventId: null, rule: null, host: null } as const;
  const fact = await house.incidents.parts.add(
    two,
    { kind: "fact", time, text: "Máy gọi ra ngoài", factKind: "observed", confidence: "likely", source },
    by,
  );
  await house.incidents.parts.add(
    two,
    { kind: "decision", time, what: "Ngắt", by: "Lan", reason: "x", alternatives: "", facts: [fact.id] },
    by,
  );
  await merge(one, two);
  expect((await house.incidents.bagging.report(one, by.who)).decisions[0]?.facts).toEqual(["Máy gọi ra ngoài"]);
  await house.incidents.merging.unmerge(one, two, { asked: { version: await version(one), reason: "nhầm" }, by });
  const { parts } = await house.incidents.views.page(one, by.who);
  expect(parts.filter(({ hidden, fromCase }) => !hidden && fromCase !== null)).toEqual([]);
});
