/**
 * From a file, events and a notebook to a bag that a stranger checks with openssl and sha256sum: it holds, and after
 * one byte of any file in it is changed, it does not.
 */
import { execFile } from "node:child_process";
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ApiClient } from "./api-client.ts";
import { openServer, type TestServer, until } from "./server.ts";

const SCRIPT = new URL("../../content/evidence/verify-bag.sh", import.meta.url).pathname;

let server: TestServer;
let admin: ApiClient;
let work: string;
let bag: string;
let caseId: string;
let keyId: string;
let numbers = 0;

interface Listed {
  readonly items: readonly {
    id: string;
    kind: string;
    name: string;
    media: string;
    mismatch: boolean;
    executable: boolean;
    sha256: string;
    proved: boolean;
  }[];
  readonly custody: readonly { act: string; by: { name: string } }[];
  readonly keyId: string;
}
const evidence = () => admin.get<Listed>(`/api/v1/cases/${caseId}/evidence`);

function verify(folder: string, ...more: string[]): Promise<{ code: number; said: string }> {
  return new Promise((resolve) => {
    execFile("sh", [SCRIPT, folder, ...more], (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : 1, said: `${stdout}${stderr}` });
    });
  });
}

function unpack(tar: Uint8Array): Promise<string> {
  const folder = join(work, `bag-${(numbers += 1)}`);
  writeFileSync(`${folder}.tar`, tar);
  return new Promise((resolve, reject) => {
    execFile("sh", ["-c", `mkdir "${folder}" && tar xf "${folder}.tar" -C "${folder}"`], (error) =>
      error === null ? resolve(join(folder, readdirSync(folder)[0] ?? "")) : reject(error),
    );
  });
}

function filesBelow(folder: string, inner = ""): string[] {
  return readdirSync(join(folder, inner)).flatMap((name) => {
    const path = inner === "" ? name : `${inner}/${name}`;
    return statSync(join(folder, path)).isDirectory() ? filesBelow(folder, path) : [path];
  });
}

beforeAll(async () => {
  work = mkdtempSync(join(tmpdir(), "khien-bag-"));
  server = await openServer();
  admin = await server.as("admin");
  const lines = Array.from({ length: 7 }, (_, n) => JSON.stringify({ message: `dòng ${n}`, host: "WS-07", n })).join(
    "\n",
  );
  expect((await admin.deliver(lines, { query: { sensor: "may-chu" } })).status).toBe(200);
  await server.settled();
  await until("the events can be found", async () => (await events()).length === 7);
  caseId = (await admin.post<{ id: string }>("/api/v1/cases", { title: "Mã độc ở kế toán", kind: "malware" })).body.id;
}, 60_000);
afterAll(async () => {
  await server.close();
  rmSync(work, { recursive: true, force: true });
});

async function events(): Promise<string[]> {
  const query = new URLSearchParams({ query: "host:WS-07", from: "now-1d", to: "now+1d" });
  return (await admin.get<{ items: { id: string }[] }>(`/api/v1/events?${query}`)).items.map(({ id }) => id);
}

