import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, relative } from "node:path";
import { exclusively } from "./lock.mjs";
import { ensureWorkFolder, isWritable, root } from "./places.mjs";
import { withProgress } from "./progress.mjs";
import { run } from "./run.mjs";
import { Trouble } from "./trouble.mjs";

const dist = join(root, "dist");
const stampPath = join(dist, "build.json");
const CONSOLE_PATH = "web/console";

/** @typedef {{ server: string, console: string }} Fingerprints */

/** Builds what is older than its sources, aside, and swaps it in: nobody ever sees half a build. */
export async function ensureBuild() {
  if (staleParts().length === 0) return;
  if (!isWritable(root))
    throw new Trouble(`the build is out of date and ${root} is read-only`, {
      todo: "run `npm run build` there with enough rights once",
    });
  await exclusively(async () => {
    const parts = staleParts();
    if (parts.length > 0) await withProgress(`building ${parts.join(" and ")}`, () => build(parts));
  });
}

/** @returns {(keyof Fingerprints)[]} */
function staleParts() {
  const now = fingerprints();
  const built = readStamp();
  return /** @type {const} */ (["server", "console"]).filter((part) => now[part] !== "" && now[part] !== built[part]);
}

/** @returns {Partial<Fingerprints>} */
function readStamp() {
  try {
    return JSON.parse(readFileSync(stampPath, "utf8"));
  } catch {
    return {};
  }
}

/** @param {(keyof Fingerprints)[]} parts */
async function build(parts) {
  // Before reading any source: a file saved during the build must make the next start build again.
  const made = fingerprints();
  const next = join(ensureWorkFolder(), `build-${process.pid}`);
  const old = join(ensureWorkFolder(), `replaced-${process.pid}`);
  try {
    mkdirSync(next, { recursive: true });
    await Promise.all([
      parts.includes("server") ? buildServer(next) : copyPart(next, (path) => path !== CONSOLE_PATH),
      parts.includes("console")
        ? buildConsole(next)
        : copyPart(
            next,
            (path) => path === CONSOLE_PATH || path.startsWith(`${CONSOLE_PATH}/`) || path === "web" || path === "",
          ),
    ]);
    writeFileSync(join(next, "build.json"), JSON.stringify(made));
    if (existsSync(dist)) renameSync(dist, old);
    renameSync(next, dist);
  } finally {
    rmSync(next, { recursive: true, force: true });
    rmSync(old, { recursive: true, force: true });
  }
}

/** @param {string} next */
async function buildServer(next) {
  // Types are judged by `npm run check`; a start only needs the JavaScript.
  await tool(
    "typescript/bin/tsc",
    ["-p", "tsconfig.build.json", "--noCheck", "--outDir", next],
    "compiling the server",
  );
  for (const file of filesUnder(join(root, "src"), isServerAsset)) {
    const to = join(next, relative(join(root, "src"), file));
    mkdirSync(dirname(to), { recursive: true });
    cpSync(file, to);
  }
}

/** @param {string} next */
async function buildConsole(next) {
  const out = join(next, CONSOLE_PATH);
  await tool(
    "vite/bin/vite.js",
    ["build", "-c", "src/web/vite.config.ts", "--outDir", out, "--emptyOutDir", "--logLevel", "error"],
    "building the console",
  );
}

/** @param {string} next @param {(path: string) => boolean} belongs */
async function copyPart(next, belongs) {
  if (!existsSync(dist)) return;
  cpSync(dist, next, {
    recursive: true,
    force: true,
    filter: (source) => belongs(relative(dist, source).replaceAll("\\", "/")),
  });
}

/** @param {string} script @param {readonly string[]} args @param {string} purpose */
async function tool(script, args, purpose) {
  // Whoever asks for the build (a test, a developer's shell) does not decide which React is shipped.
  const env = { ...process.env, NODE_ENV: "production" };
  const { code, output } = await run(process.execPath, [join(root, "node_modules", script), ...args], {
    cwd: root,
    env,
  });
  if (code !== 0)
    throw new Trouble(`${purpose} failed`, {
      output,
      todo: "if you changed the sources, `npm run check` tells more; else restore them with git",
    });
}

/** One hash per part over path, size and change time of everything it is made from. */
function fingerprints() {
  const server = createHash("sha256");
  const console = createHash("sha256");
  let hasConsole = false;
  for (const name of ["package-lock.json", "tsconfig.json", "tsconfig.build.json"])
    note(join(root, name), [server, console]);
  for (const file of filesUnder(join(root, "src"), isSource)) {
    const path = relative(root, file).replaceAll("\\", "/");
    const isWeb = path.startsWith("src/web/");
    hasConsole ||= path === "src/web/vite.config.ts";
    // The console reads shapes, words and severities of the server's; nothing else of it.
    if (isWeb || path.startsWith("src/kernel/") || path.endsWith("/schemas.ts")) note(file, [console]);
    if (!isWeb) note(file, [server]);
  }
  const i18n = join(root, "content/i18n");
  if (existsSync(i18n)) for (const file of filesUnder(i18n, () => true)) note(file, [console]);
  return { server: server.digest("hex"), console: hasConsole ? console.digest("hex") : "" };
}

/** @param {string} file @param {readonly import("node:crypto").Hash[]} hashes */
function note(file, hashes) {
  const { size, mtimeMs } = statSync(file);
  for (const hash of hashes) hash.update(`${relative(root, file)}\0${size}\0${mtimeMs}\n`);
}

/**
 * @param {string} folder @param {(path: string) => boolean} wanted
 * @returns {Generator<string>}
 */
function* filesUnder(folder, wanted) {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (entry.name !== "testdata") yield* filesUnder(path, wanted);
    } else if (entry.isFile() && wanted(path)) yield path;
  }
}

/** @param {string} path */
function isSource(path) {
  return !/\.test\.tsx?$|\.md$/u.test(path);
}

/** What the compiler does not carry over: migrations, tables and the like. The console has its own builder. @param {string} path */
function isServerAsset(path) {
  return isSource(path) && !/\.tsx?$/u.test(path) && !path.startsWith(join(root, "src/web"));
}
