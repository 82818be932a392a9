import { closeSync, openSync, readFileSync, statSync, unlinkSync, utimesSync, writeSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ensureWorkFolder } from "./places.mjs";
import { Trouble } from "./trouble.mjs";

const HEARTBEAT_MS = 5_000;
/** A holder on another machine (shared folder) counts as gone after this silence. */
const SILENT_ELSEWHERE_MS = 60_000;
/** A live process with the holder's number but this long silent is another program that got the number. */
const SILENT_HERE_MS = 300_000;
const POLL_MS = 200;
const PATIENCE_MS = 30 * 60_000;

/**
 * Lets one process at a time change the checkout (install, build). Others wait and then find the work done.
 * @template T
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function exclusively(work) {
  const path = join(ensureWorkFolder(), "lock");
  await acquire(path);
  const heartbeat = setInterval(() => touch(path), HEARTBEAT_MS);
  const release = () => removeQuietly(path);
  process.once("exit", release);
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    process.removeListener("exit", release);
    release();
  }
}

/** @param {string} path */
async function acquire(path) {
  const began = Date.now();
  let told = false;
  while (!tryCreate(path)) {
    const holder = readHolder(path);
    if (holder !== undefined && isGone(holder)) {
      takeOver(path, holder.text);
      continue;
    }
    if (!told && holder !== undefined) {
      process.stderr.write(`… waiting for another khien that is preparing this folder (process ${holder.pid})\n`);
      told = true;
    }
    if (Date.now() - began > PATIENCE_MS) {
      throw new Trouble("another khien has been preparing this folder for 30 minutes", {
        todo: `end it, or remove ${path} when it is gone`,
      });
    }
    await sleep(POLL_MS);
  }
}

/** @param {string} path */
function tryCreate(path) {
  try {
    const file = openSync(path, "wx");
    writeSync(file, `${process.pid} ${hostname()} ${Date.now()}`);
    closeSync(file);
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
}

/** @param {string} path */
function readHolder(path) {
  try {
    const text = readFileSync(path, "utf8");
    const [pid, host] = text.split(" ");
    return { text, pid: Number(pid), host, silentMs: Date.now() - statSync(path).mtimeMs };
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

/** @param {{ pid: number, host: string | undefined, silentMs: number }} holder */
function isGone({ pid, host, silentMs }) {
  // An empty file: its maker is between creating and writing, or died there.
  if (host === undefined) return silentMs > HEARTBEAT_MS;
  if (host !== hostname()) return silentMs > SILENT_ELSEWHERE_MS;
  return !isAlive(pid) || silentMs > SILENT_HERE_MS;
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === "EPERM";
  }
}

/**
 * Removes a dead holder's lock. Two waiters may judge the same lock dead; the second must not remove the lock
 * the first has taken meanwhile, so removal itself is exclusive and looks again.
 * @param {string} path @param {string} seen
 */
function takeOver(path, seen) {
  const guard = `${path}.takeover`;
  if (!tryCreate(guard)) {
    const other = readHolder(guard);
    if (other !== undefined && other.silentMs > HEARTBEAT_MS) removeQuietly(guard);
    return;
  }
  try {
    if (readHolder(path)?.text === seen) removeQuietly(path);
  } finally {
    removeQuietly(guard);
  }
}

/** @param {string} path */
function touch(path) {
  const now = new Date();
  try {
    utimesSync(path, now, now);
  } catch {
    // Gone: someone removed it by hand. The work goes on; the end of it does not depend on the file.
  }
}

/** @param {string} path */
function removeQuietly(path) {
  try {
    unlinkSync(path);
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw error;
  }
}

/** @param {unknown} error */
function codeOf(error) {
  return error instanceof Error && "code" in error ? error.code : undefined;
}
