import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { withProgress } from "../bin/bootstrap/progress.mjs";
import { run } from "../bin/bootstrap/run.mjs";
import { Trouble } from "../bin/bootstrap/trouble.mjs";
import { root } from "./steps.ts";

interface Tool {
  /** Any of these on the PATH will do. */
  readonly commands: readonly string[];
  readonly debianPackage: string;
  readonly needed: boolean;
}

/** The system's own tools of the tests, installed from the system's packages when they are missing. */
const TOOLS: readonly Tool[] = [
  {
    commands: ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"],
    debianPackage: "chromium",
    needed: existsSync(join(root, "test/e2e")),
  },
  { commands: ["ip"], debianPackage: "iproute2", needed: false },
];

export async function ensureTools(): Promise<void> {
  const missing = TOOLS.filter(({ commands }) => !onPath(commands));
  if (missing.length === 0) return;
  const rights = rightsToInstall();
  const packages = missing.map(({ debianPackage }) => debianPackage);
  if (onPath(["apt-get"]) && rights !== undefined)
    return withProgress(`installing ${packages.join(", ")}`, () => install(packages, rights));
  const needed = missing.filter((tool) => tool.needed).map(({ debianPackage }) => debianPackage);
  if (needed.length === 0) return;
  throw new Trouble(`the tests need ${needed.join(", ")}, which is not installed`, {
    todo: `install it with the system's package manager (Debian: \`sudo apt-get install ${needed.join(" ")}\`), then run \`npm test\` again`,
  });
}

async function install(packages: readonly string[], rights: readonly string[]): Promise<void> {
  for (const args of [
    ["update", "-qq"],
    ["install", "-y", "-qq", "--no-install-recommends", ...packages],
  ]) {
    const [command = "env", ...rest] = [...rights, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", ...args];
    const { code, output } = await run(command, rest, { cwd: root });
    if (code !== 0)
      throw new Trouble(`apt-get ${args[0]} failed`, {
        output,
        todo: `check the network and the package sources, or install ${packages.join(", ")} by hand`,
      });
  }
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
