import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { ApiClient } from "./api-client.ts";
import { openServer, type TestServer } from "./server.ts";
import { type EventProof, flawOfProof } from "../../src/modules/lake/index.ts";
import { LEASE_MS } from "../../src/apps/backup/leases.ts";
import { readKeyFile, Repository } from "../../src/platform/backup/index.ts";

/** The first that fits counts. The table for people is in docs/backup.md. */
const KINDS: readonly { readonly of: RegExp; readonly taken: boolean }[] = [
  { of: /\.tmp$|^(?:lake\/events\/)?tmp\//u, taken: false },
  { of: /^khien\.json$/u, taken: true },
  { of: /^audit\//u, taken: true },
  { of: /^evidence\//u, taken: true },
  { of: /^keys\//u, taken: true },
  { of: /^notices\.key$/u, taken: true },
  { of: /^detection\//u, taken: true },
  { of: /^watch\/positions\.json$/u, taken: true },
  { of: /^records\.sqlite$/u, taken: true },
  { of: /^records\.sqlite-(?:wal|shm)$/u, taken: false },
  { of: /^lake\/events\/segments\/events-\d{8}-\d{16}\.(?:parquet|leaves)$/u, taken: true },
  { of: /^lake\/journal\/journal-\d{16}\.seg$/u, taken: true },
  { of: /^lake\/events\/hot\//u, taken: false },
  { of: /^lake\/events\/lake\.duckdb(?:\.wal)?$/u, taken: false },
  { of: /^lake\/events\/damaged-/u, taken: false },
  { of: /^lake\/events\/segments\/.*\.damaged$/u, taken: false },
];
const kindOf = (path: string) => KINDS.find(({ of }) => of.test(path));

function filesBelow(root: string): string[] {
  return readdirSync(root, { recursive: true, encoding: "utf8" }).filter((path) => {
    return statSync(join(root, path), { throwIfNoEntry: false })?.isFile() === true;
  });
}

const JSON_BODY = { body: "{}", headers: { "content-type": "application/json" } } as const;
let server: TestServer;
let dir: string;
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), "khien-backup-flow-"));
  server = await openServer();
}, 60_000);
afterAll(async () => {
  await server.close();
  rmSync(dir, { recursive: true, force: true });
}, 60_000);

const lines = (from: number, to: number): string =>
  Array.from({ length: to - from }, (_, at) => `Nov 22 10:00:00 gw sshd[1]: session ${from + at} opened`).join("\n");

async function send(from: number, to: number, on = server): Promise<void> {
  const sender = await on.withToken("ingest", "gw");
  const answer = await sender.ask("POST", "/api/v1/events", {
    body: `${lines(from, to)}\n`,
    headers: { "content-type": "text/plain" },
  });
  expect(answer.status).toBe(200);
}

async function sealNow({ server: { parts } }: TestServer): Promise<void> {
  await parts.lake.store.seal();
  await parts.integrity.reconcile();
}

const CLI = fileURLToPath(new URL("../../src/apps/cli.ts", import.meta.url));

/** Runs a command line in a process of its own: only there the engine's lock says that the server is running. */
function run(...args: string[]): Promise<{ code: number; out: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [CLI, ...args], { env: { PATH: "" } }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), out: stdout + stderr });
    });
  });
}

async function secrets(): Promise<string[]> {
  if (!existsSync(join(dir, "key"))) await run("backup", "--new-key", join(dir, "key"));
  const { secret } = await server.server.parts.auth.service.createToken({ name: "nightly", scope: "backup" });
  writeFileSync(join(dir, "token"), secret);
  const place = ["--data-dir", server.dataDir, "--url", server.url.href, "--token-file", join(dir, "token")];
  return ["--key-file", join(dir, "key"), ...place];
}

async function proofOf(api: ApiClient, id: string): Promise<EventProof> {
  return await api.get<EventProof>(`/api/v1/events/${id}/proof`);
}

