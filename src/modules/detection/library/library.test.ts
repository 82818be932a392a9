import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { ContentFault, type Instant, isFault } from "../../../kernel/index.ts";
import { auditMigrations, openAudit } from "../../../platform/audit/index.ts";
import { openRecords } from "../../../platform/db/index.ts";
import type { Principal } from "../../../platform/http/index.ts";
import { LiveChannel } from "../../../platform/live/index.ts";
import { yamlParser } from "../../../platform/yaml/index.ts";
import { withPlan } from "../core/plannable.ts";
import { judgeReferences, type RuleDocument } from "../core/references.ts";
import {
  type Correlation,
  EMPTY_LOG_SOURCE_MAP,
  parseRules,
  type Placeholders,
  type Rule,
} from "../core/sigma/index.ts";
import { detectionMigrations } from "../index.ts";
import { putRules } from "../store.ts";
import { RuleLibrary } from "./library.ts";

const WHO: Principal = { kind: "user", id: "u1", name: "lan", permissions: new Set() };
const BY = { who: WHO, peer: "127.0.0.1" };

function ruleText(id: string, more = ""): string {
  return `title: Rule ${id}
id: ${id}
logsource:
  product: windows
  category: process_creation
detection:
  selection:
    Image|endswith: '\\${id}.exe'
  condition: selection
level: low
${more}`;
}

function correlationText(id: string, rules: readonly string[]): string {
  return `title: Correlation ${id}
id: ${id}
correlation:
  type: event_count
  rules: [${rules.join(", ")}]
  group-by: [User]
  timespan: 5m
  condition:
    gte: 3
`;
}

const folders: string[] = [];
const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "khien-library-"));
  folders.push(folder);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

async function openLibrary(builtin: Readonly<Record<string, string>> = {}) {
  let now: Instant = Date.parse("2026-11-01T00:00:00Z");
  const clock = { now: () => (now += 1) };
  const records = openRecords({ file: ":memory:", migrations: [...auditMigrations, ...detectionMigrations] });
  const dataDir = folderOf({});
  const audit = await openAudit({ records, clock, dataDir });
  opened.push({
    close: async () => {
      await audit.close();
      await records.close();
    },
  });
  const deps = { records, audit, clock, live: new LiveChannel(), rulesDir: folderOf(builtin) };
  const open = async (placeholders: Placeholders = {}): Promise<RuleLibrary> => {
    const library = new RuleLibrary({ ...deps, logSources: { ...EMPTY_LOG_SOURCE_MAP, placeholders } });
    await library.load();
    return library;
  };
  return { library: await open(), open, records, audit, deps, verbs: async () => verbsOf(audit) };
}

async function verbsOf(audit: Awaited<ReturnType<typeof openAudit>>): Promise<string[]> {
  return (await audit.list({ before: Number.MAX_SAFE_INTEGER, limit: 200 })).map(({ verb }) => verb).toReversed();
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return "none";
  } catch (error) {
    if (isFault(error)) return error.code;
    throw error;
  }
}

const actions = async (library: RuleLibrary, id: string): Promise<string[]> =>
  (await library.history(id, { before: undefined, limit: 100 })).items.map(({ action }) => action);

