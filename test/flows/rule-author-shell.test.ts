/** A rule author's way through the shell, beside a running server: lint, test, explain, back-test, save, enable, tune. */
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { rulesCommand } from "../../src/apps/commands/rules.ts";
import { isFault } from "../../src/kernel/index.ts";
import type { ApiClient } from "./api-client.ts";
import { openServer, type TestServer, until } from "./server.ts";

const ID = "6f4b0f2e-6c1f-4c0c-9a53-0b7f5a8f4e21";
const rule = `title: Packer Run by Hand
id: ${ID}
name: packer_by_hand
status: test
description: A packer is started by hand, which staging before exfiltration needs.
references:
  - https://attack.mitre.org/techniques/T1560/001/
author: Lan
date: 2026-11-20
license: Apache-2.0
tags:
  - attack.collection
  - attack.t1560.001
logsource:
  product: windows
  category: process_creation
detection:
  tool:
    Image|endswith: '\\packer-by-hand.exe'
  condition: tool
falsepositives:
  - Backups by hand
level: high
`;
const burst = `title: Packer Run by Hand Often
id: 6f4b0f2e-6c1f-4c0c-9a53-0b7f5a8f4e22
correlation:
  type: event_count
  rules: [packer_by_hand]
  group-by: [Computer]
  timespan: 10m
  condition: {gte: 3}
`;
const exception = `selection:
  User: SONGLAM\\svc_backup
condition: not selection
`;
const run = (minute: number, host: string, user = "SONGLAM\\lan"): string =>
  JSON.stringify({
    EventTime: new Date(Date.UTC(2026, 10, 18, 2, minute)).toISOString(),
    Hostname: host,
    Computer: host,
    EventID: 1,
    RecordNumber: minute,
    Channel: "Microsoft-Windows-Sysmon/Operational",
    SourceName: "Microsoft-Windows-Sysmon",
    Image: "C:\\Tools\\packer-by-hand.exe",
    User: user,
  });
const history = [run(0, "PC-1"), run(1, "PC-1"), run(2, "PC-1"), run(3, "PC-2"), run(4, "PC-3", "SONGLAM\\svc_backup")];
/** What a back-test asks of whoever has it run. */
const HUNTS = ["rules.read", "rules.write", "events.read"];
/** Events of later steps lie beyond it. */
const RANGE = ["--since", "2026-11-17", "--until", "2026-11-18T02:10:00Z"];

interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}
interface Audited {
  readonly verb: string;
  readonly outcome: string;
  readonly actor: { readonly kind: string; readonly name: string };
  readonly details: Readonly<Record<string, unknown>>;
}

const CLI = fileURLToPath(new URL("../../src/apps/cli.ts", import.meta.url));
const dir = mkdtempSync(join(tmpdir(), "khien-shell-"));
let server: TestServer;
let admin: ApiClient;
let sender: ApiClient;
let beside: readonly string[];
beforeAll(async () => {
  server = await openServer();
  admin = await server.as("admin");
  sender = await server.withToken("ingest", "shell");
  await sender.deliver(`${history.join("\n")}\n`);
  await server.settled();
  beside = ["--url", server.url.href, "--token-file", file("token", await secretWith("author", HUNTS))];
}, 60_000);
let isStopped = false;
afterAll(async () => {
  if (isStopped) rmSync(server.dataDir, { recursive: true, force: true });
  else await server.close();
  rmSync(dir, { recursive: true, force: true });
}, 60_000);

function file(name: string, text: string): string {
  writeFileSync(join(dir, name), text);
  return join(dir, name);
}

/** An account for a program with exactly these rights, made as an administrator makes one. */
async function secretWith(name: string, permissions: readonly string[]): Promise<string> {
  const role = await admin.post<{ id: string }>("/api/v1/roles", { name, permissions });
  expect(role.status, role.text).toBe(201);
  const { owners } = await admin.get<{ owners: { id: string }[] }>("/api/v1/service-accounts");
  const account = { name, owner: owners[0]?.id, role: role.body.id };
  const made = await admin.post<{ secret: string }>("/api/v1/service-accounts", account);
  expect(made.status, made.text).toBe(201);
  return made.body.secret;
}

/** A command in a process of its own, as a shell starts it. */
function start(...args: string[]): { readonly interrupt: () => void; readonly over: Promise<Outcome> } {
  const { promise, resolve } = Promise.withResolvers<Outcome>();
  const child = execFile(process.execPath, [CLI, "rules", ...args], { env: { PATH: "" } }, (error, out, err) => {
    resolve({ code: error === null ? 0 : Number(error.code), out, err });
  });
  return { interrupt: () => void child.kill("SIGINT"), over: promise };
}
const backtestAlone = (given: string, ...more: string[]): Promise<Outcome> =>
  start("backtest", given, ...RANGE, ...more).over;

