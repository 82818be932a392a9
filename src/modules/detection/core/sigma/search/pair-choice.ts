/**
 * Few pairs of characters of which every one of some runs holds one: looking for these is looking for the runs. Best are
 * those that the texts searched hold least often. That is guessed at first and then counted in some of the texts:
 * `wi` tells "kiwi", but on a machine with Windows it stands everywhere.
 */
import { shareOfPair } from "./rarity.ts";

/** As many pairs of bytes the kernel compares at once. */
export const PAIRS = 4;
const PAIR = 2;
/** Pairs that together stand at more places than this are no help. */
const MOST_SHARE = 2 ** -4;
/** Where fewer pairs will do, looking for them takes a third less, and they may stand at so many places. */
const FEW_SHARE = 2 ** -8;
/** Runs looked at, all combinations that are tried together; of many runs a few are tried at least. */
const MOST_WORK = 64_000;
const LEAST_TRIED = 64;

/** A pair stands behind its run's second character, where a fingerprint of four can end with it. */
export function pairsWithin(run: string): string[] {
  const pairs: string[] = [];
  for (let at = PAIR; at + PAIR <= run.length; at++) pairs.push(run.slice(at, at + PAIR));
  return pairs;
}

/**
 * The cover of least share, of three pairs where that will do; undefined when four cannot cover the runs, or only such
 * as are everywhere.
 */
export function choosePairs(
  runs: readonly string[],
  shareOf: (pair: string) => number = shareOfPair,
): readonly string[] | undefined {
  const few = cover(runs, shareOf, PAIRS - 1, FEW_SHARE);
  return few ?? cover(runs, shareOf, PAIRS, MOST_SHARE);
}

function cover(
  runs: readonly string[],
  shareOf: (pair: string) => number,
  most: number,
  mostShare: number,
): readonly string[] | undefined {
  const shares = new Map(runs.flatMap(pairsWithin).map((pair) => [pair, shareOf(pair)]));
  let best: { readonly pairs: readonly string[]; readonly share: number } | undefined;
  let left = Math.max(LEAST_TRIED, MOST_WORK / runs.length);
  const extend = (open: readonly string[], chosen: readonly string[], share: number): void => {
    if (share >= (best?.share ?? mostShare) || left-- <= 0) return;
    const [run] = open;
    if (run === undefined) {
      best = { pairs: chosen, share };
      return;
    }
    if (chosen.length === most) return;
    const choices = [...new Set(pairsWithin(run))].sort((one, two) => of(shares, one) - of(shares, two));
    for (const pair of choices) {
      const rest = open.filter((other) => !other.includes(pair, PAIR));
      extend(rest, [...chosen, pair], share + of(shares, pair));
    }
  };
  // Those with the fewest choices first: they decide most.
  extend(
    runs.toSorted((one, two) => one.length - two.length),
    [],
    0,
  );
  return best?.pairs;
}

function of(shares: ReadonlyMap<string, number>, pair: string): number {
  return shares.get(pair) ?? 1;
}

/** Texts from one look to the next, and looks until pairs are chosen by what was seen; then ever rarer. */
const FIRST_SPACING = 16;
const LOOKS = 16;
const RARER = 8;
const WIDEST_SPACING = 1 << 16;
/** Characters of a text that are looked at. */
const MOST_COUNTED = 4_096;

/** Counts the pairs of some of the texts. */
export class PairCounter {
  /** Texts until the next look. */
  private wait = FIRST_SPACING;
  private spacing = FIRST_SPACING;
  private looks = 0;
  private readonly pairs: readonly string[];
  private readonly counts: Map<string, number>;
  private characters = 0;

  constructor(runs: readonly string[]) {
    this.pairs = [...new Set(runs.flatMap(pairsWithin))];
    this.counts = new Map(this.pairs.map((pair) => [pair, 0]));
  }

  /** Whether to look at the present text. */
  isDue(): boolean {
    if (--this.wait > 0) return false;
    this.wait = this.spacing;
    return true;
  }

  /** `bytes` holds the text, in ASCII where it is ASCII. The shares seen, when enough was. */
  look(bytes: Uint8Array, length: number): ((pair: string) => number) | undefined {
    const end = Math.min(length, MOST_COUNTED);
    histogram.fill(0);
    for (let at = 1; at < end; at++) {
      const cell = (lowered(bytes[at - 1] as number) << 8) | lowered(bytes[at] as number);
      histogram[cell] = (histogram[cell] as number) + 1;
    }
    for (const pair of this.pairs) {
      const cell = (pair.charCodeAt(0) << 8) | pair.charCodeAt(1);
      this.counts.set(pair, (this.counts.get(pair) ?? 0) + (histogram[cell] as number));
    }
    this.characters += end;
    this.looks++;
    if (this.looks < LOOKS) return undefined;
    const characters = Math.max(1, this.characters);
    const seen = new Map(this.counts);
    this.looks = 0;
    this.spacing = Math.min(WIDEST_SPACING, RARER * this.spacing);
    this.wait = this.spacing;
    // Of pairs never seen some are likelier than others all the same.
    return (pair) => (seen.get(pair) ?? 0) / characters + shareOfPair(pair) / characters;
  }
}

/** Shared by all counters: it is used within one look only. */
const histogram = new Uint16Array(0x1_0000);

function lowered(byte: number): number {
  return byte >= 65 && byte <= 90 ? byte + 32 : byte;
}