describe("kinds", () => {
  test("an import holds rules, correlations and filters; each runs when what it names does", async () => {
    const { library } = await openLibrary({ "base.yml": ruleText("base") });
    const filter = `title: Quiet
id: quiet
logsource:
  product: windows
  category: process_creation
filter:
  rules: [base]
  selection:
    User: SYSTEM
  condition: not selection
`;
    const folder = folderOf({
      "a.yml": correlationText("many", ["base"]),
      "b.yml": filter,
      "c.yml": correlationText("lost", ["nowhere"]),
      "d.yml": correlationText("upper", ["many"]),
    });
    const { record, problems } = await library.import({ path: folder, name: "set" }, BY);
    expect(record).toMatchObject({ loaded: 4, correlations: 3, filters: 1, rejected: 0, unsupported: 0 });
    expect(problems.map(({ code, file, line }) => ({ code, file, line }))).toEqual([
      { code: "detection.reference.missing", file: "c.yml", line: 5 },
    ]);
    const active = library.active();
    expect(active.rules.map(({ id }) => id)).toEqual(["base"]);
    expect(active.correlations.map(({ id }) => id)).toEqual(["many", "upper"]);
    expect(active.filters.map(({ id }) => id)).toEqual(["quiet"]);
    expect(library.usersOf("base").map(({ rule }) => rule.id)).toEqual(["many", "quiet"]);

    await library.change("base", { enabled: false }, BY);
    expect(library.active()).toMatchObject({ correlations: [], filters: [] });
    expect(library.standingOf("quiet").problems.map(({ code }) => code)).toEqual(["detection.filter.idle"]);
    expect(library.standingOf("upper").problems.map(({ code }) => code)).toEqual(["detection.correlation.idle_rule"]);
    await library.change("base", { enabled: true }, BY);
    expect(library.active().correlations.map(({ id }) => id)).toEqual(["many", "upper"]);
    await library.change("many", { enabled: false }, BY);
    expect(library.active().correlations).toEqual([]);
  });

  test("correlations in a circle do not run and say so; a later import mends a missing reference", async () => {
    const { library } = await openLibrary();
    const circle = folderOf({ "a.yml": correlationText("a", ["b"]), "b.yml": correlationText("b", ["a"]) });
    const outcome = await library.import({ path: circle, name: "circle" }, BY);
    expect(outcome.problems.map(({ code }) => code)).toEqual([
      "detection.correlation.circle",
      "detection.correlation.circle",
    ]);
    const early = await library.import({ path: folderOf({ "c.yml": correlationText("c", ["late"]) }), name: "c" }, BY);
    expect(early.problems).toHaveLength(1);
    await library.import({ path: folderOf({ "l.yml": ruleText("late") }), name: "l" }, BY);
    expect(library.active().correlations.map(({ id }) => id)).toEqual(["c"]);
    expect((await library.importOutcome(early.record.id)).problems).toEqual([]);
  });

  test("a correlation that could only come true without events does not run and says why", async () => {
    const { library } = await openLibrary({ "b.yml": ruleText("b") });
    const never = correlationText("never", ["b"]).replace("gte: 3", "lt: 1");
    const outcome = await library.import({ path: folderOf({ "n.yml": never }), name: "n" }, BY);
    expect(outcome.problems).toHaveLength(1);
    expect(outcome.problems[0]?.file).toBe("n.yml");
    expect(library.standingOf("never").runs).toBe(false);
    expect(library.active().correlations).toEqual([]);
  });

  test("what waits for values of its placeholders is taken in, says so, and runs once there are some", async () => {
    const { library, open } = await openLibrary();
    const waits = (id: string): string => ruleText(id).replace(`Image|endswith: '\\${id}.exe'`, "User|expand: '%who%'");
    const old = waits("old").replace("condition: selection", "condition: selection | count() by User > 5");
    const files = {
      "r.yml": waits("r"),
      "above.yml": correlationText("above", ["r"]),
      "old.yml": old.replace("detection:", "detection:\n  timeframe: 1m"),
    };
    const { record, problems } = await library.import({ path: folderOf(files), name: "set" }, BY);
    expect(record).toMatchObject({ loaded: 4, rejected: 0, correlations: 2 });
    const told = problems.map(({ file, code }) => `${file} ${code}`).sort();
    expect(told).toEqual([
      "above.yml detection.correlation.idle_rule",
      "old.yml detection.correlation.idle_rule",
      "old.yml sigma.modifier.placeholder",
      "r.yml sigma.modifier.placeholder",
    ]);
    expect(library.active().rules).toEqual([]);
    expect(library.standingOf("r")).toMatchObject({
      runs: false,
      problems: [{ message: "no values for the placeholder %who%" }],
    });
    const filled = await open({ who: ["me"] });
    expect(filled.active().rules.map(({ id }) => id)).toEqual(["old.base", "r"]);
    expect(filled.active().correlations.map(({ id }) => id)).toEqual(["above", "old"]);
    expect((await filled.importOutcome(record.id)).problems).toEqual([]);
    expect((await open({ who: [] })).standingOf("r").runs).toBe(false);
  });

  test("rows of earlier versions, which state no kind, are detections", async () => {
    const { library, open, records } = await openLibrary();
    const outcome = await library.import({ path: folderOf({ "r.yml": ruleText("r") }), name: "set" }, BY);
    const { kind: _, ...older } = library.get("r").rule;
    const row = { ruleId: "r", importId: outcome.record.id, text: ruleText("r"), parsed: JSON.stringify(older) };
    await records.transaction((tx) => putRules(tx, [row]));
    expect((await open()).active().rules).toMatchObject([{ id: "r", kind: "detection" }]);
  });

  test("a filter of another log source is told about", async () => {
    const { library } = await openLibrary({ "base.yml": ruleText("base") });
    const text =
      "title: F\nid: f\nlogsource:\n  product: linux\nfilter:\n  rules: [base]\n  s:\n    A: b\n  condition: not s\n";
    const outcome = await library.import({ path: folderOf({ "f.yml": text }), name: "f" }, BY);
    expect(outcome.problems.map(({ code }) => code)).toEqual(["detection.filter.logsource"]);
  });

  test("names of prototypes are ordinary ids", async () => {
    const { library } = await openLibrary();
    const ids = ["__proto__", "constructor", "toString"];
    const files = Object.fromEntries(ids.map((id, at) => [`${at}.yml`, ruleText(id)]));
    await library.import({ path: folderOf(files), name: "odd" }, BY);
    for (const id of ids) await library.change(id, { level: "critical" }, BY);
    const { levels } = library.active();
    expect(Object.entries(levels).sort()).toEqual(ids.map((id) => [id, "critical"]).sort());
    expect(Object.getPrototypeOf(levels)).toBeNull();
  });
});

