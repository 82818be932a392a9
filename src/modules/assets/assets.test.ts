import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { ContentFault, type EventId, Fault, type KhienEvent } from "../../kernel/index.ts";
import { type Audit, auditMigrations, openAudit } from "../../platform/audit/index.ts";
import { ManualClock } from "../../platform/clock/index.ts";
import { openRecords, type Records, sql } from "../../platform/db/index.ts";
import type { Principal } from "../../platform/http/index.ts";
import { LiveChannel } from "../../platform/live/index.ts";
import { silentLog } from "../../platform/log/index.ts";
import { outboxMigrations } from "../../platform/outbox/index.ts";
import { type Lake, openLake } from "../lake/index.ts";
import { identifierOf, type IdentifierKind } from "./core/identifiers.ts";
import { EMPTY_SYSTEM, type PlacedIdentifier, type SystemContent } from "./core/system.ts";
import { dossierPaper } from "./dossier.ts";
import { csvOf, jsonOf } from "./exporting.ts";
import { applyImport, previewImport } from "./importing.ts";
import { Assessments, AssetRegister, assetsMigrations, loadSchemes, SeenAssets } from "./index.ts";
import { MERGE_UNDO_MS } from "./limits.ts";
import { mergeSystems, undoMerge } from "./merging.ts";
import type { SystemFilter } from "./records.ts";

const NOW = Date.UTC(2026, 10, 22, 8);
const { signal } = new AbortController();
const person = (id: string): Principal => ({ kind: "user", id, name: id, permissions: new Set(["assets.write"]) });
const lan = { who: person("lan"), peer: "203.0.113.1" };
const ALL: SystemFilter = {
  state: "active",
  q: undefined,
  criticality: [],
  level: [],
  nis2: [],
  zone: undefined,
  owner: undefined,
  parent: undefined,
};

const id = (kind: IdentifierKind, value: string, service: string | null = null): PlacedIdentifier => {
  const identifier = identifierOf(kind, value);
  if (identifier === undefined) throw new Error(`${kind} ${value}`);
  return { ...identifier, service };
};
const content = (part: Partial<SystemContent> = {}): SystemContent => ({ ...EMPTY_SYSTEM, name: "Một cửa", ...part });

let dir: string;
let lake: Lake;
let records: Records;
let audit: Audit;
let clock: ManualClock;
let live: LiveChannel;
let register: AssetRegister;
let seen: SeenAssets;
let assessments: Assessments;
let position = 0;

const { schemes } = await loadSchemes(fileURLToPath(new URL("../../../content/classifications", import.meta.url)));

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), "khien-assets-"));
  lake = await openLake({ dir, clock: new ManualClock(NOW) });
}, 60_000);
afterAll(async () => {
  await lake.close();
  rmSync(dir, { recursive: true, force: true });
});
beforeEach(async () => {
  clock = new ManualClock(NOW);
  live = new LiveChannel();
  records = openRecords({
    file: ":memory:",
    migrations: [...outboxMigrations, ...auditMigrations, ...assetsMigrations],
  });
  audit = await openAudit({ records, clock, dataDir: mkdtempSync(join(dir, "audit-")), log: silentLog });
  register = new AssetRegister({
    records,
    audit,
    clock,
    live,
    nameOf: async (who) => (who === "lan" ? "Lan" : undefined),
  });
  seen = new SeenAssets({ register, lake: lake.store });
  assessments = new Assessments({ register, schemes });
  return async () => {
    await audit.close();
    await records.close();
  };
});

const codeOf = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work;
  } catch (error) {
    if (error instanceof Fault) return error.code;
    throw error;
  }
  return "done";
};

