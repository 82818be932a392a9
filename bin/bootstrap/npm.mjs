import { existsSync, realpathSync } from "node:fs";
import { basename, delimiter, dirname, join } from "node:path";
import { run } from "./run.mjs";
import { Trouble } from "./trouble.mjs";

const QUIET = ["--loglevel=error", "--no-fund", "--no-audit", "--no-update-notifier", "--no-progress"];

/**
 * The host's npm, run with this process's Node.js. Speaks only when it fails.
 * @param {readonly string[]} args
 * @param {{ cwd: string, purpose: string }} options
 */
export async function npm(args, { cwd, purpose }) {
  const { code, output } = await run(process.execPath, [findNpm(), ...args, ...QUIET], { cwd, env: environment() });
  if (code === 0) return;
  throw new Trouble(`${purpose} failed (npm ended with ${code})`, {
    output,
    todo: "check the network and npm's registry setting, then start again; without network, set KHIEN_NO_INSTALL=1 and bring node_modules along",
  });
}

/** Air-gapped and packaged installations never fetch; they say what is missing. @param {string} purpose */
export function refuseWhenForbidden(purpose) {
  if (!process.env.KHIEN_NO_INSTALL) return;
  throw new Trouble(`${purpose} is needed, but KHIEN_NO_INSTALL forbids installing`, {
    todo: "run `npm start` once with network and copy the whole folder (with node_modules and .khien), or unset KHIEN_NO_INSTALL",
  });
}

/** Settings that `npm start` hands down (its own prefix, script name, …) must not steer the inner npm; the user's stay. */
function environment() {
  const inherited = /^npm_(?:lifecycle|package|command|execpath|node_execpath)/u;
  return {
    ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !inherited.test(name))),
    PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH ?? ""}`,
  };
}

function findNpm() {
  const beside = dirname(process.execPath);
  const candidates = [
    process.env.npm_execpath,
    process.env.KHIEN_BOOTSTRAPPED,
    join(beside, "../lib/node_modules/npm/bin/npm-cli.js"),
    join(beside, "node_modules/npm/bin/npm-cli.js"),
    ...onPath("npm"),
  ];
  for (const candidate of candidates) {
    if (candidate && basename(candidate) === "npm-cli.js" && existsSync(candidate)) return candidate;
  }
  throw new Trouble("npm was not found", { todo: "install Node.js together with npm, and have `npm` on the PATH" });
}

/** Where npm is: the runtime installed by us has none, so the first process tells the second. */
export function npmLocation() {
  try {
    return findNpm();
  } catch {
    return "1";
  }
}

/** @param {string} command */
function onPath(command) {
  return (process.env.PATH ?? "")
    .split(delimiter)
    .map((folder) => join(folder, command))
    .filter((path) => existsSync(path))
    .map((path) => realpathSync(path));
}
