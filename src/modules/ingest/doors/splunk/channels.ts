/**
 * Acknowledgement ids, counted per token and channel.
 *
 * Invariant: an id is given out only after the records of its request are durable. So every id ever given out is
 * acknowledged, also one from before a restart, and nothing has to be remembered but the next one.
 */
import { MAX_HEC_CHANNELS } from "../../limits.ts";

const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/iu;

export function isChannel(channel: string): boolean {
  return GUID.test(channel);
}

export class AckChannels {
  readonly #next = new Map<string, number>();

  /** To be called when the request is durable. */
  give(token: string, channel: string): number {
    const key = `${token}\n${channel.toLowerCase()}`;
    const id = this.#next.get(key) ?? 0;
    // Set anew, so that the order of the map is the order of use and the longest unused is forgotten.
    this.#next.delete(key);
    if (this.#next.size >= MAX_HEC_CHANNELS) {
      for (const oldest of this.#next.keys()) {
        this.#next.delete(oldest);
        break;
      }
    }
    this.#next.set(key, id + 1);
    return id;
  }

  /** A forgotten channel says no: its client sends again, which changes nothing. */
  given(token: string, channel: string, id: number): boolean {
    return id < (this.#next.get(`${token}\n${channel.toLowerCase()}`) ?? 0);
  }
}