describe("the register", () => {
  test("every change is in the history with who, when and why; nothing is written when nothing differs", async () => {
    const made = await register.create(
      content({ owner: "Sở A", identifiers: [id("host", "web01", "Cổng")] }),
      lan,
      "kiểm kê",
    );
    expect(made.services).toEqual([{ name: "Cổng", note: null }]);
    clock.advance(1_000);
    const by = { version: 1, reason: "bàn giao", by: lan };
    const changed = await register.update(made.id, content({ owner: "Sở B", identifiers: made.identifiers }), by);
    expect(changed.version).toBe(2);
    const same = await register.update(made.id, { ...changed }, { ...by, version: 2 });
    expect(same.version).toBe(2);
    const { items } = await register.history(made.id, undefined);
    expect(items.map(({ what, reason, by: who }) => [what, reason, who.name])).toEqual([
      ["changed", "bàn giao", "Lan"],
      ["created", "kiểm kê", "Lan"],
    ]);
    expect(items[0]?.changes).toContainEqual({ field: "owner", from: "Sở A", to: "Sở B" });
    expect((await register.get(made.id)).ownership).toEqual([
      { owner: "Sở A", operator: null, from: NOW, to: NOW + 1_000 },
      { owner: "Sở B", operator: null, from: NOW + 1_000, to: null },
    ]);
    await expect(sql`UPDATE assets_history SET reason = ''`.execute(records.query)).rejects.toThrow("append-only");
    await expect(sql`DELETE FROM assets_history`.execute(records.query)).rejects.toThrow("append-only");
  });

  test("a stale version is refused, and says what was changed, by whom and when", async () => {
    const { id: one } = await register.create(content(), lan, "");
    await register.update(one, content({ zone: "DMZ" }), { version: 1, reason: "", by: lan });
    const late = register.update(one, content({ owner: "X" }), { version: 1, reason: "", by: lan });
    await expect(late).rejects.toMatchObject({
      kind: "conflict",
      code: "assets.system.stale",
      params: { version: 2, by: "Lan", fields: "zone", at: new Date(NOW).toISOString() },
    });
  });

  test("codes are unique among systems in use; no system stands above itself", async () => {
    const a = await register.create(content({ code: "HS01" }), lan, "");
    expect(await codeOf(register.create(content({ code: "hs01" }), lan, ""))).toBe("assets.system.code_taken");
    const b = await register.create(content({ name: "B", parentId: a.id }), lan, "");
    const above = { ...a, parentId: b.id };
    expect(await codeOf(register.update(a.id, above, { version: 1, reason: "", by: lan }))).toBe(
      "assets.system.parent_loop",
    );
    await register.retire(a.id, { version: 1, reason: "thay thế", by: lan });
    await register.create(content({ code: "HS01" }), lan, "");
    expect(await codeOf(register.restore(a.id, { version: 2, reason: "lại", by: lan }))).toBe(
      "assets.system.code_taken",
    );
    expect((await register.get(b.id)).above).toEqual([{ id: a.id, name: "Một cửa" }]);
  });

  test("pages are complete in every order, and filters agree with their counts", async () => {
    for (let n = 0; n < 25; n += 1) {
      const criticality = n % 5 === 0 ? "critical" : "low";
      const name = n === 3 ? "100% đủ_điều kiện" : `Hệ thống ${String(n % 7)}`;
      await register.create(
        content({ name, criticality, zone: n % 2 === 0 ? "DMZ" : null, identifiers: [id("host", `h${n}`)] }),
        lan,
        "",
      );
    }
    for (const sort of ["name", "criticality", "updated"] as const) {
      const found: string[] = [];
      let after: Awaited<ReturnType<typeof register.list>>["next"];
      do {
        const page = await register.list({ filter: ALL, sort, after, limit: 4 });
        found.push(...page.items.map((item) => item.id));
        expect(page.total).toBe(25);
        after = page.next;
      } while (after !== undefined);
      expect(new Set(found).size).toBe(25);
    }
    const count = async (part: Partial<SystemFilter>) =>
      (await register.list({ filter: { ...ALL, ...part }, sort: "name", after: undefined, limit: 50 })).total;
    expect(await count({ criticality: ["critical"] })).toBe(5);
    expect(await count({ zone: "DMZ" })).toBe(13);
    expect(await count({ q: "H17" })).toBe(1);
    expect(await count({ q: "dieu kien" })).toBe(1);
    expect(await count({ q: "%" })).toBe(1);
    expect(await count({ q: "_" })).toBe(1);
    expect(await count({ level: ["none"] })).toBe(25);
    expect(await count({ level: ["3"] })).toBe(0);
  });

  test("names stand in the order people count", async () => {
    for (const n of ["10", "2", "1"]) await register.create(content({ name: `Trạm ${n}` }), lan, "");
    const { items } = await register.list({ filter: ALL, sort: "name", after: undefined, limit: 9 });
    expect(items.map(({ name }) => name)).toEqual(["Trạm 1", "Trạm 2", "Trạm 10"]);
  });

  test("importance follows every change", async () => {
    const ask = async () => {
      const found = await register.importanceOf([{ kind: "host", value: "WEB01.mot.vn" }]);
      return found.get("host\0WEB01.mot.vn");
    };
    expect(await ask()).toEqual({ importance: "unknown", systemId: null, systemName: null, owner: null, zone: null });
    const news: unknown[] = [];
    live.subscribe((message) => news.push(message));
    const made = await register.create(
      content({ criticality: "critical", owner: "Sở A", zone: "DMZ", identifiers: [id("host", "web01")] }),
      lan,
      "",
    );
    expect(await ask()).toEqual({
      importance: "critical",
      systemId: made.id,
      systemName: "Một cửa",
      owner: "Sở A",
      zone: "DMZ",
    });
    await register.retire(made.id, { version: 1, reason: "hết dùng", by: lan });
    expect((await ask())?.importance).toBe("unknown");
    expect(news).toHaveLength(2);
  });
});

