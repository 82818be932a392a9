/** Several browsers of one person, seeing alike: one loads its screen while another's is judged. */
import type { Look } from "./look.ts";
import type { Person } from "./people.ts";
import type { Stage } from "./stage.ts";
import type { View } from "./view.ts";

/** Judging keeps one core of a renderer busy, and two cores are all there is. */
const LANES = 2;

export class Lanes {
  readonly #views: readonly View[];
  readonly #free: View[];
  readonly #waiting: ((view: View) => void)[] = [];

  private constructor(views: readonly View[]) {
    this.#views = views;
    this.#free = [...views];
  }

  static async open(stage: Stage, person: Person, look: Look): Promise<Lanes> {
    const views: View[] = [];
    // One after the other: signing in sets how the person sees the console.
    for (let lane = 0; lane < LANES; lane++) views.push(await stage.as(person, look));
    return new Lanes(views);
  }

  foresee(complaint: RegExp): void {
    for (const view of this.#views) view.foresee(complaint);
  }

  /** In order of asking: who asks last has a view that nobody uses after. */
  async use(work: (view: View) => Promise<void>): Promise<void> {
    const view = this.#free.shift() ?? (await new Promise<View>((resolve) => this.#waiting.push(resolve)));
    try {
      await work(view);
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free.push(view);
      else next(view);
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#views.map((view) => view.close()));
  }
}
