/**
 * What was found in the values seen lately. Programs, paths, call stacks and hashes come again and again in the logs of
 * one machine: of ten values that are searched, nine have been searched before. Works with the tokens of a lazily read
 * event, which its reader gives to equal values only, so no value passes for another.
 *
 * Bounded: a fixed number of answers, the latest takes the place of another. One who asks is a number, and keeps the
 * latest answers in one line or so of the processor's cache: of three values asked about, two are among these, and what
 * all askers remember together does not fit that cache.
 */
import type { Payload } from "../search/automaton.ts";
import { MAX_REMEMBERED_FINDS, REMEMBERED_ANSWERS } from "../limits.ts";

const NOTHING: readonly Payload[] = Object.freeze([]);
/** Of each asker; a power of two. */
const RECENT = 16;
const FIRST_ASKERS = 64;

/** What is known: a value's token and one, doubled, and whether anything was found. */
const UNKNOWN = -1;
const EMPTY = 0;
const FOUND = 1;

export class ValueMemory {
  private askers = 0;
  /** For each asker its latest answers. */
  private recent = new Int32Array(FIRST_ASKERS * RECENT);
  /** Made when there is something to remember: not every rule set sees lines. */
  private places: Places | undefined;
  private generation = 0;

  /** Somebody whose questions about a value always have the same answer. */
  newAsker(): number {
    this.askers++;
    const needed = (this.askers + 1) * RECENT;
    if (needed > this.recent.length) {
      const grown = new Int32Array(2 * needed);
      grown.set(this.recent);
      this.recent = grown;
    }
    return this.askers;
  }

  /** What the asker found in the value with this token; undefined when that is not known. */
  recall(asker: number, token: number, generation: number): readonly Payload[] | undefined {
    const known = this.known(asker, token, generation);
    if (known !== FOUND) return known === EMPTY ? NOTHING : undefined;
    const { cells, finds } = this.places as Places;
    const place = placeOf(asker, token);
    // Another answer may have taken the place since.
    return cells[2 * place] === asker && cells[2 * place + 1] === cellOf(token, true) ? finds[place] : undefined;
  }

  /** The same where the answer is yes or no. */
  recallAnswer(asker: number, token: number, generation: number): boolean | undefined {
    const known = this.known(asker, token, generation);
    return known === UNKNOWN ? undefined : known === FOUND;
  }

  remember(asker: number, token: number, found: readonly Payload[]): void {
    if (found.length > MAX_REMEMBERED_FINDS) return;
    const place = this.put(asker, token, found.length > 0);
    if (found.length > 0) (this.places as Places).finds[place] = [...found];
  }

  rememberAnswer(asker: number, token: number, answer: boolean): void {
    this.put(asker, token, answer);
  }

  private known(asker: number, token: number, generation: number): typeof UNKNOWN | typeof EMPTY | typeof FOUND {
    if (generation !== this.generation) this.forget(generation);
    const { recent } = this;
    const slot = asker * RECENT + (token & (RECENT - 1));
    const lately = (recent[slot] as number) - cellOf(token, false);
    if (lately === EMPTY || lately === FOUND) return lately;
    if (this.places === undefined) return UNKNOWN;
    const { cells } = this.places;
    const place = 2 * placeOf(asker, token);
    const cell = cells[place + 1] as number;
    const before = cells[place] === asker ? cell - cellOf(token, false) : UNKNOWN;
    if (before !== EMPTY && before !== FOUND) return UNKNOWN;
    recent[slot] = cell;
    return before;
  }

  private put(asker: number, token: number, isFound: boolean): number {
    const { cells } = (this.places ??= newPlaces());
    const place = placeOf(asker, token);
    const cell = cellOf(token, isFound);
    cells[2 * place] = asker;
    cells[2 * place + 1] = cell;
    this.recent[asker * RECENT + (token & (RECENT - 1))] = cell;
    return place;
  }

  private forget(generation: number): void {
    this.generation = generation;
    this.recent.fill(0);
    this.places?.cells.fill(0);
  }
}

interface Places {
  /** Who asked, and what is known. */
  readonly cells: Int32Array;
  readonly finds: (readonly Payload[])[];
}

function newPlaces(): Places {
  return {
    cells: new Int32Array(2 * REMEMBERED_ANSWERS),
    finds: Array.from({ length: REMEMBERED_ANSWERS }, () => NOTHING),
  };
}

function cellOf(token: number, isFound: boolean): number {
  return 2 * (token + 1) + (isFound ? FOUND : EMPTY);
}

function placeOf(asker: number, token: number): number {
  const hash = Math.imul(asker, 0x9e3779b1) ^ Math.imul(token, 0x85ebca6b);
  return (hash ^ (hash >>> 15)) & (REMEMBERED_ANSWERS - 1);
}
