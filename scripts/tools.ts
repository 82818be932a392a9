import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { withProgress } from "../bin/bootstrap/progress.mjs";
import { run } from "../bin/bootstrap/run.mjs";
import { Trouble } from "../bin/bootstrap/trouble.mjs";
import { root } from "./steps.ts";

interface Tool {
  /** Any of these on the PATH will do. */
  readonly commands: readonly string[];
  readonly debianPackages: readonly string[];
  /** Tests that need one of the others skip themselves and say so. */
  readonly needed: boolean;
}

/** The system's own tools of the tests, installed from the system's packages when they are missing. */
const TOOLS: readonly Tool[] = [
  {
    commands: ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"],
    debianPackages: ["chromium"],
    needed: existsSync(join(root, "test/e2e")),
  },
  { commands: ["ip"], debianPackages: ["iproute2"], needed: false },
  { commands: ["rsyslogd"], debianPackages: ["rsyslog", "rsyslog-gnutls", "rsyslog-elasticsearch"], needed: false },
  { commands: ["softflowd"], debianPackages: ["softflowd"], needed: false },
  { commands: ["nats-server"], debianPackages: ["nats-server"], needed: false },
];

/** Debian does not let syslog-ng be installed beside rsyslog, and need not: unpacked it runs as well. */
const UNPACKED = {
  commands: ["syslog-ng"],
  folder: join(root, ".khien/tools/syslog-ng"),
  command: "usr/sbin/syslog-ng",
  debianPackages: ["syslog-ng-core", "syslog-ng-mod-http"],
} as const;

export async function ensureTools(): Promise<void> {
  await ensureInstalled();
  await ensureUnpacked();
}

async function ensureInstalled(): Promise<void> {
  const missing = TOOLS.filter(({ commands }) => !onPath(commands));
  if (missing.length === 0) return;
  const needed = packagesOf(missing.filter((tool) => tool.needed));
  const rights = rightsToInstall();
  if (onPath(["apt-get"]) && rights !== undefined) {
    await withProgress(`installing ${packagesOf(missing).join(", ")}`, async () => {
      await aptGet(["update", "-qq"], needed, rights);
      if (needed.length > 0) await aptGet(["install", ...INSTALL_FLAGS, ...needed], needed, rights);
      for (const tool of missing.filter((one) => !one.needed))
        await aptGet(["install", ...INSTALL_FLAGS, ...tool.debianPackages], [], rights);
    });
  } else if (needed.length > 0) {
    throw new Trouble(`the tests need ${needed.join(", ")}, which is not installed`, {
      todo: `install it with the system's package manager (Debian: \`sudo apt-get install ${needed.join(" ")}\`), then run \`npm test\` again`,
    });
  }
}

/** Softly: without it its tests skip themselves and say so. Needs no rights; the system stays as it is. */
async function ensureUnpacked(): Promise<void> {
  const { commands, folder, command, debianPackages } = UNPACKED;
  if (onPath(commands) || existsSync(join(folder, command)) || !onPath(["apt-get"]) || !onPath(["dpkg-deb"])) return;
  // What installing would bring in, whatever else it would do.
  const plan = await run("apt-get", ["install", "-s", "--no-install-recommends", ...debianPackages], { cwd: root });
  const packages = [...plan.output.matchAll(/^Inst (\S+)/gmu)].map(([, name]) => name ?? "");
  if (plan.code !== 0 || packages.length === 0) return;
  await withProgress(`unpacking ${debianPackages.join(", ")} beside the project`, async () => {
    const download = mkdtempSync(join(tmpdir(), "khien-tools-"));
    const part = `${folder}.part`;
    rmSync(part, { recursive: true, force: true });
    mkdirSync(part, { recursive: true });
    try {
      const { code } = await run("apt-get", ["download", "-qq", ...packages], { cwd: download });
      if (code !== 0) return;
      for (const file of readdirSync(download)) {
        const unpacked = await run("dpkg-deb", ["-x", join(download, file), part], { cwd: download });
        if (unpacked.code !== 0) return;
      }
      rmSync(folder, { recursive: true, force: true });
      renameSync(part, folder);
    } finally {
      rmSync(download, { recursive: true, force: true });
      rmSync(part, { recursive: true, force: true });
    }
  });
}

/** Nothing that is installed may go: a machine that runs another syslog daemon keeps it. */
const INSTALL_FLAGS = ["-y", "-qq", "--no-install-recommends", "--no-remove"];

function packagesOf(tools: readonly Tool[]): string[] {
  return tools.flatMap(({ debianPackages }) => debianPackages);
}

/** Fails only for the sake of packages that are needed. */
async function aptGet(args: readonly string[], needed: readonly string[], rights: readonly string[]): Promise<void> {
  const [command = "env", ...rest] = [...rights, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", ...args];
  const { code, output } = await run(command, rest, { cwd: root });
  if (code === 0 || needed.length === 0) return;
  throw new Trouble(`apt-get ${args[0]} failed`, {
    output,
    todo: `check the network and the package sources, or install ${needed.join(", ")} by hand`,
  });
}

/** What to put before a command that needs root: nothing for root, sudo when it asks nothing; undefined when neither works. */
function rightsToInstall(): readonly string[] | undefined {
  if (process.getuid?.() === 0) return [];
  return spawnSync("sudo", ["-n", "true"], { stdio: "ignore" }).status === 0 ? ["sudo", "-n"] : undefined;
}

function onPath(names: readonly string[]): boolean {
  const folders = (process.env.PATH ?? "").split(delimiter);
  return names.some((name) => folders.some((folder) => existsSync(join(folder, name))));
}
