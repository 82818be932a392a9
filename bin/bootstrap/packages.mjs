import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { exclusively } from "./lock.mjs";
import { npm, refuseWhenForbidden } from "./npm.mjs";
import { ensureWorkFolder, isWritable, root, workFolder } from "./places.mjs";
import { withProgress } from "./progress.mjs";
import { Trouble } from "./trouble.mjs";

const wantedPath = join(root, "package-lock.json");
/** npm writes this one last, so it is there only after a complete installation. */
const installedPath = join(root, "node_modules/.package-lock.json");
const stampPath = join(workFolder, "packages");

/** Brings node_modules to what package-lock.json says. Does nothing, fast, when it is so already. */
export async function ensurePackages() {
  if (readText(stampPath) === currentStamp()) return;
  if (isUpToDate()) return stamp();
  if (!isWritable(root))
    throw new Trouble(`packages are missing and ${root} is read-only`, {
      todo: "run `npm ci` there with enough rights once",
    });
  refuseWhenForbidden("installing packages");
  await exclusively(async () => {
    if (isUpToDate()) return;
    // The build needs the tools, also where NODE_ENV or npm's settings say "production".
    await withProgress("installing packages", () =>
      npm(["ci", "--include=dev"], { cwd: root, purpose: "installing packages" }),
    );
  });
  stamp();
}

/** Ties the wanted list to the very installation that was compared with it. */
function currentStamp() {
  const installed = readText(installedPath);
  if (installed === undefined) return "missing";
  return createHash("sha256").update(readFileSync(wantedPath)).update(installed).digest("hex");
}

function stamp() {
  ensureWorkFolder();
  writeFileSync(stampPath, currentStamp());
}

/** Also true after a person's own `npm ci`, or in a copied folder: nothing is fetched again then. */
function isUpToDate() {
  const installed = readText(installedPath);
  if (installed === undefined) return false;
  const have = JSON.parse(installed).packages;
  const want = Object.entries(JSON.parse(readFileSync(wantedPath, "utf8")).packages);
  return want.every(
    ([path, entry]) =>
      path === "" || have[path]?.version === entry.version || (entry.optional && have[path] === undefined),
  );
}

/** @param {string} path */
function readText(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
