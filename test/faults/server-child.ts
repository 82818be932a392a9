/** The server as a process of its own: started, measured and killed from outside, as an operator's machine would. */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const CLI = fileURLToPath(new URL("../../src/apps/cli.ts", import.meta.url));
const run = promisify(execFile);
/** Machines that do other things too are slow to start one. */
const START_MS = 600_000;

export interface ChildOptions {
  readonly dataDir: string;
  /** Another program that starts the server and takes messages. */
  readonly script?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export class ServerChild {
  readonly url: URL;
  /** From the start of the process to the first accepted connection. */
  readonly listeningMs: number;
  readonly #process: ChildProcess;
  readonly #started: number;
  readonly #output: () => string;

  private constructor(process: ChildProcess, at: { url: URL; started: number; output: () => string }) {
    this.#process = process;
    this.url = at.url;
    this.#started = at.started;
    this.#output = at.output;
    this.listeningMs = performance.now() - at.started;
  }

  static async start({ dataDir, script, env = {} }: ChildOptions): Promise<ServerChild> {
    const started = performance.now();
    const program = script === undefined ? [CLI, "start"] : [script];
    const child = spawn(process.execPath, [...program, "--data-dir", dataDir, "--port", "0"], {
      env: { ...process.env, KHIEN_LOG_LEVEL: "error", ...env },
      stdio: ["ignore", "pipe", "pipe", ...(script === undefined ? [] : (["ipc"] as const))],
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding("utf8");
      stream?.on("data", (text: string) => {
        if (output.length < 1_000_000) output += text;
      });
    }
    for (;;) {
      const url = /listens at (\S+)/u.exec(output)?.[1];
      if (url !== undefined) return new ServerChild(child, { url: new URL(url), started, output: () => output });
      if (child.exitCode !== null || child.signalCode !== null || performance.now() - started > START_MS) {
        child.kill("SIGKILL");
        throw new Error(`the server did not start (exit ${child.exitCode ?? child.signalCode}):\n${output}`);
      }
      await pause(5);
    }
  }

  /** Everything it said, standard output and error. */
  get output(): string {
    return this.#output();
  }

  get alive(): boolean {
    return this.#process.exitCode === null && this.#process.signalCode === null;
  }

  /** For whoever measures what it uses. */
  get pid(): number {
    return this.#process.pid ?? 0;
  }

  /** To the program that was given instead of the server's own. */
  tell(message: object): void {
    this.#process.send?.(message);
  }

  /** Its next message. */
  async hears(): Promise<unknown> {
    const [message] = (await once(this.#process, "message")) as [unknown];
    return message;
  }

  /** Resolves once it has ended by itself; false when it has not within this time. */
  async endsWithin(ms: number): Promise<boolean> {
    const end = performance.now() + ms;
    while (this.alive && performance.now() < end) await pause(5);
    return !this.alive;
  }

  /** Largest resident memory so far, bytes. */
  get peakRss(): number {
    return this.#memory("VmHWM");
  }

  /** Resident memory now, bytes. */
  get rss(): number {
    return this.#memory("VmRSS");
  }

  #memory(field: "VmHWM" | "VmRSS"): number {
    const status = readFileSync(`/proc/${this.#process.pid}/status`, "utf8");
    return 1024 * Number(new RegExp(`^${field}:\\s+(\\d+)`, "mu").exec(status)?.[1] ?? 0);
  }

  /** Waits for /readyz with nothing left to do; answers the time since the start of the process. */
  async caughtUp(withinMs = START_MS): Promise<number> {
    for (;;) {
      const state = await fetch(new URL("/readyz", this.url))
        .then(async (answer) => (await answer.json()) as { backlog?: number })
        .catch(() => undefined);
      if (state?.backlog === 0) return performance.now() - this.#started;
      if (!this.alive || performance.now() - this.#started > withinMs)
        throw new Error(`the server does not catch up:\n${this.output.slice(-4000)}`);
      await pause(20);
    }
  }

  async end(signal: "SIGKILL" | "SIGTERM"): Promise<void> {
    if (!this.alive) return;
    const ended = once(this.#process, "exit");
    this.#process.kill(signal);
    await ended;
  }
}

/** A command of the program to its end; rejects unless it exits with 0. */
export async function khien(args: readonly string[], input = ""): Promise<string> {
  const running = run(process.execPath, [CLI, ...args], { maxBuffer: 64 * 1024 * 1024 });
  running.child.stdin?.end(input);
  return (await running).stdout;
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" && address !== null ? address.port : 0;
}