describe("a backup while the server runs and is sent to", () => {
  test("restores to the same proofs, and nothing acknowledged before it is lost", async () => {
    await send(0, 300);
    await server.settled();
    await sealNow(server);
    const admin = await server.as("admin");
    const found = await admin.get<{ items: { id: string }[] }>("/api/v1/events?query=session&limit=1&order=oldest");
    const id = found.items[0]?.id ?? "";
    await send(300, 500);
    const before = await proofOf(admin, id);
    expect(flawOfProof(before)).toBeUndefined();

    const args = await secrets();
    const over = new AbortController();
    const load = (async () => {
      for (let n = 500; !over.signal.aborted; n += 20) await send(n, n + 20);
    })();
    const backup = await run("backup", join(dir, "repo"), ...args, "--json");
    expect(backup.code).toBe(0);
    // The second one prunes the first, still under load.
    const second = await run("backup", join(dir, "repo"), ...args, "--keep", "1d", "--json");
    over.abort();
    await load;
    const [taken, pruned] = second.out.trim().split("\n");
    const again = JSON.parse(taken ?? "") as { bytes: number; newBytes: number; snapshot: string };
    expect(again.newBytes).toBeLessThan(again.bytes);
    expect(JSON.parse(pruned ?? "")).toMatchObject({ kept: [again.snapshot], removed: { length: 1 } });

    const into = join(dir, "restored");
    const key = ["--key-file", join(dir, "key")];
    const checked = await run("backup", join(dir, "repo"), "--check", ...key, "--json");
    expect(JSON.parse(checked.out)).toMatchObject({ ok: true, unreferenced: 0, snapshots: [{ name: again.snapshot }] });
    const restored = await run("restore", join(dir, "repo"), "--into", into, ...key);
    expect(restored).toMatchObject({ code: 0, out: expect.stringContaining("segments sound") });
    expect((await run("verify", "--data-dir", into)).code).toBe(0);

    const other = await openServer({ config: { dataDir: into } });
    try {
      await other.settled();
      const count = await other.server.parts.lake.store.count({ query: "session", from: 0, to: Date.now() + 1e12 });
      expect(count.count).toBeGreaterThanOrEqual(500);
      const after = await proofOf(await other.withToken("read"), id);
      expect(flawOfProof(after)).toBeUndefined();
      expect([after.leafHash, after.segment, after.path]).toEqual([before.leafHash, before.segment, before.path]);
      expect(after.log.entry).toEqual(before.log.entry);
      expect(after.log.keyId).toBe(before.log.keyId);
    } finally {
      await other.close();
    }
  }, 240_000);

  test("takes every kind of file there is in a data folder, or is known not to", async () => {
    const planted: string[] = [];
    const put = (path: string, text = "{}") => {
      planted.push(path);
      mkdirSync(dirname(join(server.dataDir, path)), { recursive: true });
      writeFileSync(join(server.dataDir, path), text);
    };
    put("khien.json");
    put("watch/positions.json", '{"version":1,"positions":[]}');
    put("watch/positions.json.tmp");
    put("lake/events/damaged-1/lake.duckdb");
    put("lake/events/segments/events-00009999-0000000000000001.parquet.damaged");
    put("lake/events/hot/rest.tmp");
    await send(2_000, 2_010);
    await server.settled();
    const found = filesBelow(server.dataDir);
    const unknown = found.filter((path) => !KINDS.some(({ of }) => of.test(path)));
    expect(unknown, "decide whether a backup takes it, and say so in docs/backup.md").toEqual([]);
    const args = await secrets();
    expect((await run("backup", join(dir, "kinds"), ...args)).code).toBe(0);
    const repository = await Repository.forReading(join(dir, "kinds"), readKeyFile(join(dir, "key")));
    const snapshot = await repository.snapshot((await repository.snapshots())[0] ?? "");
    await repository.close();
    for (const { of, taken } of KINDS) {
      if (!found.some((path) => of.test(path))) continue;
      expect([of.source, snapshot.files.some(({ path }) => kindOf(path)?.of === of)]).toEqual([of.source, taken]);
    }
    for (const path of [...planted, "lake/events/damaged-1"]) rmSync(join(server.dataDir, path), { recursive: true });
  });

  test("is one at a time, ends by itself when its taker is gone, and is told to the log", async () => {
    const { backups, audit, clock } = server.server.parts;
    const asker = { actor: { kind: "token", id: "t", name: "nightly" }, peer: null } as const;
    await backups.take(asker);
    await expect(backups.take(asker)).rejects.toMatchObject({ code: "backup.lease.taken" });
    const now = vi.spyOn(clock, "now").mockReturnValue(Date.now() + LEASE_MS + 1);
    await backups.expire();
    now.mockRestore();
    expect(backups.isTaken).toBe(false);
    const { id } = await backups.take(asker);
    await backups.finish(id, { ok: true, files: 1 }, asker);
    const verbs = (await audit.list({ before: 9_999, limit: 10, verb: "backup." })).map(({ verb }) => verb);
    expect(verbs.slice(0, 4)).toEqual([
      "backup.run.finished",
      "backup.run.started",
      "backup.run.abandoned",
      "backup.run.started",
    ]);
  });

  test("needs a token of its scope, which opens nothing else", async () => {
    const args = await secrets();
    expect(await run("backup", join(dir, "repo"), ...args.slice(0, 6))).toMatchObject({
      code: 1,
      out: expect.stringContaining("cli.token.missing"),
    });
    const reader = await server.withToken("read");
    expect((await reader.ask("POST", "/api/v1/backups", JSON_BODY)).status).toBe(403);
    const { secret } = await server.server.parts.auth.service.createToken({ name: "n", scope: "backup" });
    const taker = new ApiClient(server.url, { authorization: `Bearer ${secret}` });
    expect((await taker.ask("GET", "/api/v1/events")).status).toBe(403);
  });
});

test("doctor finds nothing bad beside a running server, and names a changed event", async () => {
  await send(100_000, 100_050);
  await server.settled();
  await sealNow(server);
  const args = ["--data-dir", server.dataDir, "--port", server.url.port, "--json"];
  const healthy = await run("doctor", ...args);
  expect(JSON.parse(healthy.out)).not.toMatchObject({ state: "bad" });
  const folder = join(server.dataDir, "lake/events/segments");
  const segment = readdirSync(folder).find((name) => name.endsWith(".parquet")) ?? "";
  expect(existsSync(join(folder, segment))).toBe(true);
  writeFileSync(join(folder, segment), "PAR1 nothing");
  const ill = await run("doctor", ...args);
  expect(ill.code).toBe(3);
  expect(JSON.parse(ill.out)).toMatchObject({
    findings: expect.arrayContaining([
      { area: "segments", state: "bad", code: "unsound", params: { segment, finding: "segment_unreadable" } },
    ]),
  });
});