describe("decisions", () => {
  test("level, suppression and off outlive a new version of the rule, and are in history and audit", async () => {
    const { library, open, verbs } = await openLibrary();
    await library.import({ path: folderOf({ "r.yml": ruleText("r") }), name: "set" }, BY);
    await library.change("r", { level: "high", reason: "matters here" }, BY);
    const other = { suppression: null, level: "low", version: "of another text" } as const;
    expect(await codeOf(library.change("r", other, BY))).toBe("detection.rule.conflict");
    await library.change("r", { suppression: { fields: ["User"], windowMs: 60_000 } }, BY);
    await library.change("r", { enabled: false }, BY);
    await library.change("r", { enabled: false }, BY);
    await library.import({ path: folderOf({ "r.yml": ruleText("r", "status: test\n") }), name: "set" }, BY);
    const again = await open();
    expect(again.get("r")).toMatchObject({
      enabled: false,
      tuning: { level: "high", suppression: { fields: ["User"], windowMs: 60_000 } },
    });
    expect(again.get("r").rule.status).toBe("test");
    await again.change("r", { enabled: true, level: null }, BY);
    expect(again.active()).toMatchObject({ suppressions: [{ ruleId: "r", fields: ["User"], windowMs: 60_000 }] });
    expect(again.active().levels).toEqual(Object.create(null));
    const told = ["level", "enabled", "updated", "disabled", "suppression", "level", "imported"];
    expect(await actions(again, "r")).toEqual(told);
    const { items } = await again.history("r", { before: undefined, limit: 10 });
    expect(items[5]?.details).toEqual({ from: null, to: "high", own: "low", reason: "matters here" });
    expect((await verbs()).filter((verb) => verb.startsWith("detection."))).toEqual([
      "detection.rules.imported",
      "detection.rule.leveled",
      "detection.rule.suppressed",
      "detection.rule.disabled",
      "detection.rules.imported",
      "detection.rule.tuned",
    ]);
  });

  test("earlier texts of an imported rule can be read; rules that left are deleted in their history", async () => {
    const { library } = await openLibrary();
    const first = ruleText("r");
    const imported = await library.import({ path: folderOf({ "r.yml": first }), name: "set" }, BY);
    const version = library.get("r").rule.version;
    await library.import({ path: folderOf({ "r.yml": ruleText("r", "status: test\n") }), name: "set" }, BY);
    expect((await library.version("r", version)).text).toBe(first);
    const last = await library.import({ path: folderOf({ "s.yml": ruleText("s") }), name: "set" }, BY);
    expect(last.record.id).not.toBe(imported.record.id);
    expect(await actions(library, "r")).toEqual(["deleted", "updated", "imported"]);
    expect(await codeOf(library.history("never", { before: undefined, limit: 1 }))).toBe("detection.rule.missing");
    expect(await codeOf(library.version("r", "x"))).toBe("detection.version.missing");
  });

  test("an update of the program is in the histories of its rules, with the text that was", async () => {
    const { library, records, audit, deps } = await openLibrary({ "a.yml": ruleText("a"), "b.yml": ruleText("b") });
    const version = library.get("a").rule.version;
    const rulesDir = folderOf({ "a.yml": ruleText("a", "status: test\n"), "c.yml": ruleText("c") });
    const updated = new RuleLibrary({ ...deps, records, audit, rulesDir, logSources: EMPTY_LOG_SOURCE_MAP });
    await updated.load();
    await updated.load();
    expect(await actions(updated, "a")).toEqual(["updated", "imported"]);
    expect(await actions(updated, "b")).toEqual(["deleted", "imported"]);
    expect(await actions(updated, "c")).toEqual(["imported"]);
    expect((await updated.version("a", version)).text).toBe(ruleText("a"));
  });

  test("filters raise nothing: they have neither level nor suppression; correlations have both", async () => {
    const filter =
      "title: F\nid: f\nlogsource:\n  product: windows\nfilter:\n  rules: any\n  s:\n    A: b\n  condition: not s\n";
    const correlation = correlationText("c", ["b"]);
    const { library } = await openLibrary({ "b.yml": ruleText("b"), "c.yml": correlation, "f.yml": filter });
    const suppression = { fields: ["User"], windowMs: 60_000 };
    expect(await codeOf(library.change("f", { suppression }, BY))).toBe("detection.suppression.kind");
    expect(await codeOf(library.change("f", { level: "low" }, BY))).toBe("detection.level.kind");
    await library.change("c", { level: "critical", suppression }, BY);
    expect(library.active().levels).toEqual(Object.assign(Object.create(null), { c: "critical" }));
    expect(library.active().suppressions).toEqual([{ ruleId: "c", ...suppression }]);
    await library.change("f", { enabled: false }, BY);
    expect(library.active().filters).toEqual([]);
  });
});