describe("evidence", () => {
  test("a file is kept under its hash, told for what it is, out of reach of a double click", async () => {
    const send = (name: string) =>
      admin.ask<{ sha256: string }>("POST", `/api/v1/cases/${caseId}/evidence/files?name=${encodeURIComponent(name)}`, {
        body: Buffer.from("4d5a900003000000", "hex"),
        headers: { "content-type": "application/octet-stream" },
      });
    const { status, body } = await send("hóa đơn/../../x.pdf");
    expect(status).toBe(201);
    const [file] = (await evidence()).items;
    expect(file).toMatchObject({ media: "Windows executable", mismatch: true, executable: true });
    const place = join(server.dataDir, "evidence", body.sha256.slice(0, 2), body.sha256.slice(2));
    expect((statSync(place).mode & 0o777).toString(8)).toBe("400");
    expect(await send("khác.pdf")).toMatchObject({ status: 409, body: { code: "incidents.file.known" } });

    const taken = await admin.post(`/api/v1/cases/${caseId}/evidence/${file?.id}/content`, {});
    expect(taken.headers.get("content-disposition")).toMatch(/^attachment; filename="[\w.-]+\.evidence"$/u);
    expect(taken.headers.get("content-type")).toBe("application/octet-stream");
    expect((await evidence()).custody.map(({ act }) => act)).toEqual(["added", "read"]);
  });

  test("events are frozen, and proved once their segment is sealed", async () => {
    const ids = (await events()).slice(0, 3);
    expect((await admin.post(`/api/v1/cases/${caseId}/evidence/events`, { events: ids })).status).toBe(201);
    expect((await evidence()).items.filter(({ proved }) => proved)).toHaveLength(0);
    const { lake, integrity } = server.server.parts;
    await lake.store.seal();
    await integrity.reconcile();
    expect((await admin.post<{ waiting: number }>(`/api/v1/cases/${caseId}/evidence/proofs`, {})).body.waiting).toBe(0);
    expect((await evidence()).items.filter(({ proved }) => proved)).toHaveLength(3);
    expect(await admin.post(`/api/v1/cases/${caseId}/evidence/events`, { events: ["0".repeat(32)] })).toMatchObject({
      status: 404,
    });
  });

  test("a notebook is kept as it is now", async () => {
    const { id } = (await admin.post<{ id: string }>("/api/v1/notebooks", { title: "Săn tìm tháng 11" })).body;
    expect((await admin.post(`/api/v1/cases/${caseId}/evidence/notebooks`, { notebook: id })).status).toBe(201);
  });

  test("a hold keeps the events the case names, and lets them go with a reason", async () => {
    const hold = (method: "PUT" | "POST", path = "") =>
      admin.ask<{ held: boolean }>(method, `/api/v1/cases/${caseId}/hold${path}`, {
        body: JSON.stringify({ reason: "theo yêu cầu điều tra" }),
        headers: { "content-type": "application/json" },
      });
    expect((await hold("PUT")).body.held).toBe(true);
    const holds = async () =>
      (
        await admin.get<{ items: { name: string; scope: { events?: string[] }; releasedAt: string | null }[] }>(
          "/api/v1/holds",
        )
      ).items.filter((one) => one.releasedAt === null);
    expect((await holds())[0]).toMatchObject({ name: expect.stringMatching(/^HS-\d{4}-0001$/u) });
    expect((await holds())[0]?.scope.events).toHaveLength(3);
    await hold("PUT");
    expect(await holds()).toHaveLength(1);
    expect((await hold("POST", "/release")).body.held).toBe(false);
    expect(await holds()).toHaveLength(0);
  });

  test("custody cannot be rewritten in the records", async () => {
    const { records } = server.server.parts;
    const { sql } = await import("../../src/platform/db/index.ts");
    await expect(sql`UPDATE incidents_custody SET entry = '[]'`.execute(records.query)).rejects.toThrow(/append-only/u);
    await expect(sql`DELETE FROM incidents_evidence`.execute(records.query)).rejects.toThrow(/kept/u);
  });
});