test("an index that could not be built is built by the next who asks", async () => {
  await register.create(content({ identifiers: [id("host", "web01")], criticality: "high" }), lan, "");
  const asked = [{ kind: "host", value: "web01" }];
  await sql`ALTER TABLE assets_identifiers RENAME TO away`.execute(records.query);
  await expect(register.importanceOf(asked)).rejects.toThrow(/assets_identifiers/u);
  await sql`ALTER TABLE away RENAME TO assets_identifiers`.execute(records.query);
  expect((await register.importanceOf(asked)).get("host\0web01")).toMatchObject({ importance: "high" });
});

describe("merging", () => {
  const two = async () => {
    const source = await register.create(
      content({ name: "Trùng", identifiers: [id("host", "web01"), id("host", "web02", "Cổng")] }),
      lan,
      "",
    );
    const target = await register.create(content({ identifiers: [id("host", "WEB01")] }), lan, "");
    const child = await register.create(content({ name: "Con", parentId: source.id }), lan, "");
    return { source, target, child };
  };

  test("identifiers, services and systems below move; ten minutes later it stays", async () => {
    const { source, target, child } = await two();
    const { merge } = await mergeSystems(register.deps, source.id, {
      version: 1,
      into: target.id,
      reason: "trùng",
      by: lan,
    });
    const after = await register.get(target.id);
    expect(after.system.identifiers.map(({ value }) => value).sort()).toEqual(["WEB01", "web02"]);
    expect(after.children.map((each) => each.id)).toEqual([child.id]);
    expect(after.undoable).toMatchObject([{ id: merge, source: "Trùng" }]);
    expect((await register.get(source.id)).mergedInto).toEqual({ id: target.id, name: "Một cửa" });
    const found = await register.importanceOf([{ kind: "host", value: "web02" }]);
    expect(found.get("host\0web02")?.systemId).toBe(target.id);
    clock.advance(MERGE_UNDO_MS + 1);
    expect(await codeOf(undoMerge(register.deps, merge, lan))).toBe("assets.merge.too_late");
  });

  test("taken back, everything is where it was, and both histories tell it", async () => {
    const { source, target, child } = await two();
    const { merge } = await mergeSystems(register.deps, source.id, {
      version: 1,
      into: target.id,
      reason: "",
      by: lan,
    });
    // What the target got meanwhile stays with it.
    const held = (await register.get(target.id)).system;
    await register.update(
      target.id,
      { ...held, identifiers: [...held.identifiers, id("host", "web03")] },
      { version: held.version, reason: "", by: lan },
    );
    await undoMerge(register.deps, merge, lan);
    const back = await register.get(source.id);
    expect(back.system).toMatchObject({ state: "active", mergedInto: null });
    expect(back.system.identifiers.map(({ value }) => value)).toEqual(["web01", "web02"]);
    expect(back.children.map((each) => each.id)).toEqual([child.id]);
    const left = await register.get(target.id);
    expect(left.system.identifiers.map(({ value }) => value)).toEqual(["WEB01", "web03"]);
    expect(left.system.services).toEqual([]);
    expect((await register.history(source.id, undefined)).items.map(({ what }) => what)).toEqual([
      "unmerged",
      "merged",
      "created",
    ]);
    expect(await codeOf(undoMerge(register.deps, merge, lan))).toBe("assets.merge.undone");
  });

  test("a system below the one it absorbs goes up in its place, and back", async () => {
    const top = await register.create(content({ name: "Trên" }), lan, "");
    const source = await register.create(content({ name: "Giữa", parentId: top.id }), lan, "");
    const target = await register.create(content({ name: "Dưới", parentId: source.id }), lan, "");
    const { merge } = await mergeSystems(register.deps, source.id, {
      version: 1,
      into: target.id,
      reason: "",
      by: lan,
    });
    expect((await register.get(target.id)).system.parentId).toBe(top.id);
    await undoMerge(register.deps, merge, lan);
    expect((await register.get(target.id)).system.parentId).toBe(source.id);
    expect((await register.get(source.id)).system.parentId).toBe(top.id);
  });
});

