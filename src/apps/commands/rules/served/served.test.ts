/** Arguments and refusals of the commands that ask a running server; what they do there is test/flows/rule-author-shell. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { rulesCommand } from "../../rules.ts";

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
}
interface Answer {
  readonly status?: number;
  readonly body?: unknown;
  readonly raw?: string;
}

const dir = mkdtempSync(join(tmpdir(), "khien-served-"));
const asked: Asked[] = [];
let answers: Answer[] = [];
let http: Server;
let beside: readonly string[];
let out = "";
let err = "";

/** Answers what a test says, in turn: odd states of a server that a real one is hard to bring into. */
beforeAll(async () => {
  http = createServer((request, reply) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const text = Buffer.concat(chunks).toString();
      asked.push({
        method: request.method ?? "",
        path: request.url ?? "",
        body: text === "" ? null : JSON.parse(text),
      });
      const { status = 200, body, raw } = answers.shift() ?? { status: 500 };
      reply.writeHead(status, { "content-type": "application/json" }).end(raw ?? JSON.stringify(body ?? {}));
    });
  });
  await new Promise<void>((resolve) => void http.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  beside = ["--url", url, "--token-file", file("token", "khien_svc_x")];
});
afterAll(() => {
  http.close();
  rmSync(dir, { recursive: true, force: true });
});
beforeEach(() => {
  [out, err, asked.length, answers] = ["", "", 0, []];
  vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    out += String(text);
    return true;
  });
  vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    err += String(text);
    return true;
  });
});
afterEach(() => vi.restoreAllMocks());

function file(name: string, text: string): string {
  writeFileSync(join(dir, name), text);
  return join(dir, name);
}

const rule = `title: Packer Run
id: 6f4b0f2e-6c1f-4c0c-9a53-0b7f5a8f4e31
logsource: {product: windows, category: process_creation}
detection:
  tool:
    Image|endswith: '\\packer.exe'
  condition: tool
`;
const RULE = file("rule.yml", rule);
const FILTER = file("filter.yml", "selection: {User: a}\ncondition: not selection\n");
const hunt = (more: object = {}) => ({
  id: "h1",
  rule: { id: "r", title: "Packer Run", level: "high", kind: "detection" },
  state: "done",
  progress: { scanned: 4, total: 4, ratio: 1 },
  matches: 0,
  kept: 0,
  raised: 0,
  hosts: [],
  perDay: [],
  alerts: 0,
  costPerEventUs: null,
  storeQuery: null,
  error: null,
  ...more,
});

describe("a command line that cannot be meant", () => {
  test.each<[string, string[]]>([
    ["two places of events", ["backtest", RULE, "--data", dir]],
    ["placeholders for a server that has its own", ["backtest", RULE, "--placeholders", RULE]],
    ["no rule", ["backtest"]],
    ["two rules", ["enable", "a", "b"]],
    ["nothing to tune", ["tune", RULE]],
    ["suppression without a window", ["tune", RULE, "--suppress", "User"]],
    ["a window without suppression", ["tune", RULE, "--level", "low", "--window", "1h"]],
    ["a level nobody knows", ["tune", RULE, "--level", "loud"]],
    ["an exception of nothing", ["except", RULE, "--reason", "x", "--expires", "1d"]],
    ["two ways at once", ["except", RULE, "--list", "--end", "x"]],
    ["an exception without reason", ["except", RULE, "--filter", FILTER, "--expires", "1d"]],
    ["an exception without end", ["except", RULE, "--filter", FILTER, "--reason", "x"]],
    ["an end that is no time", ["except", RULE, "--filter", FILTER, "--reason", "x", "--expires", "soon"]],
    ["a filter that is not there", ["except", RULE, "--filter", join(dir, "gone"), "--reason", "x", "--expires", "1d"]],
    ["a file that is not there", ["save", join(dir, "gone.yml")]],
    ["a file without an id", ["save", file("nameless.yml", rule.replace(/^id: .*\n/mu, ""))]],
    ["a folder that is not there", ["import", join(dir, "gone")]],
    ["a name of its own for an upload", ["import", RULE, "--name", "x"]],
  ])("%s: refused before the server is asked", async (_, args) => {
    await expect(rulesCommand([...args, ...beside])).rejects.toMatchObject({
      code: expect.stringMatching(/^(?:cli\.arguments|rules\.(?:path|rule))\./u) as string,
    });
    expect(asked).toEqual([]);
  });

  test("without a token says which one it takes", async () => {
    vi.stubEnv("KHIEN_TOKEN", "");
    await expect(rulesCommand(["enable", RULE])).rejects.toMatchObject({
      code: "cli.token.missing",
      message: expect.stringContaining("role holds rules.read, rules.write") as string,
    });
    await expect(rulesCommand(["except", RULE, "--list"])).rejects.toMatchObject({
      message: "give a token of scope read by --token-file or KHIEN_TOKEN",
    });
    vi.unstubAllEnvs();
  });
});

