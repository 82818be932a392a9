import { Fault } from "../../../kernel/index.ts";

/** Lets only so many in at once; the others are told to come again. Each delivery in the making holds memory. */
export class Gate {
  readonly #most: number;
  #inside = 0;

  constructor(most: number) {
    this.#most = most;
  }

  async through<Result>(run: () => Promise<Result>): Promise<Result> {
    if (this.#inside >= this.#most)
      throw new Fault("busy", "ingest.door.crowded", "too many deliveries at once", { limit: this.#most }, 1);
    this.#inside++;
    try {
      return await run();
    } finally {
      this.#inside--;
    }
  }
}
