import { existsSync } from "node:fs";
import module from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ensureBuild } from "./build.mjs";
import { ensurePackages } from "./packages.mjs";
import { isCheckout, root, workFolder } from "./places.mjs";
import { Trouble } from "./trouble.mjs";

/**
 * Packages, then (for the program, not for developer commands) the build, then the program in this process.
 * @param {readonly string[]} args
 */
export async function prepare(args) {
  module.enableCompileCache(join(workFolder, "compile-cache"));
  if (isCheckout) await ensurePackages();
  if (args[0] === "--dev") return runDeveloperCommand(args.slice(1));
  if (isCheckout) await ensureBuild();
  const program = join(root, "dist/apps/cli.js");
  if (!existsSync(program))
    throw new Trouble("this installation is incomplete: dist/apps/cli.js is missing", {
      todo: "install the package again",
    });
  process.argv[1] = program;
  await import(pathToFileURL(program).href);
}

/** @param {readonly string[]} args */
async function runDeveloperCommand([name = "", ...rest]) {
  const script = join(root, "scripts", `${name}.ts`);
  if (!/^[a-z-]+$/u.test(name) || !existsSync(script)) {
    throw new Trouble(`there is no developer command "${name}"`, { todo: "see the list in CONTRIBUTING.md" });
  }
  process.argv = [process.execPath, script, ...rest];
  await import(pathToFileURL(script).href);
}