describe("rules written here", () => {
  test("are off first, edited with a version check, kept text by text, deleted with their history left", async () => {
    const { library, open } = await openLibrary();
    const created = await library.createOwn(ruleText("mine"), BY);
    expect(created).toMatchObject({ origin: "own", enabled: false });
    expect(library.active().rules).toEqual([]);
    const { version } = created.rule;
    const text = ruleText("mine", "status: test\n");
    const edited = await library.editOwn("mine", { text, version }, BY);
    expect(edited.rule.version).not.toBe(version);
    expect(await codeOf(library.editOwn("mine", { text, version }, BY))).toBe("detection.own.conflict");
    await library.change("mine", { enabled: true }, BY);
    const again = await open();
    expect(again.active().rules.map(({ id }) => id)).toEqual(["mine"]);
    expect((await again.version("mine", version)).text).toBe(ruleText("mine"));
    await again.removeOwn("mine", BY);
    expect((await again.createOwn(ruleText("mine"), BY)).enabled).toBe(false);
    await again.removeOwn("mine", BY);
    expect(await codeOf(Promise.resolve().then(() => again.get("mine")))).toBe("detection.rule.missing");
    expect(await actions(again, "mine")).toEqual(["deleted", "created", "deleted", "enabled", "edited", "created"]);
  });

  test("two edits that start from one version: one is written, the other told", async () => {
    const { library } = await openLibrary();
    const { version } = (await library.createOwn(ruleText("mine"), BY)).rule;
    const outcomes = await Promise.all(
      ["test", "stable"].map((status) =>
        codeOf(library.editOwn("mine", { text: ruleText("mine", `status: ${status}\n`), version }, BY)),
      ),
    );
    expect(outcomes).toEqual(["none", "detection.own.conflict"]);
  });

  test("a text without an id gets one; a taken id, two documents and a wrong text are refused", async () => {
    const { library } = await openLibrary({ "b.yml": ruleText("b") });
    const unnamed = ruleText("x").replace("id: x\n", "");
    const created = await library.createOwn(`# by hand\n---\n${unnamed}`, BY);
    expect(created.rule.id).toMatch(/^[0-9a-f-]{36}$/u);
    expect(created.text).toBe(`# by hand\n---\nid: ${created.rule.id}\n${unnamed}`);
    expect(await codeOf(library.createOwn(ruleText("b"), BY))).toBe("detection.own.id_taken");
    expect(await codeOf(library.createOwn(`${ruleText("y")}---\n${ruleText("z")}`, BY))).toBe("detection.own.refused");
    expect(await codeOf(library.editOwn("b", { text: ruleText("b"), version: "" }, BY))).toBe("detection.own.not_own");
    const wrong = ruleText("w").replace("condition: selection", "condition: selection and nothing");
    const fault = await library.createOwn(wrong, BY).catch((error: unknown) => error);
    expect(fault).toBeInstanceOf(ContentFault);
    expect((fault as ContentFault).problems).toMatchObject([{ file: "rule.yml", line: 9 }]);
  });

  test("an old aggregation is one rule with its part: turned on, edited and deleted together", async () => {
    const { library } = await openLibrary();
    const legacy = ruleText("old").replace(
      "condition: selection",
      "condition: selection | count() by User > 5\n  timeframe: 5m",
    );
    const created = await library.createOwn(legacy, BY);
    expect(created.rule).toMatchObject({ id: "old", kind: "correlation" });
    const [part] = library.all().filter(({ rule }) => rule.kind === "detection");
    expect(part).toMatchObject({ origin: "own", enabled: false });
    expect(library.active()).toMatchObject({ rules: [], correlations: [] });
    await library.change("old", { enabled: true }, BY);
    const { rules, correlations } = library.active();
    expect(correlations.map(({ id }) => id)).toEqual(["old"]);
    expect(rules.map(({ id }) => id)).toEqual([part?.rule.id]);
    expect(await codeOf(library.change(part?.rule.id ?? "", { enabled: false }, BY))).toBe("detection.rule.part");
    const { version } = library.get("old").rule;
    await library.editOwn("old", { text: ruleText("old"), version }, BY);
    expect(library.all().map(({ rule }) => `${rule.kind} ${rule.id}`)).toEqual(["detection old"]);
    await library.removeOwn("old", BY);
    expect(library.all()).toEqual([]);
  });

  test("rules that claim to be parts of each other or of nothing are ordinary rules", async () => {
    const { library } = await openLibrary();
    const claims = (id: string, main: string): string => ruleText(id, `x-khien:\n  part_of: ${main}\n`);
    const files = { "a.yml": claims("a", "b"), "b.yml": claims("b", "a"), "c.yml": claims("c", "nothing") };
    await library.import({ path: folderOf(files), name: "odd" }, BY);
    expect(library.active().rules.map(({ id }) => id)).toEqual(["a", "b", "c"]);
    expect((await library.change("a", { enabled: false }, BY)).enabled).toBe(false);
  });

  test("ten thousand correlations in one chain, in one circle or on one rule are judged in time", () => {
    const count = 10_000;
    const correlation = (at: number, rules: readonly string[]) => ({
      ...(parseRules(correlationText(`c${at}`, rules), { documents: yamlParser, file: "f.yml", version: "v" })
        .correlations[0] as Correlation),
      line: at,
    });
    const template = correlation(0, ["x"]);
    const shapes: readonly ((at: number) => string)[] = [
      (at) => (at === count - 1 ? "base" : `c${at + 1}`),
      (at) => `c${(at + 1) % count}`,
      () => "base",
    ];
    const [base] = parseRules(ruleText("base"), { documents: yamlParser, version: "v" }).rules;
    for (const reference of shapes) {
      const entries = new Map<string, { rule: RuleDocument; enabled: boolean }>();
      entries.set("base", { rule: base as Rule, enabled: true });
      for (let at = 0; at < count; at++) {
        const rule = { ...template, id: `c${at}`, line: at, rules: [{ text: reference(at), line: at }] };
        entries.set(rule.id, { rule, enabled: true });
      }
      withPlan(entries, judgeReferences(entries));
    }
  });

  test("an evil pattern and a huge text are refused or harmless", async () => {
    const { library } = await openLibrary();
    const evil = ruleText("e").replace("Image|endswith: '\\e.exe'", "Image|re: '(?=a)(a+)+$'");
    expect(await codeOf(library.createOwn(evil, BY))).toBe("detection.own.refused");
    const huge = `${ruleText("h")}references:\n${"  - https://example.org/\n".repeat(9_000)}`;
    await codeOf(library.createOwn(huge, BY));
  });

  test("an import may not take the id of a built-in or own rule", async () => {
    const { library } = await openLibrary({ "b.yml": ruleText("b") });
    await library.createOwn(ruleText("mine"), BY);
    const folder = folderOf({ "b.yml": ruleText("b", "status: test\n"), "m.yml": ruleText("mine", "status: test\n") });
    const { record, problems } = await library.import({ path: folder, name: "set" }, BY);
    expect(record.loaded).toBe(0);
    expect(problems.map(({ code }) => code)).toEqual(["detection.import.builtin_stays", "detection.import.own_stays"]);
    expect(library.get("b").origin).toBe("builtin");
  });
});