describe("files", () => {
  const CSV =
    "code,name,parent,owner,criticality,service,kind,value\nHS01,Một cửa,,Sở A,critical,Cổng,host,web01\nHS01,,,,,,address,10.1.0.0/24\nHS02,Kho số liệu,HS01,Sở B,high,,host,db01\n";
  const file = (text: string) => ({ text, format: "csv" as const, name: "kiem-ke.csv" });

  test("an import is shown first, applied once, and the same file again changes nothing", async () => {
    expect(await previewImport(register.deps, CSV, "csv")).toMatchObject({
      created: 2,
      changed: 0,
      identifiers: 3,
      problemCount: 0,
    });
    expect((await register.list({ filter: ALL, sort: "name", after: undefined, limit: 9 })).total).toBe(0);
    expect(await applyImport(register.deps, file(CSV), lan)).toMatchObject({ created: 2 });
    expect(await applyImport(register.deps, file(CSV), lan)).toMatchObject({ created: 0, changed: 0, unchanged: 2 });
    const { items } = await register.list({ filter: ALL, sort: "name", after: undefined, limit: 9 });
    expect(items.map(({ name, parentName, identifiers, version }) => [name, parentName, identifiers, version])).toEqual(
      [
        ["Kho số liệu", "Một cửa", 1, 1],
        ["Một cửa", null, 2, 1],
      ],
    );
    expect((await register.history(items[0]?.id ?? "", undefined)).items).toMatchObject([
      { what: "imported", reason: "kiem-ke.csv" },
    ]);
  });

  test("one wrong line and nothing is imported; the line is named", async () => {
    const text = `${CSV}HS03,Ba,,,,,address,10.0.0.999\n`;
    const refused = await applyImport(register.deps, file(text), lan).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ContentFault);
    expect((refused as ContentFault).problems).toMatchObject([
      { file: "kiem-ke.csv", line: 5, code: "assets.import.identifier_wrong" },
    ]);
    expect((await register.list({ filter: ALL, sort: "name", after: undefined, limit: 9 })).total).toBe(0);
  });

  test("what is exported is imported as it was, and no cell is a formula", async () => {
    await register.create(
      content({ name: "=cmd|' /C calc'!A0", notes: "@x", identifiers: [id("account", "CORP\\lan")] }),
      lan,
      "",
    );
    await applyImport(register.deps, file(CSV), lan);
    for (const [format, of] of [
      ["csv", csvOf],
      ["json", jsonOf],
    ] as const) {
      let text = "";
      for await (const part of of(records.query, ALL)) text += part;
      if (format === "csv") expect(text).toContain("'=cmd");
      expect(await previewImport(register.deps, text, format)).toMatchObject({
        created: 0,
        changed: 0,
        unchanged: 3,
        problemCount: 0,
      });
    }
  });

  test("JSON is judged line by line", async () => {
    const text = '[\n{"name": "A", "identifiers": [{"kind":"planet","value":"x"}]},\n{"name": 7}]';
    expect((await previewImport(register.deps, text, "json")).problems).toMatchObject([
      { line: 2, code: "kind_unknown" },
      { line: 3, code: "json_field", params: { field: "name" } },
    ]);
    expect((await previewImport(register.deps, "[{]", "json")).problems).toMatchObject([{ code: "json_broken" }]);
    expect((await previewImport(register.deps, '"x"', "json")).problems).toMatchObject([{ code: "json_shape" }]);
  });
});

