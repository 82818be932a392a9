import { createHash } from "node:crypto";
import { accessSync, constants, existsSync, mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The checkout or the installed package. */
export const root = fileURLToPath(new URL("../../", import.meta.url)).replace(/[\\/]$/u, "");

/** A checkout has sources to build; an installed package brings its `dist` along. */
export const isCheckout = existsSync(join(root, "src")) && existsSync(join(root, "package-lock.json"));

/** Our own working folder: in the checkout, or in the user's cache when the checkout is read-only. */
export const workFolder = isWritable(root) && isCheckout ? join(root, ".khien") : cacheFolder();

export function ensureWorkFolder() {
  mkdirSync(workFolder, { recursive: true });
  return workFolder;
}

function cacheFolder() {
  const base = process.env.XDG_CACHE_HOME || join(homedir(), ".cache");
  return join(base, "khien", createHash("sha256").update(root).digest("hex").slice(0, 12));
}

/** @param {string} path */
export function isWritable(path) {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
