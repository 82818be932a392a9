import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { auditMigrations, openAudit } from "../../platform/audit/index.ts";
import { ManualClock } from "../../platform/clock/index.ts";
import { openRecords, type Records, sql } from "../../platform/db/index.ts";
import { LiveChannel } from "../../platform/live/index.ts";
import { silentLog } from "../../platform/log/index.ts";
import { Outbox, outboxMigrations } from "../../platform/outbox/index.ts";
import { checkCode } from "./core/check-code.ts";
import { sealedNote, sealedReceipt } from "./core/handover.ts";
import { sharingOf } from "./core/patterns.ts";
import type { EscalationRaised, UntakenAlert } from "./escalations.ts";
import {
  ESCALATION_RAISED,
  HANDOVER_SIGNED,
  loadProfiles,
  openPeople,
  type PeoplePart,
  peopleMigrations,
} from "./index.ts";

const START = Date.UTC(2026, 10, 23, 2);
const MINUTE = 60_000;
let dir: string;
let clock: ManualClock;
let records: Records;
let closeAudit: () => Promise<void>;
let people: PeoplePart;
let untaken: UntakenAlert[];
let isWhole: boolean;
let ways: string[];
let raised: EscalationRaised[];
let signed: { people: string[] }[];

const by = (id: string) => ({
  who: { kind: "user" as const, id, name: id, permissions: new Set<never>() },
  peer: "203.0.113.9",
  name: id.toUpperCase(),
});
const person = (name: string, part: object = {}) => ({
  name,
  unit: "SOC",
  roles: ["ecsf.responder"],
  tier: 1,
  phone: null,
  mail: null,
  languages: ["vi"],
  userId: null,
  ...part,
});
const LEVELS = { informational: 0, low: 0, medium: 1, high: 2, critical: 3 };

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), "khien-people-"));
  clock = new ManualClock(START);
  records = openRecords({
    file: ":memory:",
    migrations: [...outboxMigrations, ...auditMigrations, ...peopleMigrations],
  });
  const audit = await openAudit({ records, clock, dataDir: dir, log: silentLog });
  closeAudit = () => audit.close();
  const outbox = new Outbox({ records, clock, log: silentLog });
  [untaken, raised, signed] = [[], [], []];
  ways = ["mail", "sms"];
  isWhole = true;
  outbox.on(ESCALATION_RAISED, async (news) => void raised.push(news as EscalationRaised));
  outbox.on(HANDOVER_SIGNED, async (news) => void signed.push(news as { people: string[] }));
  people = openPeople({
    records,
    audit,
    clock,
    outbox,
    live: new LiveChannel(),
    profiles: [{ id: "ecsf.responder", vi: "Ứng phó", en: "Responder", instrument: "ECSF" }],
    accountsByName: async () => new Map([["lan.nguyen", "u-lan"]]),
    nameOf: async (id) => id.toUpperCase(),
    untaken: async (after) => ({ items: untaken.filter(({ createdAt }) => createdAt > after), isWhole }),
    openWays: async () => ways,
    figures: async () => ({
      openByLevel: LEVELS,
      takenByLevel: LEVELS,
      oldestOpen: [],
      overdue: null,
      takenByLeaving: [],
      cases: null,
      clocks: null,
      silentSensors: [],
      exercise: null,
    }),
  });
});
afterEach(async () => {
  await closeAudit();
  await records.close();
  rmSync(dir, { recursive: true, force: true });
});

test("the shipped role profiles load, each once, in both languages", async () => {
  const { profiles, problems } = await loadProfiles(
    fileURLToPath(new URL("../../../content/workforce", import.meta.url)),
  );
  expect(problems).toEqual([]);
  expect(new Set(profiles.map(({ id }) => id)).size).toBe(12);
});

