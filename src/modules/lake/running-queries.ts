/** Named runs of people: each can watch and stop its own. */
import { Fault } from "../../kernel/index.ts";
import { MAX_OPEN_QUERIES } from "./limits.ts";
import type { RunningQuery } from "./schemas.ts";
import type { AskOptions, LakeStore, RangeAsk } from "./store/lake-store.ts";

interface Run {
  readonly owner: string;
  readonly run: string;
  readonly ask: RangeAsk & { readonly query: string };
  readonly stop: AbortController;
  call: number | undefined;
}

export class RunningQueries {
  readonly #store: Pick<LakeStore, "progress" | "cost">;
  readonly #runs = new Map<string, Run>();

  constructor(store: Pick<LakeStore, "progress" | "cost">) {
    this.#store = store;
  }

  /** Runs `work` under its name; a second run of the same name stops the first. */
  async during<Answer>(
    named: { readonly owner: string; readonly run: string; readonly ask: Run["ask"] },
    work: (watched: Required<Pick<AskOptions, "signal" | "onSent">>) => Promise<Answer>,
  ): Promise<Answer> {
    const key = keyOf(named.owner, named.run);
    this.#runs.get(key)?.stop.abort();
    if (this.#runs.size >= 4 * MAX_OPEN_QUERIES) {
      throw new Fault("busy", "lake.query.busy", "too many searches at once", { limit: 4 * MAX_OPEN_QUERIES }, 2);
    }
    const run: Run = { ...named, stop: new AbortController(), call: undefined };
    this.#runs.set(key, run);
    const signals = named.ask.signal === undefined ? [run.stop.signal] : [run.stop.signal, named.ask.signal];
    const onSent = (call: number) => {
      run.call = call;
    };
    try {
      return await work({ signal: AbortSignal.any(signals), onSent });
    } finally {
      if (this.#runs.get(key) === run) this.#runs.delete(key);
    }
  }

  stop(owner: string, name: string): boolean {
    const run = this.#runs.get(keyOf(owner, name));
    run?.stop.abort();
    return run !== undefined;
  }

  async list(owner: string): Promise<RunningQuery[]> {
    const own = [...this.#runs.values()].filter((run) => run.owner === owner);
    const progress = await this.#store.progress(own.map(({ call }) => call ?? -1));
    return await Promise.all(
      own.map(async ({ run, ask }, index) => ({
        run,
        query: ask.query,
        ...(progress[index] ?? { state: "waiting" as const, elapsedMs: 0, ratio: null }),
        cost: await this.#store.cost(ask),
      })),
    );
  }
}

function keyOf(owner: string, run: string): string {
  return `${owner}\0${run}`;
}