/** The same in this process, which is quicker by the seconds a process takes to load everything. */
async function rules(...args: string[]): Promise<Outcome> {
  const [out, err] = [vi.spyOn(process.stdout, "write"), vi.spyOn(process.stderr, "write")];
  const written = (spy: typeof out): string => spy.mock.calls.map(([chunk]) => String(chunk)).join("");
  for (const spy of [out, err]) spy.mockImplementation(() => true);
  try {
    const code = await rulesCommand(args);
    return { code, out: written(out), err: written(err) };
  } catch (error) {
    if (!isFault(error)) throw error;
    return { code: 1, out: written(out), err: `${written(err)}${error.message} [${error.code}]` };
  } finally {
    for (const spy of [out, err]) spy.mockRestore();
  }
}
const backtest = (given: string, ...more: string[]): Promise<Outcome> => rules("backtest", given, ...RANGE, ...more);
const audited = (verb: string): Promise<Audited[]> => admin.all(`/api/v1/audit?verb=${verb}`);
const alertsOf = (id: string): Promise<unknown[]> => admin.all(`/api/v1/alerts?rule=${id}`);

/** What is the same whoever runs the hunt: not how long it took, nor how many matches a server keeps to be read. */
function foundIn({ out }: Outcome): Record<string, unknown> {
  const { costPerEventUs, kept, ...found } = JSON.parse(out) as Record<string, unknown>;
  expect(costPerEventUs).toBeTypeOf("number");
  expect(kept).toBeTypeOf("number");
  return found;
}

const drafts = (): { one: string; both: string } => ({
  one: file("rule.yml", rule),
  both: file("both.yml", `${rule}---\n${burst}`),
});
/** Told before the server stops, read again from its store afterwards. */
const told: { one?: Outcome; both?: Outcome } = {};

describe("before it is on the server", () => {
  test("it is linted, tested and explained", async () => {
    const { one } = drafts();
    file("rule.tests.yml", `tests:\n  - {name: by hand, raw: '${run(0, "PC-1")}'}\n`);
    const events = file("events.ndjson", `${run(0, "PC-1")}\n`);
    expect(await rules("lint", one)).toMatchObject({ code: 0 });
    expect(await rules("test", one)).toMatchObject({ code: 0 });
    expect(await rules("explain", one, events)).toMatchObject({ code: 0 });
  });

  test("a back-test cannot read the store beside the server, and says both ways out", async () => {
    const { code, err } = await backtestAlone(drafts().one, "--data-dir", server.dataDir);
    expect(code).toBe(1);
    expect(err).toMatch(/a server is running on this data: ask it with --url \S+ and --token-file FILE, or stop it/u);
    expect(err).toContain("[rules.backtest.served]");
  });

  test("the server does it, as table and as JSON, and notes who asked", async () => {
    const { one, both } = drafts();
    const table = await backtestAlone(one, ...beside);
    expect(table, table.err).toMatchObject({ code: 2, err: "" });
    expect(table.out).toContain('"Packer Run by Hand" from 2026-11-17T00:00:00.000Z to 2026-11-18T02:10:00.000Z');
    expect(table.out).toMatch(/5 findings, about 3 alerts \([\d.]+ a day\); 5 events looked at/u);
    told.one = await backtest(one, ...beside, "--json");
    told.both = await backtest(both, ...beside, "--json");
    expect(foundIn(told.one)).toMatchObject({ rule: { id: ID }, matches: 5, hosts: { length: 3 }, ratio: 1 });
    expect(foundIn(told.both)).toMatchObject({ rule: { title: "Packer Run by Hand Often" }, matches: 1 });
    expect(foundIn(await backtest(`${both}#${ID}`, ...beside, "--json"))).toEqual(foundIn(told.one));
    const narrowed = await backtest(one, ...beside, "--query", "host:PC-2", "--json");
    expect(foundIn(narrowed)).toMatchObject({ matches: 1 });
    const [entry] = await audited("detection.hunt.started");
    expect(entry).toMatchObject({
      actor: { kind: "service", name: "author" },
      details: { kind: "back-test", rule: ID },
    });
  });

  test("what the server refuses is told as it says it", async () => {
    const wrong = file("wrong.yml", rule.replace("condition: tool", "condition: tol"));
    expect((await backtest(wrong, ...beside)).err).toMatch(/the server answered 422: line 20: /u);
    expect((await backtest("no-such-rule", ...beside)).err).toMatch(/the server answered 404: no such rule/u);
    const nowhere = await backtest(drafts().one, "--url", "http://127.0.0.1:1", "--token-file", join(dir, "token"));
    expect(nowhere).toMatchObject({ code: 1, err: expect.stringContaining("[client.server.unreachable]") as string });
  });
});

