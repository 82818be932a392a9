/**
 * What was found in the values seen lately. Programs, paths, call stacks and hashes come again and again in the logs of
 * one machine: of ten values that are searched, nine have been searched before. Works with the tokens of a lazily read
 * event, which its reader gives to equal values only, so no value passes for another.
 *
 * Bounded: a fixed number of answers, the latest takes the place of another.
 */
import type { Payload } from "../search/automaton.ts";
import { MAX_REMEMBERED_FINDS, REMEMBERED_ANSWERS } from "../limits.ts";

const NOTHING: readonly Payload[] = Object.freeze([]);
const NOBODY = 0;

/** As many as fit in a line or two of the processor's cache. */
const RECENT = 8;
const NO_TOKEN = -1;

/**
 * One who asks: whose questions about a value always have the same answer. Keeps the latest answers itself: of three
 * values asked about, two are among these, and what all askers remember together does not fit the processor's cache.
 */
export class Asker {
  private static last = 0;
  readonly number = ++Asker.last;
  private generation = 0;
  private readonly tokens = new Int32Array(RECENT).fill(NO_TOKEN);
  private readonly finds: (readonly Payload[])[] = Array.from({ length: RECENT }, () => NOTHING);

  recallLately(token: number, generation: number): readonly Payload[] | undefined {
    if (generation !== this.generation) {
      this.generation = generation;
      this.tokens.fill(NO_TOKEN);
    }
    const place = token & (RECENT - 1);
    return this.tokens[place] === token ? this.finds[place] : undefined;
  }

  /** Of the generation that was asked for last. */
  rememberLately(token: number, found: readonly Payload[]): void {
    const place = token & (RECENT - 1);
    this.tokens[place] = token;
    this.finds[place] = found;
  }
}

export class ValueMemory {
  /** Made when there is something to remember: not every rule set sees lines. */
  private places: Places | undefined;
  private generation = 0;

  /** What the asker found in the value with this token; undefined when that is not known. */
  recall(asker: Asker, token: number, generation: number): readonly Payload[] | undefined {
    const lately = asker.recallLately(token, generation);
    if (lately !== undefined) return lately;
    const known = this.recallLong(asker, token, generation);
    if (known !== undefined) asker.rememberLately(token, known);
    return known;
  }

  private recallLong(asker: Asker, token: number, generation: number): readonly Payload[] | undefined {
    if (generation !== this.generation) {
      this.generation = generation;
      this.places?.askers.fill(NOBODY);
    }
    if (this.places === undefined) return undefined;
    const { tokens, askers, finds } = this.places;
    const place = placeOf(asker, token);
    return tokens[place] === token && askers[place] === asker.number ? finds[place] : undefined;
  }

  remember(asker: Asker, token: number, found: readonly Payload[]): void {
    if (found.length > MAX_REMEMBERED_FINDS) return;
    const { tokens, askers, finds } = (this.places ??= newPlaces());
    const place = placeOf(asker, token);
    tokens[place] = token;
    askers[place] = asker.number;
    finds[place] = found.length === 0 ? NOTHING : [...found];
  }
}

interface Places {
  readonly tokens: Int32Array;
  readonly askers: Int32Array;
  readonly finds: (readonly Payload[])[];
}

function newPlaces(): Places {
  return {
    tokens: new Int32Array(REMEMBERED_ANSWERS),
    askers: new Int32Array(REMEMBERED_ANSWERS),
    finds: Array.from({ length: REMEMBERED_ANSWERS }, () => NOTHING),
  };
}

function placeOf(asker: Asker, token: number): number {
  const hash = Math.imul(asker.number, 0x9e3779b1) ^ Math.imul(token, 0x85ebca6b);
  return (hash ^ (hash >>> 15)) & (REMEMBERED_ANSWERS - 1);
}