describe("roster", () => {
  test("who saw an older version does not overwrite; an account belongs to one person; nobody is removed", async () => {
    const lan = await people.roster.create(person("Lan", { userId: "u-lan" }), by("admin"));
    await expect(people.roster.create(person("Minh", { userId: "u-lan" }), by("admin"))).rejects.toMatchObject({
      code: "people.person.account_taken",
    });
    const change = { ...person("Lan", { tier: 2 }), version: 1, archived: true };
    await people.roster.change(lan.id, change, by("admin"));
    await expect(people.roster.change(lan.id, change, by("other"))).rejects.toMatchObject({ kind: "conflict" });
    expect(await people.roster.list()).toMatchObject([{ name: "Lan", tier: 2, archived: true, version: 2 }]);
  });

  test("a CSV says what would happen, then does it once; one wrong line and nothing is written", async () => {
    const csv = [
      "Họ tên;Đơn vị;Vai trò;Bậc;Điện thoại;E-mail;Ngôn ngữ;Tài khoản",
      "Nguyễn Thị Lan;SOC;ecsf.responder;2;0912 345 678;lan@example.vn;vi,en;lan.nguyen",
      "Trần Minh;SOC;;;;;vi;",
    ].join("\r\n");
    expect(await people.roster.importCsv(csv, false, by("admin"))).toMatchObject({ created: 2, applied: false });
    expect(await people.roster.list()).toEqual([]);
    expect(await people.roster.importCsv(csv, true, by("admin"))).toMatchObject({ created: 2, applied: true });
    expect(await people.roster.importCsv(csv, true, by("admin"))).toMatchObject({
      created: 0,
      updated: 0,
      unchanged: 2,
    });
    const changed = csv.replace(";2;", ";3;");
    expect(await people.roster.importCsv(changed, true, by("admin"))).toMatchObject({ updated: 1, unchanged: 1 });
    expect(await people.roster.list()).toMatchObject([
      { name: "Nguyễn Thị Lan", tier: 3, phone: "+84912345678", userId: "u-lan", languages: ["vi", "en"], version: 2 },
      { name: "Trần Minh", tier: null },
    ]);
  });

  test.each([
    ["an unknown role", "name,roles\nA,ecsf.wizard", { line: 2, column: "roles", code: "people.profile.unknown" }],
    ["a tier that is none", "name,tier\nA,9", { line: 2, column: "tier", code: "people.import.wrong" }],
    [
      "no account of that name",
      "name,username\nA,nobody",
      { line: 2, column: "username", code: "people.import.no_account" },
    ],
    ["the same person twice", "name,unit\nA,x\nA,x", { line: 3, column: "name", code: "people.import.twice" }],
    ["no heading for names", "a,b\n1,2", { line: 1, column: "", code: "people.import.no_name_column" }],
    ["nothing", "", { line: 1, column: "", code: "people.import.empty" }],
  ])("a CSV with %s", async (_what, csv, problem) => {
    const outcome = await people.roster.importCsv(csv, true, by("admin"));
    expect(outcome).toMatchObject({ applied: false, problems: [problem] });
    expect(await people.roster.list()).toEqual([]);
  });
});

async function soc() {
  const all = [];
  for (const name of ["A", "B", "C", "D"]) {
    all.push(
      await people.roster.create(
        person(name, { userId: `u-${name}`, mail: `${name.toLowerCase()}@example.vn`, phone: "+84900000001" }),
        by("admin"),
      ),
    );
  }
  const { rota } = await people.calendar.createRota(
    {
      name: "Ca trực",
      kind: "shift",
      timeZone: "Asia/Ho_Chi_Minh",
      startsOn: "2026-11-23",
      minimum: 1,
      teams: all.map(({ id, name }) => ({ name, people: [id] })),
      ...sharingOf("3x8", 4, ["sáng", "chiều", "đêm"]),
    },
    by("admin"),
  );
  return { all, rota };
}

