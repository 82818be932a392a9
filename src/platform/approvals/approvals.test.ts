import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { auditMigrations, openAudit, RECORDS_FILE } from "../audit/index.ts";
import { ManualClock } from "../clock/index.ts";
import { openRecords, sql } from "../db/index.ts";
import { Fault } from "../../kernel/index.ts";
import type { Permission, Principal } from "../http/index.ts";
import { LiveChannel } from "../live/index.ts";
import { silentLog } from "../log/index.ts";
import { Outbox, outboxMigrations } from "../outbox/index.ts";
import { type ApprovalKind, approvalMigrations, Approvals } from "./index.ts";

const HOUR_MS = 3_600_000;
const person = (id: string, ...permissions: Permission[]): Principal => ({
  kind: "user",
  id,
  name: id,
  permissions: new Set(permissions),
});
const LAN = person("lan", "approvals.decide");
const MINH = person("minh", "approvals.decide");
const HOA = person("hoa");
const by = (who: Principal) => ({ who, peer: "127.0.0.1" });

let dataDir: string;
let clock: ManualClock;
let house: Awaited<ReturnType<typeof open>>;
let deciders: { id: string; name: string }[];

async function open() {
  const records = openRecords({
    file: join(dataDir, RECORDS_FILE),
    migrations: [...outboxMigrations, ...auditMigrations, ...approvalMigrations],
  });
  await sql`CREATE TABLE IF NOT EXISTS effects (what TEXT) STRICT`.execute(records.query);
  const audit = await openAudit({ records, clock, dataDir });
  const outbox = new Outbox({ records, clock, log: silentLog });
  const live = new LiveChannel();
  const approvals = new Approvals({ records, audit, clock, outbox, live, deciders: async () => deciders });
  const kind: ApprovalKind = {
    kind: "test.thing.burn",
    carryOut: async (tx, { object, details }) => {
      if (details["fault"] === true) throw new Fault("conflict", "test.thing.gone", "it is gone");
      if (details["bug"] === true) throw new Error("a bug");
      await sql`INSERT INTO effects VALUES (${object.id})`.execute(tx);
    },
  };
  approvals.register(kind);
  const close = async () => {
    await audit.close();
    await records.close();
  };
  return { records, audit, outbox, approvals, close };
}

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), "khien-approvals-"));
  clock = new ManualClock(Date.UTC(2026, 10, 21));
  deciders = [LAN, MINH].map(({ id, name }) => ({ id, name }));
  house = await open();
  await house.approvals.switchKind("test.thing.burn", true, by(LAN));
});
afterEach(async () => {
  await house.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const wanted = (id = "a", details: Record<string, unknown> = {}, reason = "vì cần") => ({
  kind: "test.thing.burn",
  object: { kind: "thing", id, title: `thing ${id}` },
  details,
  reason,
});
const ask = async (who = HOA, ...rest: Parameters<typeof wanted>) => {
  const refused = await house.approvals.gate(wanted(...rest), by(who)).catch((error: unknown) => error as Fault);
  expect(refused).toMatchObject({ code: "approvals.request.opened" });
  return String((refused as Fault).params["request"]);
};
const decide = (id: string, who: Principal, decision: "approve" | "refuse" = "approve") =>
  house.approvals.decide(id, { decision, note: "" }, by(who));
const effects = async () =>
  (await sql<{ what: string }>`SELECT what FROM effects`.execute(house.records.query)).rows.map(({ what }) => what);
const state = async (id: string) => (await house.approvals.list(LAN)).items.find((one) => one.id === id)?.state;
const fails = (code: string) => expect.objectContaining({ code });

describe("a request", () => {
  test("is opened with a reason, agreed to by another, and carried out once", async () => {
    await expect(house.approvals.gate(wanted("a", {}, " "), by(HOA))).rejects.toEqual(fails("approvals.reason.needed"));
    const id = await ask();
    expect(await effects()).toEqual([]);
    expect((await house.approvals.list(LAN)).waiting).toBe(1);
    await decide(id, LAN);
    expect([await state(id), await effects()]).toEqual(["done", ["a"]]);
    await expect(decide(id, MINH)).rejects.toEqual(fails("approvals.request.over"));
    const verbs = (await house.audit.list({ before: 1e9, limit: 99, verb: "approvals.request." })).map(
      (one) => one.verb,
    );
    expect(verbs.toReversed()).toEqual([
      "approvals.request.opened",
      "approvals.request.approved",
      "approvals.request.carried_out",
    ]);
  });

  test("takes its reason from the request's header too", async () => {
    const asker = { ...by(HOA), headers: { "x-approval-reason": encodeURIComponent("Công văn số 12") } };
    await expect(house.approvals.gate(wanted("a", {}, ""), asker)).rejects.toEqual(fails("approvals.request.opened"));
    expect((await house.approvals.list(LAN)).items[0]).toMatchObject({ reason: "Công văn số 12" });
  });

  test("is decided by nobody who asked, and by no token", async () => {
    const id = await ask(LAN);
    await expect(decide(id, LAN)).rejects.toEqual(fails("approvals.request.own"));
    await expect(decide(id, { ...MINH, kind: "token" })).rejects.toEqual(fails("approvals.request.own"));
    await decide(id, MINH, "refuse");
    expect([await state(id), await effects()]).toEqual(["refused", []]);
  });

  test("is seen by who decides and by who asked, and by nobody else", async () => {
    const id = await ask(HOA);
    expect((await house.approvals.list(person("chi"))).items).toEqual([]);
    expect((await house.approvals.list(HOA)).items).toMatchObject([{ id, mayDecide: false }]);
    expect((await house.approvals.list(MINH)).items).toMatchObject([{ id, mayDecide: true }]);
  });

  test("is void after a day, and can be taken back before", async () => {
    const late = await ask(HOA, "late");
    const own = await ask(HOA, "own");
    await expect(house.approvals.withdraw(own, by(MINH))).rejects.toEqual(fails("approvals.request.missing"));
    await house.approvals.withdraw(own, by(HOA));
    clock.advance(24 * HOUR_MS);
    await expect(decide(late, LAN)).rejects.toEqual(fails("approvals.request.over"));
    await house.approvals.expire();
    expect([await state(late), await state(own), await effects()]).toEqual(["expired", "withdrawn", []]);
  });

  test("waits once for one thing, and nobody piles them up", async () => {
    await ask();
    await expect(house.approvals.gate(wanted(), by(LAN))).rejects.toEqual(fails("approvals.request.waiting"));
    for (let n = 1; n < 20; n++) await ask(HOA, `n${n}`);
    await expect(house.approvals.gate(wanted("more"), by(HOA))).rejects.toEqual(fails("approvals.request.too_many"));
  });

  test("that two decide at once is decided once", async () => {
    const id = await ask();
    const results = await Promise.allSettled([decide(id, LAN), decide(id, MINH, "refuse"), decide(id, MINH)]);
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect((await effects()).length).toBe((await state(id)) === "done" ? 1 : 0);
  });
});

describe("carrying out", () => {
  test("is once, over a crash right after the decision and a news delivered twice", async () => {
    const id = await ask();
    // The process ends between the decision and the delivery.
    house.outbox.wake = () => Promise.resolve();
    await decide(id, LAN);
    expect([await state(id), await effects()]).toEqual(["approved", []]);
    await house.close();
    house = await open();
    await house.outbox.wake();
    expect([await state(id), await effects()]).toEqual(["done", ["a"]]);
    const again = { topic: "approvals.request.approved", payload: { id } };
    await house.records.transaction((tx) => house.outbox.publish(tx, again));
    await house.outbox.wake();
    expect(await effects()).toEqual(["a"]);
  });

  test("that is refused by then is told, and holds nothing up", async () => {
    const id = await ask(HOA, "b", { fault: true });
    await decide(id, LAN);
    expect(await state(id)).toBe("failed");
    expect((await house.approvals.list(LAN)).items[0]?.steps[1]).toMatchObject({
      what: "failed",
      note: "test.thing.gone",
    });
    const next = await ask(HOA, "c");
    await decide(next, LAN);
    expect(await effects()).toEqual(["c"]);
  });

  test("that meets a bug is not marked as done, and is tried again", async () => {
    const id = await ask(HOA, "d", { bug: true });
    await decide(id, LAN);
    expect([await state(id), await effects()]).toEqual(["approved", []]);
  });
});

test("history is only added to", async () => {
  const id = await ask();
  await decide(id, LAN);
  for (const change of [
    sql`UPDATE approvals_requests SET reason = 'x'`,
    sql`DELETE FROM approvals_requests`,
    sql`UPDATE approvals_steps SET what = 'refused'`,
    sql`DELETE FROM approvals_steps`,
  ]) {
    await expect(change.execute(house.records.query)).rejects.toThrow(/append-only/u);
  }
});

describe("a kind", () => {
  test("is on only while two can decide, and off only by two", async () => {
    await house.approvals.gate({ ...wanted(), kind: "other" }, by(HOA));
    const asker = { ...by(LAN), headers: { "x-approval-reason": "thử" } };
    const off = await house.approvals
      .switchKind("test.thing.burn", false, asker)
      .catch((error: unknown) => error as Fault);
    expect(off).toMatchObject({ code: "approvals.request.opened" });
    expect(await house.approvals.isOn("test.thing.burn")).toBe(true);
    await decide(String((off as Fault).params["request"]), MINH);
    expect(await house.approvals.isOn("test.thing.burn")).toBe(false);
    deciders = deciders.slice(1);
    await expect(house.approvals.switchKind("test.thing.burn", true, by(LAN))).rejects.toEqual(
      fails("approvals.deciders.too_few"),
    );
    await expect(house.approvals.switchKind("nothing", true, by(LAN))).rejects.toEqual(fails("approvals.kind.missing"));
  });

  test("can be switched off alone when too few are left to decide", async () => {
    deciders = deciders.slice(1);
    await house.approvals.switchKind("test.thing.burn", false, by(LAN));
    expect(await house.approvals.isOn("test.thing.burn")).toBe(false);
  });
});

describe("a kind that always needs two, of whom both hold more", () => {
  const MAI = person("mai", "approvals.decide", "cases.lead");
  const openDoor = { ...wanted("door"), kind: "test.door.open" };
  beforeEach(() => {
    house.approvals.register({
      kind: "test.door.open",
      always: true,
      alsoNeeds: "cases.lead",
      carryOut: (tx, { object }) => sql`INSERT INTO effects VALUES (${object.id})`.execute(tx).then(() => undefined),
    });
  });

  test("has no switch, and is seen and decided by nobody who holds less", async () => {
    await expect(house.approvals.switchKind("test.door.open", false, by(MAI))).rejects.toEqual(
      fails("approvals.kind.missing"),
    );
    expect((await house.approvals.kinds()).map(({ kind }) => kind)).toEqual(["test.thing.burn"]);
    const opened = await house.approvals.gate(openDoor, by(HOA)).catch((error: unknown) => error as Fault);
    expect(opened).toMatchObject({ code: "approvals.request.opened" });
    const id = String((opened as Fault).params["request"]);
    expect((await house.approvals.list(LAN)).items).toEqual([]);
    await expect(decide(id, LAN)).rejects.toEqual(fails("approvals.request.missing"));
    await decide(id, MAI);
    expect([await state(id), await effects()]).toEqual([undefined, ["door"]]);
  });

  test("is not asked for where nobody else could agree", async () => {
    deciders = [{ id: "hoa", name: "hoa" }];
    await expect(house.approvals.gate(openDoor, by(HOA))).rejects.toEqual(fails("approvals.deciders.too_few"));
  });
});

test("who can decide hears of a request, who asked of the decision", async () => {
  const heard: unknown[] = [];
  house.outbox.on("approvals.request.opened", async (payload) => void heard.push(payload));
  house.outbox.on("approvals.request.decided", async (payload) => void heard.push(payload));
  const id = await ask(LAN);
  await decide(id, MINH, "refuse");
  expect(heard).toMatchObject([
    { people: ["minh"], by: { id: "lan" }, object: { kind: "approval", id } },
    { people: ["lan"], by: { id: "minh" }, decision: "refused" },
  ]);
});
