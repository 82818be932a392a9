/**
 * Finding many literals at once in one text, case folded on the fly (no copy of the text is made).
 * Transitions are a dense table over the characters the literals use; everything else is class 0.
 */
import { foldUnit } from "../pattern.ts";

/** What a literal leads to: numbers of rules, in the caller's numbering. */
export type Payload = readonly number[];

/** Character classes of a set of folded literals. */
class Alphabet {
  private readonly classes = new Map<number, number>();
  private readonly low = new Uint16Array(256);
  readonly size: number;

  constructor(literals: Iterable<string>) {
    for (const literal of literals) {
      for (let at = 0; at < literal.length; at++) {
        const unit = literal.charCodeAt(at);
        if (!this.classes.has(unit)) this.classes.set(unit, this.classes.size + 1);
      }
    }
    for (let unit = 0; unit < 256; unit++) this.low[unit] = this.classes.get(foldUnit(unit)) ?? 0;
    this.size = this.classes.size + 1;
  }

  classOf(unit: number): number {
    return unit < 256 ? (this.low[unit] as number) : (this.classes.get(foldUnit(unit)) ?? 0);
  }
}

interface Trie {
  readonly alphabet: Alphabet;
  /** Row of the state times alphabet size; -1 = no transition. */
  readonly next: Int32Array;
  readonly payloads: (Payload | undefined)[];
}

function buildTrie(literals: ReadonlyMap<string, Payload>): Trie {
  const alphabet = new Alphabet(literals.keys());
  const width = alphabet.size;
  const next = new Int32Array(stateCount(literals.keys()) * width).fill(-1);
  const payloads: (Payload | undefined)[] = [undefined];
  for (const [literal, payload] of literals) {
    let state = 0;
    for (let at = 0; at < literal.length; at++) {
      const cell = state * width + alphabet.classOf(literal.charCodeAt(at));
      if (next[cell] === -1) {
        next[cell] = payloads.length;
        payloads.push(undefined);
      }
      state = next[cell] as number;
    }
    payloads[state] = payload;
  }
  return { alphabet, next, payloads };
}

/** In sorted order every literal adds the states it does not share with the one before. */
function stateCount(literals: Iterable<string>): number {
  let count = 1;
  let before = "";
  for (const text of [...literals].sort()) {
    let shared = 0;
    while (shared < text.length && text.charCodeAt(shared) === before.charCodeAt(shared)) shared++;
    count += text.length - shared;
    before = text;
  }
  return count;
}

/** Literals anywhere in a text: Aho and Corasick's automaton with failure links resolved into the table. */
export class AutomatonIndex {
  private readonly alphabet: Alphabet;
  private readonly next: Int32Array;
  private readonly payloads: readonly (Payload | undefined)[];
  private readonly reports: Uint8Array;

  constructor(literals: ReadonlyMap<string, Payload>) {
    const trie = buildTrie(literals);
    this.alphabet = trie.alphabet;
    this.next = trie.next;
    this.payloads = trie.payloads;
    resolveFailures(trie);
    this.reports = Uint8Array.from(trie.payloads, (payload) => (payload === undefined ? 0 : 1));
  }

  search(text: string, report: (payload: Payload) => void): void {
    const { alphabet, next, reports, payloads } = this;
    const width = alphabet.size;
    let state = 0;
    for (let at = 0; at < text.length; at++) {
      state = next[state * width + alphabet.classOf(text.charCodeAt(at))] as number;
      if (reports[state] === 1) report(payloads[state] as Payload);
    }
  }
}

/** Breadth first, so that the failure state of a state is complete before the state itself. */
function resolveFailures({ alphabet, next, payloads }: Trie): void {
  const width = alphabet.size;
  const failure = new Int32Array(payloads.length);
  const queue: number[] = [];
  for (let cell = 0; cell < width; cell++) {
    if (next[cell] === -1) next[cell] = 0;
    else queue.push(next[cell] as number);
  }
  for (let head = 0; head < queue.length; head++) {
    const state = queue[head] as number;
    const fallback = failure[state] as number;
    const inherited = payloads[fallback];
    if (inherited !== undefined) payloads[state] = [...(payloads[state] ?? []), ...inherited];
    for (let character = 0; character < width; character++) {
      const cell = state * width + character;
      const target = next[cell] as number;
      const instead = next[fallback * width + character] as number;
      if (target === -1) next[cell] = instead;
      else {
        failure[target] = instead;
        queue.push(target);
      }
    }
  }
}
