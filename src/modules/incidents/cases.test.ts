import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { sql } from "../../platform/db/index.ts";
import type { PartContent } from "./parts/schemas.ts";
import { type House, openHouse } from "./testdata/house.ts";

let house: House;
beforeEach(async () => {
  house = await openHouse();
});
afterEach(() => house.close());

const page = (id: string, who = "lan") => house.incidents.views.page(id, house.as(who).who);
const comment = (text: string, mentions: string[] = []): PartContent => ({
  kind: "comment",
  text,
  mentions: mentions.map((id) => ({ id, name: "" })),
});
const note = (markdown: string): PartContent => ({ kind: "note", title: "Ghi chú", markdown });
const CLOSING = {
  to: "closed" as const,
  reason: "xong",
  resolution: "incident" as const,
  summary: "Đã làm sạch và đưa máy về mạng.",
};

describe("a case", () => {
  test("has a number of its year, the template's severity and tasks, and begins its history", async () => {
    const [first, second] = [
      await house.open({ title: "Mã độc" }),
      await house.open({ title: "Thư giả", kind: "phishing" }),
    ];
    expect((await page(first)).record).toMatchObject({
      number: "HS-2026-0001",
      severity: "high",
      stage: "new",
      lead: { name: "Lê Thị Lan" },
    });
    expect((await page(second)).record).toMatchObject({ number: "HS-2026-0002", severity: "medium" });
    const { parts, stages } = await page(first);
    expect(parts.filter(({ content }) => content.kind === "task").length).toBeGreaterThan(3);
    expect(stages.map(({ action }) => action)).toEqual(["created"]);
  });

  test("of a phone call keeps who told it, by what way and when", async () => {
    const origin = { reporter: "Bà Nga, phòng kế toán", channel: "phone" as const, at: "2026-11-21T07:55:00Z" };
    expect((await page(await house.open({ title: "Máy chậm lạ", origin }))).record.origin).toEqual(origin);
  });

  test("goes its way step by step, is closed with reason and summary by who leads it, and can be opened again", async () => {
    const id = await house.open({ title: "Mã độc" });
    const step = (to: "triage" | "investigating", version: number, reason = "") =>
      house.incidents.cases.step(id, { to, version, reason }, house.as("lan"));
    await step("triage", 1);
    await expect(house.incidents.cases.step(id, { ...CLOSING, version: 2 }, house.as("minh"))).rejects.toMatchObject({
      code: "incidents.case.lead_needed",
    });
    await house.incidents.cases.step(id, { ...CLOSING, version: 2 }, house.as("lan"));
    expect((await page(id)).record).toMatchObject({
      stage: "closed",
      resolution: "incident",
      closingSummary: CLOSING.summary,
    });
    await expect(house.incidents.parts.add(id, comment("muộn"), house.as("lan"))).rejects.toMatchObject({
      code: "incidents.case.closed",
    });
    await step("investigating", 3, "có dấu hiệu mới");
    expect((await page(id)).record).toMatchObject({ stage: "investigating", resolution: null });
    expect((await page(id)).stages.map(({ after }) => after?.["stage"])).toEqual([
      "new",
      "triage",
      "closed",
      "investigating",
    ]);
  });

  test("tells a late writer what changed, by whom and when; nothing is lost", async () => {
    const id = await house.open({ title: "Mã độc" });
    await house.incidents.cases.change(id, { version: 1, title: "Mã độc ở kế toán", reason: "" }, house.as("minh"));
    await expect(
      house.incidents.cases.change(id, { version: 1, severity: "critical", reason: "" }, house.as("lan")),
    ).rejects.toMatchObject({
      kind: "conflict",
      code: "incidents.record.changed_meanwhile",
      params: { version: 2, fields: "title", by: "Trần Minh", at: "2026-11-21T08:00:00.000Z" },
    });
    expect((await page(id)).record).toMatchObject({ title: "Mã độc ở kế toán", severity: "high" });
  });

  test("hands the lead over only by who leads; a case nobody leads may be taken", async () => {
    const id = await house.open({ title: "Mã độc", lead: null });
    const people = (version: number, lead: string, by: string) =>
      house.incidents.cases.setPeople(id, { version, lead, deputies: [], watchers: [], reason: "" }, house.as(by));
    await people(1, "minh", "minh");
    await expect(people(2, "lan", "lan")).rejects.toMatchObject({ code: "incidents.case.lead_needed" });
    await people(2, "lan", "minh");
    expect((await page(id)).record.lead?.id).toBe("lan");
  });

  test("history cannot be rewritten, not even by the program", async () => {
    await house.open({ title: "Mã độc" });
    await expect(sql`UPDATE incidents_history SET reason = 'x'`.execute(house.records.query)).rejects.toThrow(
      /append-only/u,
    );
    await expect(sql`DELETE FROM incidents_history`.execute(house.records.query)).rejects.toThrow(/append-only/u);
  });
});