test.each([
  ["json", /^\{/u],
  ["pdf", /^%PDF-/u],
  ["docx", /^PK/u],
])("the report leaves as %s, and that is in the audit log", async (format, begins) => {
  const { status, text, headers } = await admin.ask(
    "GET",
    `/api/v1/cases/${caseId}/report?format=${format}&language=en`,
  );
  expect(status).toBe(200);
  expect(text).toMatch(begins);
  expect(headers.get("content-disposition")).toMatch(new RegExp(`HS-\\d{4}-0001\\.${format}"$`, "u"));
  const [entry] = await admin.all<{ verb: string; details: { format: string } }>(
    "/api/v1/audit?verb=incidents.report.exported&limit=5",
  );
  expect(entry?.details.format).toBe(format);
});

describe("the bag", () => {
  beforeAll(async () => {
    bag = await unpack(await admin.download(`/api/v1/cases/${caseId}/bag`));
    ({ keyId } = await evidence());
  });

  test("holds without any code of ours, says what it holds, and is signed with the installation's key", async () => {
    const { code, said } = await verify(bag, keyId);
    expect(said).toMatch(/GOOD\n$/u);
    expect(said).toMatch(/events proved +3\n/u);
    expect(code).toBe(0);
    expect((await verify(bag, "0".repeat(64))).said).toMatch(/signed with the key/u);
    expect((await evidence()).custody.at(-1)).toMatchObject({ act: "exported" });
    expect(readFileSync(join(bag, "data/custody.log"), "utf8")).toContain('"exported"');
  });

  test("does not hold after one byte more or one byte other in any of its files, nor with a file more or less", async () => {
    const files = filesBelow(bag);
    expect(files.length).toBeGreaterThan(20);
    const spoiled = join(work, "spoiled");
    cpSync(bag, spoiled, { recursive: true });
    for (const path of files) {
      for (const spoil of ["add", "alter", "drop"] as const) {
        const file = join(spoiled, path);
        if (spoil === "add") appendFileSync(file, "x");
        else if (spoil === "drop") rmSync(file);
        else {
          const content = readFileSync(file);
          const at = Math.floor(content.length / 2);
          content[at] = (content[at] ?? 0) ^ 1;
          writeFileSync(file, content);
        }
        const { code, said } = await verify(spoiled);
        expect(code, `${spoil} ${path}: ${said}`).toBe(1);
        cpSync(join(bag, path), file);
      }
    }
    expect((await verify(spoiled)).code).toBe(0);
    writeFileSync(join(spoiled, "data/evidence/9999.bin"), "planted");
    expect((await verify(spoiled)).said).toContain("nobody listed");
  }, 240_000);

  test("of merged cases holds the evidence and the custody of each, and is checked the same way", async () => {
    const open = async (title: string) => {
      const made = await admin.post<{ id: string; number: string }>("/api/v1/cases", { title, kind: "malware" });
      await admin.ask("POST", `/api/v1/cases/${made.body.id}/evidence/files?name=${title}.bin`, {
        body: Buffer.from(title),
        headers: { "content-type": "application/octet-stream" },
      });
      return made.body;
    };
    const versionOf = async (id: string) => (await admin.get<{ version: number }>(`/api/v1/cases/${id}`)).version;
    const [one, two] = [await open("mot"), await open("hai")];
    await admin.post(`/api/v1/cases/${one.id}/merge`, {
      version: await versionOf(one.id),
      from: two.id,
      fromVersion: await versionOf(two.id),
      carry: [],
      reason: "cùng một vụ",
    });
    const both = await unpack(await admin.download(`/api/v1/cases/${one.id}/bag`));
    expect((await verify(both, keyId)).said).toMatch(/custody entries +4\n[^]*GOOD\n$/u);
    const index = JSON.parse(readFileSync(join(both, "data/evidence.json"), "utf8")) as {
      case: string;
      name: string;
    }[];
    expect(index.map((each) => [each.case, each.name])).toEqual([
      [one.number, "mot.bin"],
      [two.number, "hai.bin"],
    ]);
    const log = join(both, `data/custody/${two.number}.log`);
    expect(readFileSync(log, "utf8")).toContain('"exported"');
    appendFileSync(log, "x");
    expect((await verify(both)).code).toBe(1);
  });

  test("is refused when the stored bytes are not what was kept", async () => {
    const [file] = (await evidence()).items;
    const place = join(server.dataDir, "evidence", file?.sha256.slice(0, 2) ?? "", file?.sha256.slice(2) ?? "");
    expect(existsSync(place)).toBe(true);
    rmSync(place);
    writeFileSync(place, "something else");
    expect(await admin.post(`/api/v1/cases/${caseId}/bag`, {})).toMatchObject({
      status: 409,
      body: { code: "incidents.evidence.altered" },
    });
  });
});
