/**
 * The disk is full: the door says so and when to come back, nothing acknowledged is lost, and once there is room
 * again everything goes on. Needs root (mounts a small tmpfs).
 * By hand: node test/faults/server-disk-full.ts
 */
import { execFileSync } from "node:child_process";
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { ApiClient } from "../flows/api-client.ts";
import { khien, ServerChild } from "./server-child.ts";

/** Room for the stores; a ballast file takes the rest away. */
const DISK_MB = 256;

export interface DiskFullReport {
  readonly statusWhenFull: number;
  readonly codeWhenFull: string;
  readonly retryAfter: string | null;
  readonly aliveWhenFull: boolean;
  /** What the console's alarm is made of. */
  readonly refusalWhenFull: string | null;
  readonly refusalAfter: string | null;
  /** The alert in the queue, and whether its history tells that it is over. */
  readonly alert: { readonly level: string; readonly ceased: boolean } | null;
  readonly acknowledged: number;
  readonly storedAfter: number;
  readonly recoveredMs: number;
  readonly auditSound: boolean;
}

/** Whether this machine lets us mount a disk of our own. */
export function mayMount(): boolean {
  const dir = mkdtempSync(join(tmpdir(), "khien-mount-"));
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", dir], { stdio: "ignore" });
    execFileSync("umount", [dir], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

export async function diskFull(): Promise<DiskFullReport> {
  const disk = mkdtempSync(join(tmpdir(), "khien-disk-"));
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${DISK_MB}m`, "tmpfs", disk]);
  let server: ServerChild | undefined;
  try {
    const dataDir = join(disk, "data");
    mkdirSync(dataDir);
    const token = (
      await khien(["token", "create", "--scope", "ingest", "--sensor", "disk", "--data-dir", dataDir])
    ).trim();
    const readToken = (await khien(["token", "create", "--scope", "read", "--data-dir", dataDir])).trim();
    server = await ServerChild.start({ dataDir });
    await server.caughtUp();
    return await fillAndFree(server, { disk, dataDir, token, readToken });
  } finally {
    await server?.end("SIGKILL");
    execFileSync("umount", ["-l", disk]);
    rmSync(disk, { recursive: true, force: true });
  }
}

interface Disk {
  readonly disk: string;
  readonly dataDir: string;
  readonly token: string;
  readonly readToken: string;
}

async function fillAndFree(server: ServerChild, { disk, dataDir, token, readToken }: Disk): Promise<DiskFullReport> {
  const sender = new ApiClient(server.url, { authorization: `Bearer ${token}` });
  let lines = 0;
  let acknowledged = 0;
  const send = async () => {
    const batch = Array.from({ length: 500 }, () => JSON.stringify({ n: lines++, text: "x".repeat(400) }));
    const answer = await sender.deliver(batch.join("\n"));
    acknowledged +=
      answer.status === 200
        ? answer.body.accepted
        : Number((answer.body as { params?: { accepted?: number } }).params?.accepted ?? 0);
    return answer;
  };
  for (let n = 0; n < 5; n += 1) await send();
  const ballast = join(disk, "ballast");
  fillUp(ballast);

  let full = await send();
  for (let n = 0; n < 50 && full.status === 200; n += 1) full = await send();
  await pause(3_000);
  const stillFull = await send();
  const aliveWhenFull = server.alive && (await fetch(new URL("/healthz", server.url))).status === 200;

  const read = new ApiClient(server.url, { authorization: `Bearer ${readToken}` });
  const refusal = async () =>
    (await read.get<{ journal: { refusal: string | null } }>("/api/v1/ingest")).journal.refusal;
  const refusalWhenFull = await refusal();

  rmSync(ballast);
  const freed = performance.now();
  let answer = await send();
  while (answer.status !== 200 && performance.now() - freed < 60_000) {
    await pause(100);
    answer = await send();
  }
  await server.caughtUp(180_000);
  const recoveredMs = Math.round(performance.now() - freed);
  const refusalAfter = await refusal();
  const alert = await journalAlert(read);
  const stored = await read.get<{ total: number }>("/api/v1/events/fields?query=sensor:disk");
  await server.end("SIGTERM");
  const verified = JSON.parse(await khien(["verify", "--json", "--data-dir", dataDir])) as { ok: boolean };
  return {
    statusWhenFull: stillFull.status,
    codeWhenFull: String((stillFull.body as { code?: string }).code),
    retryAfter: stillFull.headers.get("retry-after"),
    aliveWhenFull,
    refusalWhenFull,
    refusalAfter,
    alert,
    acknowledged,
    storedAfter: stored.total,
    recoveredMs,
    auditSound: verified.ok,
  };
}

async function journalAlert(read: ApiClient): Promise<DiskFullReport["alert"]> {
  // The watch looks every two seconds, and what it could not write waits for its next look.
  for (let tries = 0; tries < 40; tries += 1) {
    const { items } = await read.get<{ items: { id: string; rule: { level: string } }[] }>(
      "/api/v1/alerts?rule=journal:refused",
    );
    const [found] = items;
    if (found !== undefined) {
      const { transitions } = await read.get<{ transitions: { action: string }[] }>(`/api/v1/alerts/${found.id}`);
      if (transitions.some(({ action }) => action === "ceased")) return { level: found.rule.level, ceased: true };
    }
    await pause(500);
  }
  return null;
}

/** Takes all the room there is. */
export function fillUp(path: string): void {
  const piece = Buffer.alloc(64 * 1024);
  const file = openSync(path, "w");
  try {
    for (;;) writeSync(file, piece);
  } catch (error) {
    if ((error as { code?: string }).code !== "ENOSPC") throw error;
  } finally {
    closeSync(file);
  }
}

if (import.meta.main) console.log(await diskFull());