describe("alerts of a case", () => {
  test("bring facts and their entity once, are told to the queue, and go without what they brought", async () => {
    const id = await house.open({ title: "PowerShell lạ", alerts: ["a1", "a2"] });
    await house.incidents.alerts.add(id, ["a2", "a3"], house.as("lan"));
    const count = (parts: readonly { content: { kind: string } }[], kind: string) =>
      parts.filter(({ content }) => content.kind === kind).length;
    const kinds = async () => {
      const { parts } = await page(id);
      return { fact: count(parts, "fact"), asset: count(parts, "asset") };
    };
    expect((await page(id)).alerts.map(({ alertId }) => alertId).toSorted()).toEqual(["a1", "a2", "a3"]);
    expect(await kinds()).toMatchObject({ fact: 15, asset: 3 });
    await house.incidents.alerts.remove(id, "a2", { reason: "trùng máy thử", by: house.as("lan") });
    await house.incidents.alerts.add(id, ["a2"], house.as("lan"));
    expect(await kinds()).toMatchObject({ fact: 15, asset: 3 });
    await house.close();
    expect(
      house.news.filter(({ topic }) => topic === "incidents.alerts.linked").map(({ payload }) => payload["alertIds"]),
    ).toEqual([["a1", "a2"], ["a3"], ["a2"]]);
    house = await openHouse();
  });

  test("of an exercise and real ones never share a case; the case is of its exercise and out of real figures", async () => {
    await expect(house.open({ title: "Lẫn lộn", alerts: ["a1", "drill"] })).rejects.toMatchObject({
      code: "incidents.alert.other_world",
    });
    const id = await house.open({ title: "Diễn tập", alerts: ["drill"] });
    expect((await page(id)).record.exerciseId).toBe("exercise-1");
    await expect(house.incidents.alerts.add(id, ["a1"], house.as("lan"))).rejects.toMatchObject({
      code: "incidents.alert.other_world",
    });
    const list = (exercise: "exclude" | "only") =>
      house.incidents.views.list(
        { whose: "all", exercise, sort: "updated" },
        { who: house.as("lan").who, after: undefined, limit: 10 },
      );
    expect((await list("exclude")).total).toBe(0);
    expect((await list("only")).items.map((one) => one.id)).toEqual([id]);
  });
});

describe("parts of a case", () => {
  test("keep every version, tell conflicts, are hidden and shown with a reason", async () => {
    const id = await house.open({ title: "Mã độc" });
    const { parts } = house.incidents;
    const added = await parts.add(id, note("một"), house.as("lan"));
    await parts.change(id, added.id, {
      asked: { version: 1, content: note("hai"), reason: "sửa" },
      by: house.as("minh"),
    });
    await expect(
      parts.change(id, added.id, { asked: { version: 1, content: note("ba"), reason: "" }, by: house.as("lan") }),
    ).rejects.toMatchObject({
      code: "incidents.record.changed_meanwhile",
      params: { fields: "markdown", by: "Trần Minh" },
    });
    await parts.hide(id, added.id, { asked: { version: 2, hidden: true, reason: "nhầm hồ sơ" }, by: house.as("lan") });
    const { items } = await house.incidents.views.history(id, house.as("lan").who);
    expect(
      items
        .filter(({ subjectId }) => subjectId === added.id)
        .map(({ action, before, after }) => [action, before?.["markdown"] ?? null, after?.["markdown"] ?? null]),
    ).toEqual([
      ["hidden", null, null],
      ["changed", "một", "hai"],
      ["added", null, "một"],
    ]);
  });

  test("mentions and tasks reach the people, never who wrote them", async () => {
    const id = await house.open({ title: "Mã độc" });
    await house.incidents.parts.add(id, comment("xem giúp", ["minh", "lan"]), house.as("lan"));
    const task: PartContent = {
      kind: "task",
      title: "Gọi nhà mạng",
      note: "",
      owner: { id: "minh", name: "giả" },
      due: null,
      state: "open",
      order: 1,
    };
    const { content } = await house.incidents.parts.add(id, task, house.as("lan"));
    expect(content).toMatchObject({ owner: { id: "minh", name: "Trần Minh" } });
    await house.close();
    const told = (topic: string) =>
      house.news.filter((one) => one.topic === topic).map(({ payload }) => payload["people"]);
    expect(told("incidents.person.mentioned")).toEqual([["minh"]]);
    expect(told("incidents.task.assigned")).toEqual([["minh"]]);
    house = await openHouse();
  });

  test("a comment is not edited and nobody unknown is named", async () => {
    const id = await house.open({ title: "Mã độc" });
    const added = await house.incidents.parts.add(id, comment("a"), house.as("lan"));
    await expect(
      house.incidents.parts.change(id, added.id, {
        asked: { version: 1, content: comment("b"), reason: "" },
        by: house.as("lan"),
      }),
    ).rejects.toMatchObject({ code: "incidents.comment.fixed" });
    await expect(house.incidents.parts.add(id, comment("a", ["ma"]), house.as("lan"))).rejects.toMatchObject({
      code: "incidents.person.missing",
    });
  });
});

