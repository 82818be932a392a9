import { spawn, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** A small checkout with a program of three lines: the bootstrap is the real one, packages are this checkout's. */
export class Sandbox {
  readonly dir = mkdtempSync(join(tmpdir(), "khien-bootstrap-"));

  constructor() {
    for (const name of ["bin", "package.json", "package-lock.json", "tsconfig.json", "tsconfig.build.json"]) {
      cpSync(join(root, name), join(this.dir, name), { recursive: true, verbatimSymlinks: true });
    }
    symlinkSync(join(root, "node_modules"), join(this.dir, "node_modules"));
    this.write("src/apps/cli.ts", PROGRAM);
  }

  write(path: string, text: string): void {
    mkdirSync(join(this.dir, path, ".."), { recursive: true });
    writeFileSync(join(this.dir, path), text);
  }

  path(path: string): string {
    return join(this.dir, path);
  }

  run(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    return spawnSync(process.execPath, [this.path("bin/khien.mjs"), ...args], {
      encoding: "utf8",
      env: { ...process.env, ...env },
    });
  }

  start(args: readonly string[]) {
    const child = spawn(process.execPath, [this.path("bin/khien.mjs"), ...args], { stdio: ["ignore", "pipe", "pipe"] });
    let said = "";
    const ended = new Promise<{ code: number | null; said: string }>((resolve) =>
      child.on("close", (code) => resolve({ code, said })),
    );
    const ready = new Promise<void>((resolve) =>
      child.stdout.on("data", (chunk: Buffer) => {
        said += chunk.toString();
        resolve();
      }),
    );
    child.stderr.on("data", (chunk: Buffer) => {
      said += chunk.toString();
    });
    return { child, ready, ended };
  }

  remove(): void {
    rmSync(this.dir, { recursive: true, force: true });
  }
}

const PROGRAM = `
const [command, ...rest]: string[] = process.argv.slice(2);
if (command === "wait") {
  const timer = setInterval(() => undefined, 1000);
  process.on("SIGTERM", () => { clearInterval(timer); process.exitCode = 7; });
} else process.exitCode = command === "fail" ? 3 : 0;
console.log("program", command, ...rest);
`;
