/**
 * A case with a file, an event and a notebook as evidence is backed up, restored into an empty place and opened there:
 * its custody goes on where it stood, and the bag it gives out holds under openssl and sha256sum with the same key.
 */
import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ApiClient } from "./api-client.ts";
import { openServer, PASSWORD, type TestServer, until } from "./server.ts";

const CLI = fileURLToPath(new URL("../../src/apps/cli.ts", import.meta.url));
const SCRIPT = fileURLToPath(new URL("../../content/evidence/verify-bag.sh", import.meta.url));

interface Listed {
  readonly items: readonly { id: string; kind: string; name: string; sha256: string; proved: boolean }[];
  readonly custody: readonly { seq: number; act: string }[];
  readonly keyId: string;
}

let before: TestServer;
let after: TestServer | undefined;
let dir: string;
let caseId: string;
let kept: Listed;
let custody: string;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), "khien-evidence-restored-"));
  before = await openServer();
}, 60_000);
afterAll(async () => {
  await after?.close();
  await before.close();
  rmSync(dir, { recursive: true, force: true });
}, 60_000);

function run(command: string, ...args: string[]): Promise<{ code: number; out: string }> {
  return new Promise((resolve) => {
    execFile(command, args, { env: { PATH: command === "sh" ? process.env["PATH"] : "" } }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), out: stdout + stderr }),
    );
  });
}
const khien = (...args: string[]) => run(process.execPath, CLI, ...args);

async function bagOf(client: ApiClient, name: string): Promise<string> {
  const file = join(dir, `${name}.tar`);
  writeFileSync(file, await client.download(`/api/v1/cases/${caseId}/bag`));
  expect((await run("sh", "-c", `mkdir "${file}.d" && tar xf "${file}" -C "${file}.d"`)).code).toBe(0);
  return join(`${file}.d`, readdirSync(`${file}.d`)[0] ?? "");
}

describe("evidence in a backup", () => {
  test("is taken with the records that name it, while the server runs", async () => {
    const admin = await before.as("admin");
    const lines = Array.from({ length: 5 }, (_, n) => JSON.stringify({ message: `dòng ${n}`, host: "KT-02", n }));
    await admin.deliver(lines.join("\n"), { query: { sensor: "may-chu" } });
    await before.settled();
    const query = new URLSearchParams({ query: "host:KT-02", from: "now-1d", to: "now+1d" });
    const events = async () =>
      (await admin.get<{ items: { id: string }[] }>(`/api/v1/events?${query}`)).items.map(({ id }) => id);
    await until("the events can be found", async () => (await events()).length === 5);
    const { lake, integrity } = before.server.parts;
    await lake.store.seal();
    await integrity.reconcile();

    caseId = (await admin.post<{ id: string }>("/api/v1/cases", { title: "Tống tiền ở kho", kind: "malware" })).body.id;
    const path = `/api/v1/cases/${caseId}/evidence`;
    await admin.ask("POST", `${path}/files?name=${encodeURIComponent("thư đòi tiền.txt")}`, {
      body: Buffer.from("Chuyển 2 bitcoin trong 48 giờ."),
      headers: { "content-type": "application/octet-stream" },
    });
    await admin.post(`${path}/events`, { events: (await events()).slice(0, 2) });
    const book = await admin.post<{ id: string }>("/api/v1/notebooks", { title: "Lần theo thư" });
    await admin.post(`${path}/notebooks`, { notebook: book.body.id });
    kept = await admin.get<Listed>(path);
    expect(kept.items.map(({ kind, proved }) => [kind, proved])).toEqual([
      ["file", false],
      ["event", true],
      ["event", true],
      ["notebook", false],
    ]);
    const bag = await bagOf(admin, "before");
    custody = readFileSync(join(bag, "data/custody.log"), "utf8");
    expect((await run("sh", SCRIPT, bag, kept.keyId)).out).toMatch(/GOOD\n$/u);

    await khien("backup", "--new-key", join(dir, "key"));
    const token = await before.server.parts.auth.service.createToken({ name: "nightly", scope: "backup" });
    writeFileSync(join(dir, "token"), token.secret);
    const place = ["--data-dir", before.dataDir, "--url", before.url.href, "--token-file", join(dir, "token")];
    const taken = await khien("backup", join(dir, "repo"), "--key-file", join(dir, "key"), ...place);
    expect(taken).toMatchObject({ code: 0 });
  }, 120_000);

  test("comes back: same pieces, same custody, same key, and files nobody else may read", async () => {
    const into = join(dir, "restored");
    const restored = await khien("restore", join(dir, "repo"), "--into", into, "--key-file", join(dir, "key"));
    expect(restored).toMatchObject({ code: 0 });
    expect((await khien("verify", "--data-dir", into)).code).toBe(0);
    for (const { sha256 } of kept.items)
      expect(statSync(join(into, "evidence", sha256.slice(0, 2), sha256.slice(2))).mode & 0o077, sha256).toBe(0);
    expect(statSync(join(into, "evidence/signing-key.pem")).mode & 0o077).toBe(0);
    expect(statSync(join(into, "evidence")).mode & 0o077).toBe(0);

    after = await openServer({ config: { dataDir: into } });
    await after.settled();
    const admin = await ApiClient.signIn(after.url, { username: "admin-1", password: PASSWORD });
    const there = await admin.get<Listed>(`/api/v1/cases/${caseId}/evidence`);
    expect([there.items, there.keyId]).toEqual([kept.items, kept.keyId]);
    expect(there.custody.map(({ act }) => act).at(-1)).toBe("exported");

    const bag = await bagOf(admin, "after");
    const checked = await run("sh", SCRIPT, bag, kept.keyId);
    expect(checked.out).toMatch(/events proved +2\n[^]*GOOD\n$/u);
    expect(checked.code).toBe(0);
    const goesOn = readFileSync(join(bag, "data/custody.log"), "utf8");
    expect(goesOn.startsWith(custody)).toBe(true);
    expect(goesOn.slice(custody.length).trim().split("\n")).toHaveLength(1);
    expect((await admin.get<{ ok: boolean }>("/api/v1/audit/verification")).ok).toBe(true);

    const piece = there.items.find(({ kind }) => kind === "file");
    const bytes = await admin.download(`/api/v1/cases/${caseId}/evidence/${piece?.id}/content`);
    expect(Buffer.from(bytes).toString()).toBe("Chuyển 2 bitcoin trong 48 giờ.");
    const more = await admin.ask("POST", `/api/v1/cases/${caseId}/evidence/files?name=moi.txt`, {
      body: Buffer.from("sau khi khôi phục"),
      headers: { "content-type": "application/octet-stream" },
    });
    expect(more.status).toBe(201);
  }, 120_000);

  test("that was altered in the restored place is refused, and the damage is named", async () => {
    const file = kept.items.find(({ kind }) => kind === "file");
    const place = join(dir, "restored/evidence", file?.sha256.slice(0, 2) ?? "", file?.sha256.slice(2) ?? "");
    rmSync(place);
    writeFileSync(place, "khác");
    const admin = await ApiClient.signIn((after as TestServer).url, { username: "admin-1", password: PASSWORD });
    expect(await admin.post(`/api/v1/cases/${caseId}/bag`, {})).toMatchObject({
      status: 409,
      body: { code: "incidents.evidence.altered", params: { sha256: file?.sha256 } },
    });
  });
});