describe("merging", () => {
  const merge = (id: string, from: string, carry: ("alerts" | "note" | "tags" | "people")[]) =>
    house.incidents.merging.merge(
      id,
      { version: 1, from, fromVersion: 1, carry, reason: "cùng một vụ" },
      house.as("lan"),
    );

  test("carries only what is chosen and closes the other; coming apart takes back what was not worked on", async () => {
    const [one, other] = [
      await house.open({ title: "Một", alerts: ["a1"] }),
      await house.open({ title: "Hai", alerts: ["a2"], tags: ["kế toán"] }),
    ];
    for (const text of ["giữ", "sửa"]) await house.incidents.parts.add(other, note(text), house.as("lan"));
    const tasksBefore = (await page(one)).parts.filter(({ content }) => content.kind === "task").length;
    await merge(one, other, ["alerts", "note"]);
    const merged = await page(one);
    expect(merged.alerts.map(({ alertId }) => alertId).toSorted()).toEqual(["a1", "a2"]);
    expect(merged.record.tags).toEqual([]);
    expect(merged.parts.filter(({ content }) => content.kind === "task")).toHaveLength(tasksBefore);
    expect((await page(other)).record).toMatchObject({ stage: "closed", resolution: "merged", mergedInto: one });
    await expect(house.incidents.parts.add(other, note("x"), house.as("lan"))).rejects.toMatchObject({
      code: "incidents.case.merged",
    });

    const carried = merged.parts.find(({ content }) => content.kind === "note" && content.markdown === "sửa");
    await house.incidents.parts.change(one, carried?.id ?? "", {
      asked: { version: 1, content: note("đã sửa"), reason: "" },
      by: house.as("lan"),
    });
    const { version } = (await page(one)).record;
    await house.incidents.merging.unmerge(one, other, {
      asked: { version, reason: "hai vụ khác nhau" },
      by: house.as("lan"),
    });
    const apart = await page(one);
    expect(apart.alerts.map(({ alertId }) => alertId)).toEqual(["a1"]);
    expect(
      apart.parts
        .filter(({ content, hidden }) => content.kind === "note" && !hidden)
        .map(({ content }) => "markdown" in content && content.markdown),
    ).toEqual(["đã sửa"]);
    const { record } = await page(other);
    expect(record).toMatchObject({ stage: "new", resolution: null, mergedInto: null });
  });

  test("a case is not merged into itself, nor into another world", async () => {
    const [real, drill] = [
      await house.open({ title: "Thật" }),
      await house.open({ title: "Diễn tập", alerts: ["drill"] }),
    ];
    await expect(merge(real, real, [])).rejects.toMatchObject({ code: "incidents.merge.same" });
    await expect(merge(real, drill, [])).rejects.toMatchObject({ code: "incidents.merge.other_world" });
  });
});

test("similar cases are those that share rare things, and say what they share", async () => {
  const [one, other] = [
    await house.open({ title: "Một", alerts: ["a1"] }),
    await house.open({ title: "Hai", alerts: ["a2"] }),
  ];
  const far = await house.open({ title: "Ba" });
  const ip: PartContent = {
    kind: "indicator",
    type: "ip",
    value: "203.0.113.9",
    verdict: "malicious",
    source: "",
    note: "",
  };
  for (const id of [one, far]) await house.incidents.parts.add(id, ip, house.as("lan"));
  const similar = await house.incidents.views.similar(one, house.as("lan").who);
  expect(similar.map((each) => [each.caseId, each.shared.map(({ kind, value }) => `${kind} ${value}`)])).toEqual([
    [far, ["indicator 203.0.113.9"]],
    [other, ["rule Rule rule-ps"]],
  ]);
  expect(
    (await house.incidents.views.similarToAlerts(["a3"], house.as("lan").who)).map((each) => each.caseId).toSorted(),
  ).toEqual([one, far].toSorted());
});
