/** `khien backup`, and pruning behind it, of the folder that is being killed on; it may be killed as well. */
import { execFile } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { KillPlace } from "./kill-place.ts";
import { khien } from "./server-child.ts";

const CLI = fileURLToPath(new URL("../../src/apps/cli.ts", import.meta.url));

export class BackupBeside {
  readonly #place: KillPlace;
  readonly #over: Promise<boolean>;
  readonly #kill: () => void;

  constructor(place: KillPlace, server: URL) {
    this.#place = place;
    const child = execFile(
      process.execPath,
      [
        CLI,
        "backup",
        this.#repository,
        ...this.#key,
        "--keep",
        "1d",
        "--data-dir",
        place.dataDir,
        "--url",
        server.href,
      ],
      { env: { ...process.env, KHIEN_TOKEN: place.backupToken } },
    );
    this.#over = new Promise((resolve) => child.once("exit", (code) => resolve(code === 0)));
    this.#kill = () => child.kill("SIGKILL");
  }

  get #repository(): string {
    return join(this.#place.outside, "repository");
  }

  get #key(): readonly string[] {
    return ["--key-file", join(this.#place.outside, "key")];
  }

  /** True when a snapshot was taken. */
  async end(byForce: boolean): Promise<boolean> {
    if (byForce) this.#kill();
    return await this.#over;
  }

  /** Whether every snapshot is sound, and the newest comes back whole and verifies. */
  async restores(): Promise<boolean> {
    const isSound = await khien(["backup", this.#repository, "--check", ...this.#key]).then(
      () => true,
      () => false,
    );
    if (!isSound) return false;
    const into = join(this.#place.outside, "restored");
    rmSync(into, { recursive: true, force: true });
    return await khien(["restore", this.#repository, "--into", into, ...this.#key, "--json"]).then(
      () => true,
      () => false,
    );
  }
}