describe("calendar", () => {
  test("an absence makes a gap until somebody comes instead; withdrawn it is as before", async () => {
    const { all, rota } = await soc();
    const span = { from: START - 86_400_000, to: START + 86_400_000 };
    const gaps = async () => (await people.calendar.between(span)).problems.filter(({ kind }) => kind === "gap").length;
    expect(await gaps()).toBe(0);
    const absence = { kind: "absence", personId: all[0]?.id ?? "", from: START, to: START + 3_600_000 } as const;
    const id = await people.calendar.except(absence, "ốm", by("lead"));
    expect(await gaps()).toBe(1);
    const swap = {
      kind: "swap",
      rotaId: rota.id,
      day: "2026-11-23",
      shift: 0,
      out: null,
      in: all[3]?.id ?? "",
    } as const;
    await people.calendar.except(swap, "", by("lead"));
    expect(await gaps()).toBe(0);
    expect((await people.calendar.dutyAt(START)).now).toMatchObject([
      { name: "sáng", absent: [all[0]?.id], people: [{ id: all[3]?.id, by: "swap" }] },
    ]);
    await people.calendar.withdraw(id, by("lead"));
    await expect(people.calendar.withdraw(id, by("lead"))).rejects.toMatchObject({ kind: "missing" });
    expect((await people.calendar.dutyAt(START)).now[0]?.people).toHaveLength(2);
  });

  test.each([
    ["an end before its beginning", { kind: "absence", personId: "", from: 2, to: 1 }, "people.absence.span"],
    ["nobody", { kind: "swap", rotaId: "", day: "2026-11-23", shift: 0, out: null, in: null }, "people.swap.empty"],
  ] as const)("an exception with %s is refused", async (_what, exception, code) => {
    await expect(people.calendar.except(exception, "", by("lead"))).rejects.toMatchObject({ code });
  });

  test("a rota names persons of the roster, and a stale change conflicts", async () => {
    const { rota } = await soc();
    const { id, ...content } = rota;
    await expect(
      people.calendar.createRota({ ...content, teams: [{ name: "x", people: ["nobody"] }] }, by("admin")),
    ).rejects.toMatchObject({ code: "people.person.missing" });
    await people.calendar.changeRota(id, { ...content, minimum: 2, version: 1 }, by("admin"));
    await expect(people.calendar.changeRota(id, { ...content, version: 1 }, by("x"))).rejects.toMatchObject({
      kind: "conflict",
    });
  });
});

describe("escalation", () => {
  const alert = (id: string, createdAt: number): UntakenAlert => ({
    id,
    title: { vi: "Xóa", en: "Deleted" },
    createdAt,
  });

  test("each step once for each alert, to whom is on duty then, and no more when it is taken", async () => {
    const { all, rota } = await soc();
    const steps = [
      { afterMinutes: 0, target: { kind: "rota", rotaId: rota.id }, ways: ["app", "mail"] },
      { afterMinutes: 15, target: { kind: "person", personId: all[3]?.id ?? "" }, ways: ["sms"] },
      { afterMinutes: 30, target: { kind: "person", personId: all[2]?.id ?? "" }, ways: ["sms"] },
    ] as const;
    await people.escalations.create({ name: "Nghiêm trọng", enabled: true, steps }, by("admin"));
    untaken = [alert("a1", START)];
    await people.escalations.look();
    await people.escalations.look();
    expect(raised).toMatchObject([
      { people: ["u-A"], object: { id: "a1" }, calls: [{ way: "mail", address: "a@example.vn", name: "A" }] },
    ]);
    clock.advance(16 * MINUTE);
    await people.escalations.look();
    expect(raised.slice(1)).toMatchObject([{ people: ["u-D"], calls: [{ way: "sms", address: "+84900000001" }] }]);
    untaken = [];
    clock.advance(1);
    await people.escalations.look();
    untaken = [alert("a1", START)];
    clock.advance(30 * MINUTE);
    await people.escalations.look();
    expect(raised).toHaveLength(2);
    expect((await people.escalations.history()).map(({ step }) => step)).toEqual([-1, 1, 0]);
  });

  test("a way that is not open is not called by, and the history does not claim it", async () => {
    const { all } = await soc();
    ways = [];
    const steps = [
      { afterMinutes: 0, target: { kind: "person", personId: all[0]?.id ?? "" }, ways: ["mail", "app"] },
    ] as const;
    await people.escalations.create({ name: "p", enabled: true, steps }, by("admin"));
    untaken = [alert("a", START)];
    await people.escalations.look();
    expect(raised).toMatchObject([{ people: ["u-A"], calls: [] }]);
    expect((await people.escalations.history())[0]?.details.called).toEqual([{ name: "A", ways: ["app"] }]);
  });

  test("nothing counts as taken while it waits on, a day later too, or when only a part of the queue was seen", async () => {
    const { all } = await soc();
    const steps = [{ afterMinutes: 0, target: { kind: "person", personId: all[0]?.id ?? "" }, ways: ["app"] }] as const;
    await people.escalations.create({ name: "p", enabled: true, steps }, by("admin"));
    untaken = [alert("a", START)];
    await people.escalations.look();
    clock.advance(25 * 60 * MINUTE);
    await people.escalations.look();
    [untaken, isWhole] = [[], false];
    await people.escalations.look();
    expect((await people.escalations.history()).map(({ step }) => step)).toEqual([0]);
    isWhole = true;
    await people.escalations.look();
    expect((await people.escalations.history()).map(({ step }) => step)).toEqual([-1, 0]);
  });

  test("alerts of the time a policy was off are not called about at once", async () => {
    await soc();
    const steps = [{ afterMinutes: 10, target: { kind: "person", personId: "x" }, ways: ["app"] }] as const;
    const policy = await people.escalations.create({ name: "p", enabled: false, steps }, by("admin"));
    untaken = [alert("old", START - 60 * MINUTE)];
    await people.escalations.look();
    await people.escalations.change(policy.id, { name: "p", enabled: true, steps, version: 1 }, by("admin"));
    await people.escalations.look();
    expect(raised).toEqual([]);
    clock.advance(11 * MINUTE);
    await people.escalations.look();
    expect(raised).toHaveLength(1);
  });

  test("history cannot be changed or removed", async () => {
    const change = sql`DELETE FROM people_escalations`.execute(records.query);
    await expect(change).resolves.toBeDefined();
    const { all } = await soc();
    const steps = [{ afterMinutes: 0, target: { kind: "person", personId: all[0]?.id ?? "" }, ways: ["app"] }] as const;
    await people.escalations.create({ name: "p", enabled: true, steps }, by("admin"));
    untaken = [alert("a", START)];
    await people.escalations.look();
    await expect(sql`DELETE FROM people_escalations`.execute(records.query)).rejects.toThrow("append-only");
  });
});

