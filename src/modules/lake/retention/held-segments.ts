/** Which segments are held: those in which a hold finds an event. */
import type { Integrity } from "../integrity/integrity.ts";
import type { StoredSeal } from "../integrity/store.ts";
import type { LakeStore } from "../store/lake-store.ts";
import { holdQuery } from "./hold-query.ts";
import type { Hold, HoldExtent } from "./schemas.ts";

type Asked = Pick<Hold, "id" | "scope">;
/** Segments and holds never change: what was found once is true for good. */
type Known = Map<string, boolean>;

export class HeldSegments {
  readonly #store: LakeStore;
  readonly #integrity: Integrity;
  readonly #known: Known = new Map();

  constructor(deps: { readonly store: LakeStore; readonly integrity: Integrity }) {
    this.#store = deps.store;
    this.#integrity = deps.integrity;
  }

  /** Holds that find an event in one of these segments, by segment. */
  by(holds: readonly Asked[], seals: readonly StoredSeal[]): Promise<Map<string, readonly string[]>> {
    return this.#find(holds, { seals, known: this.#known });
  }

  /** What one hold finds. What is found for a hold that is not placed yet is not kept. */
  async extentOf(hold: Asked, ask: { readonly isPlaced: boolean; readonly signal: AbortSignal }): Promise<HoldExtent> {
    const started = performance.now();
    const { isPlaced, signal } = ask;
    const { query, from, to } = holdQuery(hold);
    const { count } = await this.#store.count({ query, from, to, signal });
    const seals = await this.#integrity.seals();
    const found = await this.#find([hold], { seals, known: isPlaced ? this.#known : new Map(), signal });
    const held = seals.filter(({ name }) => found.has(name));
    return {
      events: count,
      segments: held.length,
      segmentEvents: held.reduce((sum, seal) => sum + seal.events, 0),
      bytes: held.reduce((sum, seal) => sum + seal.bytes + seal.leavesBytes, 0),
      tookMs: Math.round(performance.now() - started),
    };
  }

  async #find(
    holds: readonly Asked[],
    among: { readonly seals: readonly StoredSeal[]; readonly known: Known; readonly signal?: AbortSignal },
  ): Promise<Map<string, readonly string[]>> {
    const { seals, known, signal } = among;
    const queries = holds.map(holdQuery);
    const found = new Map<string, readonly string[]>();
    for (const seal of seals) {
      signal?.throwIfAborted();
      const possible = queries.filter(({ from, to }) => from <= seal.maxTime && to > seal.minTime);
      const unknown = possible.filter(({ hold }) => !known.has(`${hold} ${seal.name}`));
      if (unknown.length > 0) {
        const answers = this.#store.upkeep("held", { segments: [seal.name], holds: unknown });
        const [answer] = await answers.catch(() => []);
        // A segment that cannot be asked is held: a doubt never drops evidence.
        for (const { hold } of unknown) {
          known.set(`${hold} ${seal.name}`, answer === undefined || answer.holds.includes(hold));
        }
      }
      const holding = possible.filter(({ hold }) => known.get(`${hold} ${seal.name}`) === true).map(({ hold }) => hold);
      if (holding.length > 0) found.set(seal.name, holding);
    }
    return found;
  }
}
