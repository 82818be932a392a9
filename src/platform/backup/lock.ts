/**
 * Who writes to a folder of backups, or removes from it, is alone there: a block found unreferenced may be the one a
 * backup under way has just decided to use. Of a writer that died the lock is taken over.
 */
import { readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { Fault } from "../../kernel/index.ts";
import { LOCK_REFRESH_MS, LOCK_STALE_MS } from "./limits.ts";

const NAME = "lock";

/** Fault backup.place.busy. The function it gives ends it. */
export function lockFolder(root: string): () => void {
  const path = join(root, NAME);
  const own = JSON.stringify({ host: hostname(), pid: process.pid, nonce: crypto.randomUUID() });
  for (let attempt = 0; ; attempt++) {
    try {
      writeFileSync(path, own, { flag: "wx", mode: 0o600 });
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      if (attempt > 0 || !isAbandoned(path)) {
        throw new Fault("conflict", "backup.place.busy", `another backup works in ${root}`, { path: root }, 60);
      }
      rmSync(path, { force: true });
    }
  }
  const timer = setInterval(() => touch(path), LOCK_REFRESH_MS);
  timer.unref();
  return () => {
    clearInterval(timer);
    if (read(path) === own) rmSync(path, { force: true });
  };
}

function isAbandoned(path: string): boolean {
  const age = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0);
  if (age > LOCK_STALE_MS) return true;
  try {
    const { host, pid } = JSON.parse(read(path) ?? "") as { host?: unknown; pid?: unknown };
    if (host !== hostname() || typeof pid !== "number") return false;
    return !isAlive(pid);
  } catch {
    // Died while writing it, or is about to write it.
    return age > LOCK_REFRESH_MS;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

function touch(path: string): void {
  try {
    utimesSync(path, new Date(), new Date());
  } catch {
    // Taken over by somebody who thought this one dead: nothing to keep alive.
  }
}