describe("who may not", () => {
  test.each<[string, () => Promise<string>]>([
    ["a token of scope read", async () => (await createToken("read")).secret],
    ["a token of scope ingest", async () => (await createToken("ingest")).secret],
    ["a program that may change rules and not read events", () => secretWith("half", ["rules.read", "rules.write"])],
  ])("%s: refused, and told what it takes", async (_, make) => {
    const token = file("refused", await make());
    const before = (await audited("detection.hunt.")).length;
    const { code, err } = await backtest(drafts().one, "--url", server.url.href, "--token-file", token);
    expect(code).toBe(1);
    expect(err).toMatch(
      /answered 403: .*role holds rules\.read, rules\.write, events\.read .*\[rules\.server\.forbidden\]/u,
    );
    expect(await audited("detection.hunt.")).toHaveLength(before);
  });

  test("a token of scope read lists rules and changes none", async () => {
    const place = ["--url", server.url.href, "--token-file", file("read", (await createToken("read")).secret)];
    const listed = await rules("list", ...place);
    expect(listed.code).toBe(0);
    expect(listed.out.trim().split("\n").length).toBeGreaterThan(100);
    const id = / on {3}(\S+) /u.exec(listed.out)?.[1] ?? "";
    expect(await rules("disable", id, ...place)).toMatchObject({
      code: 1,
      err: expect.stringContaining("403") as string,
    });
    expect(await rules("save", drafts().one, ...place)).toMatchObject({ code: 1 });
  });
});

const createToken = (scope: "read" | "ingest") =>
  server.server.parts.auth.service.createToken({ name: `shell ${scope}`, scope });

describe("Ctrl-C", () => {
  test("cancels the hunt on the server", async () => {
    const { store } = server.server.parts.lake;
    const gate = Promise.withResolvers<void>();
    const read = store.histogram.bind(store);
    // A store with much to read: the hunt is under way until we say so.
    store.histogram = async (ask) => {
      await gate.promise;
      return read(ask);
    };
    try {
      const hunts = (): Promise<{ id: string; state: string }[]> => admin.all("/api/v1/retro-hunts");
      const before = (await hunts()).length;
      const { interrupt, over } = start("backtest", drafts().one, ...RANGE, ...beside);
      await until(
        "the hunt runs",
        async () => (await hunts())[0]?.state === "running" && (await hunts()).length > before,
      );
      interrupt();
      expect(await over).toMatchObject({ code: 130, out: "", err: "the back-test was cancelled on the server\n" });
      expect((await audited("detection.hunt.cancelled")).map(({ actor }) => actor.name)).toEqual(["author"]);
      gate.resolve();
      await until("the hunt is over", async () => (await hunts())[0]?.state === "cancelled");
    } finally {
      gate.resolve();
      store.histogram = read;
    }
  });
});

