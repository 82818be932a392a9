import type { Log } from "../log/index.ts";

export interface Job {
  readonly name: string;
  readonly everyMs: number;
  run(): Promise<void>;
}

/** Runs jobs on a timer, never the same job twice at once. A failing job is logged and tried again at its next turn. */
export class JobRunner {
  readonly #log: Log;
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #running = new Map<string, Promise<void>>();
  #stopped = false;

  constructor(log: Log) {
    this.#log = log;
  }

  start(job: Job): void {
    const timer = setInterval(() => this.#turn(job), job.everyMs);
    timer.unref();
    this.#timers.push(timer);
  }

  /** No turn starts after this; resolves when the running ones have ended. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const timer of this.#timers) clearInterval(timer);
    await Promise.allSettled(this.#running.values());
  }

  #turn(job: Job): void {
    if (this.#stopped || this.#running.has(job.name)) return;
    const turn = job
      .run()
      .catch((error: unknown) => this.#log.error({ job: job.name, error: String(error) }, "job failed"))
      .finally(() => this.#running.delete(job.name));
    this.#running.set(job.name, turn);
  }
}
