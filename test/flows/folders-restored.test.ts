/** Watched folders and backups: what was read before the backup is not read again after a restore, what came after it is. */
import { execFile } from "node:child_process";
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Config } from "../../src/platform/config/index.ts";
import { startServer } from "../../src/apps/start.ts";
import { openServer, type TestServer, until } from "./server.ts";

const CLI = fileURLToPath(new URL("../../src/apps/cli.ts", import.meta.url));
const run = promisify(execFile);
const khien = (...args: string[]) => run(process.execPath, [CLI, ...args], { env: { PATH: "" } });

let dir = "";
let logs = "";
let server: TestServer;
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), "khien-folders-"));
  logs = join(dir, "logs");
  mkdirSync(logs);
  server = await openServer({ config: { watchFolders: [`web-1=${logs}`] } });
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const append = (from: number, to: number): void =>
  appendFileSync(
    join(logs, "auth.log"),
    Array.from({ length: to - from }, (_, i) => `Nov 22 10:00:00 gw sshd[1]: restored ${from + i} opened\n`).join(""),
  );

/** Every stored line's number, in order. */
async function stored(parts: TestServer["server"]["parts"]): Promise<number[]> {
  await until("the pipeline has caught up", async () => parts.pipeline.backlog === 0);
  const numbers: number[] = [];
  for (let from = parts.lake.journal.stats().first; from < parts.lake.journal.end(); ) {
    const batch = await parts.lake.journal.read(from, { records: 10_000, bytes: 64 << 20 });
    numbers.push(...batch.records.map(({ raw }) => Number(/restored (\d+)/u.exec(raw)?.[1] ?? -1)));
    from = batch.next;
  }
  return numbers.filter((n) => n >= 0).sort((a, b) => a - b);
}

test("a folder that was being read while it was backed up", async () => {
  append(0, 100);
  await until("the first lines", async () => (await stored(server.server.parts)).length === 100);
  const { secret } = await server.server.parts.auth.service.createToken({ name: "nightly", scope: "backup" });
  writeFileSync(join(dir, "token"), secret);
  await khien("backup", "--new-key", join(dir, "key"));
  const repository = join(dir, "repo");
  const place = ["--data-dir", server.dataDir, "--url", server.url.href, "--token-file", join(dir, "token")];
  await until("the positions are on disk", async () => server.server.parts.doors.states("")[4]?.accepted === 100);
  await khien("backup", repository, "--key-file", join(dir, "key"), ...place);
  append(100, 150);
  await until("the later lines", async () => (await stored(server.server.parts)).length === 150);
  await server.close();

  const dataDir = join(dir, "restored");
  await khien("restore", repository, "--key-file", join(dir, "key"), "--into", dataDir);
  append(150, 160);
  const config = Config.parse({ dataDir, httpPort: 0, logLevel: "silent", watchFolders: [`web-1=${logs}`] });
  const again = await startServer(config);
  try {
    await again.ready;
    await until("everything", async () => (await stored(again.parts)).length >= 160);
    expect(await stored(again.parts)).toEqual(Array.from({ length: 160 }, (_, i) => i));
  } finally {
    await again.close();
  }
}, 120_000);