describe("hand-over", () => {
  const hash = (text: string) => createHash("sha256").update(text).digest("hex");

  test("frozen when the leaving person signs, received by another, once, and sealed one with the next", async () => {
    await soc();
    const first = await people.handovers.sign("Theo dõi SRV-FILE01", by("u-A"));
    expect(first.content.shift).toMatchObject({ rota: "Ca trực", name: "sáng" });
    expect(signed[0]?.people).toEqual(["u-D"]);
    await expect(people.handovers.receive(first.id, "", by("u-A"))).rejects.toMatchObject({
      code: "people.handover.own",
    });
    const received = await people.handovers.receive(first.id, "đã nhận", by("u-D"));
    await expect(people.handovers.receive(first.id, "", by("u-C"))).rejects.toMatchObject({ kind: "conflict" });
    const second = await people.handovers.sign("", by("u-D"));
    const stored = await people.handovers.get(first.id);
    expect(stored.content.text).toBe("Theo dõi SRV-FILE01");
    expect(stored.seal).toBe(hash(sealedNote({ ...stored, previous: "" })));
    const again = await people.handovers.get(second.id);
    expect(again.seal).toBe(hash(sealedNote({ ...again, previous: first.seal })));
    const receipt = received.receipt ?? { at: 0, by: { id: "", name: "" }, remark: "", seal: "" };
    expect(receipt.seal).toBe(hash(sealedReceipt({ ...receipt, note: first.seal })));
    for (const change of [sql`UPDATE people_handovers SET content = ''`, sql`DELETE FROM people_handover_receipts`]) {
      await expect(change.execute(records.query)).rejects.toThrow("append-only");
    }
  });

  test("a paper's code leads to its note, and tells when what is stored is no longer what was signed", async () => {
    await soc();
    const first = await people.handovers.sign("Theo dõi SRV-FILE01", by("u-A"));
    const { receipt } = await people.handovers.receive(first.id, "", by("u-D"));
    const second = await people.handovers.sign("", by("u-D"));
    expect(await people.handovers.check(checkCode(first.seal))).toMatchObject({ printed: "signed", intact: true });
    expect(await people.handovers.check(checkCode(receipt?.seal ?? "").toLowerCase())).toMatchObject({
      note: { id: first.id },
      printed: "received",
      intact: true,
    });
    expect(await people.handovers.check(checkCode(second.seal))).toMatchObject({ note: { seq: 2 }, intact: true });
    for (const code of ["", "00000-00000-00000-00000", "' OR 1=1 --"])
      await expect(people.handovers.check(code)).rejects.toMatchObject({ code: "people.handover.code_unknown" });
    await sql`DROP TRIGGER people_handovers_fixed`.execute(records.query);
    await sql`UPDATE people_handovers SET content = replace(content, 'SRV-FILE01', 'SRV-FILE02')`.execute(
      records.query,
    );
    expect(await people.handovers.check(checkCode(first.seal))).toMatchObject({ intact: false });
    expect(await people.handovers.check(checkCode(second.seal))).toMatchObject({ intact: true });
  });
});