describe("seen but unregistered", () => {
  const event = (part: Partial<KhienEvent>): KhienEvent => {
    position += 1;
    const time = NOW - 60_000 * position;
    return {
      id: position.toString(16).padStart(32, "0") as EventId,
      time,
      ingestedAt: time,
      sensor: "dc",
      logsource: {},
      format: "test",
      entities: {},
      fields: {},
      raw: "{}",
      ...part,
    };
  };

  beforeAll(async () => {
    const events = [
      event({ host: "WEB01" }),
      event({ host: "web01", sensor: "web" }),
      event({ host: "la-01" }),
      event({ host: "dien-tap", exerciseId: "e1" as NonNullable<KhienEvent["exerciseId"]> }),
      event({ entities: { srcIp: "10.9.0.1", dstIp: "203.0.113.9" } }),
      event({ entities: { srcIp: "203.0.113.9", dstIp: "10.9.0.1" } }),
      event({ host: "cu", time: NOW - 40 * 86_400_000 }),
    ];
    await lake.store.append({ events, upTo: position });
  });
  const hosts = { days: 7, kind: "host", reach: "internal", q: undefined, signal } as const;
  const addresses = { ...hosts, kind: "address" } as const;

  test("counts, first, last and sensors, less what is registered or ignored; exercises do not count", async () => {
    const first = await seen.list(hosts);
    expect(first.items.map(({ value, events, sensors }) => [value.toLowerCase(), events, [...sensors].sort()])).toEqual(
      [
        ["web01", 2, ["dc", "web"]],
        ["la-01", 1, ["dc"]],
      ],
    );
    const [web01] = first.items;
    expect(Date.parse(web01?.firstSeen ?? "")).toBeLessThan(Date.parse(web01?.lastSeen ?? ""));
    await seen.ignore([{ kind: "host", value: "LA-01" }], "máy phòng thử", lan);
    const { system, added } = await seen.register(
      [{ kind: "host", value: "web01" }],
      { kind: "new", name: "Cổng", criticality: "high", owner: null },
      lan,
    );
    expect(added).toBe(1);
    expect(await seen.list(hosts)).toMatchObject({ items: [], registered: 1, ignored: 1 });
    expect((await register.history(system.id, undefined)).items).toMatchObject([{ what: "registered" }]);
    const again = await seen.register(
      [{ kind: "host", value: "WEB01" }],
      { kind: "system", id: system.id, service: null },
      lan,
    );
    expect(again.added).toBe(0);
    await seen.unignore([{ kind: "host", value: "la-01" }], lan);
    expect((await seen.list(hosts)).items.map(({ value }) => value)).toEqual(["la-01"]);
  });

  test("addresses of both directions; those outside only on request", async () => {
    expect((await seen.list(addresses)).items).toMatchObject([{ value: "10.9.0.1", events: 2, isInternal: true }]);
    expect((await seen.list({ ...addresses, reach: "all" })).items.map(({ value }) => value).sort()).toEqual([
      "10.9.0.1",
      "203.0.113.9",
    ]);
    await register.create(content({ identifiers: [id("address", "10.0.0.0/8")] }), lan, "");
    expect(await seen.list(addresses)).toMatchObject({ items: [], registered: 1 });
  });
});

describe("assessments", () => {
  const answers = { kinds: ["online_service"], information: ["personal"], administrative: "yes", secrets: "none" };

  test("the outcome stands in the list; the assessment keeps its content and is never weighed again", async () => {
    const { id: one } = await register.create(content(), lan, "");
    const { hash } = assessments.scheme("vn-level");
    const made = await assessments.assess(one, { scheme: "vn-level", answers, hash, reason: "lập hồ sơ" }, lan);
    expect(made.verdict).toMatchObject({ outcome: "3", isCertain: false, decidedBy: ["level_3.administrative"] });
    expect((await register.get(one)).system.vnLevel).toBe("3");

    const content2 = structuredClone(assessments.scheme("vn-level").content);
    const next = {
      content: { ...content2, version: "2027-01-01", criteria: content2.criteria.slice(0, 1) },
      hash: "f".repeat(64),
    };
    const later = new Assessments({ register, schemes: new Map([["vn-level", next]]) });
    const [kept] = await later.of(one);
    expect(kept?.verdict.outcome).toBe("3");
    expect(later.isCurrent(made)).toBe(false);
    expect((await later.dossier(one, made.id)).content.criteria.length).toBeGreaterThan(1);
    expect(await codeOf(later.assess(one, { scheme: "vn-level", answers, hash, reason: "" }, lan))).toBe(
      "assets.scheme.changed",
    );
    await expect(sql`UPDATE assets_assessments SET verdict = ''`.execute(records.query)).rejects.toThrow("append-only");
  });

  test.each([
    [{ nothing: "x" }, "unknown"],
    [{ kinds: ["mars"] }, "option"],
    [{ kinds: "internal", basic_persons: -1 }, "number"],
    [{ secrets: 4 }, "kind"],
  ])("answers that do not fit are refused: %j", (wrong, what) => {
    expect(() => assessments.weigh("vn-level", wrong)).toThrow(
      expect.objectContaining({ params: expect.objectContaining({ what }) }),
    );
  });

  test("the dossier says result, articles, how they were checked, and every answer", async () => {
    const { id: one } = await register.create(
      content({ owner: "Sở A", services: [{ name: "Cổng", note: null }] }),
      lan,
      "",
    );
    const { hash } = assessments.scheme("vn-level");
    const made = await assessments.assess(one, { scheme: "vn-level", answers, hash, reason: "" }, lan);
    const source = await assessments.dossier(one, made.id);
    const text = JSON.stringify(dossierPaper({ ...source, language: "vi", say: (key) => key }));
    for (const said of [
      "Cấp độ 3",
      "NĐ 331 Đ13.2.b",
      "assets.verification.digest",
      "Sở A",
      "Phục vụ người dân",
      "assets.dossier.unanswered",
    ]) {
      expect(text).toContain(said);
    }
  });
});