describe("a back-test on the server", () => {
  test("sends a file as its text and a rule of the server by its id", async () => {
    answers = [
      { status: 202, body: hunt() },
      { status: 202, body: hunt() },
    ];
    expect(await rulesCommand(["backtest", RULE, "--until", "2026-11-19", "--since", "2026-11-18", ...beside])).toBe(0);
    expect(await rulesCommand(["backtest", "some-id", "--query", "host:a", ...beside])).toBe(0);
    expect(asked).toMatchObject([
      {
        method: "POST",
        path: "/api/v1/retro-hunts",
        body: { kind: "back-test", text: rule, from: "2026-11-18T00:00:00.000Z", to: "2026-11-19T00:00:00.000Z" },
      },
      { body: { ruleId: "some-id", query: "host:a" } },
    ]);
    expect(asked[0]?.body).not.toHaveProperty("raise");
  });

  test("is waited for, and shows how far it is on a terminal only", async () => {
    const way = (): Answer[] => [
      { status: 202, body: hunt({ state: "waiting" }) },
      { body: hunt({ state: "running", progress: { scanned: 7, total: 9, ratio: 0.429 }, matches: 2 }) },
      { body: hunt({ matches: 2 }) },
    ];
    answers = way();
    expect(await rulesCommand(["backtest", RULE, ...beside])).toBe(2);
    expect(err).toBe("");
    const { isTTY } = process.stderr;
    process.stderr.isTTY = true;
    answers = way();
    expect(await rulesCommand(["backtest", RULE, ...beside])).toBe(2);
    process.stderr.isTTY = isTTY;
    expect(err).toContain("waiting for the hunts before it");
    expect(err).toContain("42 %  7 events looked at  2 findings");
    expect(err.endsWith("\r\u001B[2K")).toBe(true);
  });

  test.each<[string, object, string]>([
    ["failed", { error: { code: "lake.x", message: "the\u001B disk" } }, "rules.backtest.failed"],
    ["cancelled", {}, "rules.backtest.cancelled"],
    ["interrupted", {}, "rules.backtest.interrupted"],
  ])("that %s is no result", async (state, more, code) => {
    answers = [{ status: 202, body: hunt({ state: "running" }) }, { body: hunt({ state, ...more }) }];
    const failure = await rulesCommand(["backtest", RULE, ...beside]).catch((error: unknown) => error as Error);
    expect(failure).toMatchObject({ code });
    expect((failure as Error).message).not.toContain("\u001B");
    expect(out).toBe("");
  });

  test("leaves the signals to others when it is over", async () => {
    const before = process.listenerCount("SIGINT");
    answers = [{ status: 422, body: { code: "x.y.z", detail: "no" } }];
    await expect(rulesCommand(["backtest", RULE, ...beside])).rejects.toThrow("the server answered 422: no");
    expect(process.listenerCount("SIGINT")).toBe(before);
  });
});

describe("a refusal of the server", () => {
  test("is told with its lines, and without what would steer a terminal", async () => {
    const problems = [{ file: "rule.yml", line: 3, code: "sigma.x", message: "wrong\u001B[2J" }];
    answers = [{ status: 404 }, { status: 422, body: { code: "detection.own.refused", detail: "no rule", problems } }];
    await expect(rulesCommand(["save", RULE, ...beside])).rejects.toMatchObject({
      code: "client.request.refused",
      message: "the server answered 422: no rule\n  rule.yml:3: wrong\uFFFD[2J",
      params: { status: 422, code: "detection.own.refused" },
    });
  });

  test("that hides true positives names both ways on, and is 2", async () => {
    const code = "detection.exception.hides_true_positive";
    answers = [{ status: 409, body: { code, detail: "it would hide 3 confirmed true positives" } }];
    const made = ["except", RULE, "--filter", FILTER, "--reason", "x", "--expires", "never", ...beside];
    expect(await rulesCommand(made)).toBe(2);
    expect(err).toMatch(/^not made: .* 3 confirmed true positives; --preview .*--accept-hiding-true-positives/u);
    expect(asked).toMatchObject([{ body: { until: null, title: "x", acceptHidingTruePositives: false } }]);
  });

  test("another program that answers is named as such", async () => {
    answers = [{ raw: "<html>" }];
    await expect(rulesCommand(["list", ...beside])).rejects.toMatchObject({ code: "client.answer.unreadable" });
  });
});