describe("on the server", () => {
  const versionIn = ({ out }: Outcome): string => (JSON.parse(out) as { version: string }).version;

  test("it is saved off, again without a word, and never over what somebody else saved", async () => {
    const { one } = drafts();
    const first = await rules("save", one, ...beside, "--json");
    expect(first, first.err).toMatchObject({ code: 0 });
    expect(JSON.parse(first.out)).toMatchObject({ id: ID, enabled: false });
    expect(await rules("save", one, ...beside, "--json")).toEqual(first);

    const mine = file("mine.yml", rule.replace("level: high", "level: medium"));
    const blind = await rules("save", mine, ...beside);
    expect(blind).toMatchObject({ code: 2, err: expect.stringContaining(versionIn(first)) as string });
    const second = await rules("save", mine, ...beside, "--version", versionIn(first), "--json");
    expect(second.code).toBe(0);
    const late = await rules("save", one, ...beside, "--version", versionIn(first));
    expect(late).toMatchObject({ code: 2, err: expect.stringContaining(versionIn(second)) as string });
    expect((await rules("save", one, ...beside, "--version", versionIn(second))).code).toBe(0);
    expect(
      (await rules("save", file("bad.yml", rule.replace("condition: tool", "condition: tol")), ...beside)).code,
    ).toBe(1);
  });

  test("it is enabled, fires, and is disabled", async () => {
    const { one } = drafts();
    const other = await rules("enable", one, ...beside, "--version", "of-another-text");
    expect(other).toMatchObject({ code: 1, err: expect.stringContaining("has another text by now") as string });
    const version = versionIn(await rules("save", one, ...beside, "--json"));
    expect(await rules("enable", one, ...beside, "--reason", "back-tested", "--version", version)).toEqual({
      code: 0,
      out: '"Packer Run by Hand" is on\n',
      err: "",
    });
    await sender.deliver(`${run(20, "PC-9")}\n`);
    await server.settled();
    await until("it fired", async () => (await alertsOf(ID)).length === 1);
    expect((await rules("disable", ID, ...beside)).out).toContain("is off");
    await sender.deliver(`${run(21, "PC-10")}\n`);
    await server.settled();
    expect(await alertsOf(ID)).toHaveLength(1);
    expect((await rules("enable", ID, ...beside)).code).toBe(0);
    const [enabled] = (await audited("detection.rule.enabled")).toReversed();
    expect(enabled).toMatchObject({ actor: { name: "author" }, details: { reason: "back-tested" } });
  });

  test("one that is on and cannot run says why", async () => {
    const lonely = burst.replace("[packer_by_hand]", "[nobody_here]").replace("4e22", "4e23");
    const path = file("lonely.yml", lonely);
    expect((await rules("save", path, ...beside)).code).toBe(0);
    const on = await rules("enable", path, ...beside);
    expect(on).toMatchObject({ code: 2, err: expect.stringContaining("nobody_here") as string });
  });

  test("it is tuned: level, suppression, exceptions", async () => {
    const tuned = await rules("tune", ID, "--level", "low", "--suppress", "Computer", "--window", "1h", ...beside);
    expect(tuned, tuned.err).toMatchObject({
      code: 0,
      out: expect.stringContaining("level low (own: high)") as string,
    });
    const detail = await admin.get<object>(`/api/v1/rules/${ID}`);
    expect(detail).toMatchObject({ levelOverride: "low", suppression: { fields: ["Computer"], windowMs: 3_600_000 } });

    const filter = ["--filter", file("filter.yml", exception)];
    const preview = await rules("except", ID, ...filter, "--preview", ...beside);
    expect(preview, preview.err).toMatchObject({ code: 0, out: expect.stringContaining("0 of 1 findings") as string });
    const why = ["--owner", "Minh", "--reason", "nightly backup", "--expires", "30d"];
    const made = await rules("except", ID, ...filter, ...why, ...beside, "--json");
    expect(made, made.err).toMatchObject({ code: 0 });
    const { id } = JSON.parse(made.out) as { id: string };
    expect(JSON.parse(made.out)).toMatchObject({ state: "active", owner: "Minh", title: "nightly backup" });
    await sender.deliver(`${run(40, "PC-11", "SONGLAM\\svc_backup")}\n`);
    await server.settled();
    expect(await alertsOf(ID)).toHaveLength(1);
    expect((await rules("except", ID, "--list", ...beside)).out).toMatch(
      new RegExp(`^${id}  active .* Minh  1 hidden`, "u"),
    );
    expect((await rules("except", ID, "--end", id, ...beside)).out).toContain("ended");
    expect((await rules("except", ID, "--end", "other", ...beside)).code).toBe(1);
  });

  test("an archive is taken in at once", async () => {
    const path = file("import.yml", rule.replace("4e21", "4e24").replace("packer_by_hand", "another"));
    expect(await rules("import", path, ...beside)).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^1 loaded/u) as string,
    });
    expect((await rules("list", ...beside)).out).toContain(ID.replace("4e21", "4e24"));
  });

  test("a folder is packed and taken in with what lies below it", async () => {
    const folder = join(dir, "folder");
    mkdirSync(join(folder, "deeper"), { recursive: true });
    expect((await rules("import", folder, ...beside)).err).toContain(`no .yml file in ${folder}`);
    const document = rule.replace("4e21", "4e25").replace("packer_by_hand", "a third");
    writeFileSync(join(folder, "deeper", "rule.yml"), document);
    writeFileSync(join(folder, "broken.yml"), "title: [\n");
    writeFileSync(join(folder, "notes.txt"), "no rule");
    const taken = await rules("import", folder, ...beside);
    expect(taken, taken.err).toMatchObject({ code: 2 });
    expect(taken.out).toMatch(/^broken\.yml:\d+: .*\n1 loaded, 1 files rejected/u);
    expect((await rules("list", ...beside)).out).toContain(ID.replace("4e21", "4e25"));
  });
});

describe("when the server has stopped", () => {
  test("the store itself tells the same", async () => {
    isStopped = true;
    await server.server.close();
    const { one, both } = drafts();
    for (const [path, before] of [
      [one, told.one],
      [both, told.both],
    ] as const) {
      const after = await backtestAlone(path, "--json", "--data-dir", server.dataDir);
      expect(after.code, after.err).toBe(2);
      expect(foundIn(before as Outcome)).toEqual(foundIn(after));
    }
  });
});
