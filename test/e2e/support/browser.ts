/** The system's own Chromium, driven over its debugging protocol. Nothing is downloaded. */
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { type Browser, chromium } from "playwright-core";

/** Debian's name first; the others are what scripts/tools.ts accepts too. */
const PROGRAMS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const QUIET = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-dev-shm-usage",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-domain-reliability",
  "--disable-sync",
  "--no-first-run",
  "--no-pings",
  // The browser looks names up on its own account; the run counts every packet that tries to leave (scripts/offline.ts).
  "--host-resolver-rules=MAP * ~NOTFOUND,EXCLUDE 127.0.0.1,EXCLUDE localhost",
];

export function launchBrowser(): Promise<Browser> {
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), "/usr/bin"];
  const executablePath = PROGRAMS.flatMap((name) => folders.map((folder) => join(folder, name))).find(existsSync);
  if (executablePath === undefined) throw new Error(`none of ${PROGRAMS.join(", ")} is installed`);
  return chromium.launch({ executablePath, args: QUIET });
}
