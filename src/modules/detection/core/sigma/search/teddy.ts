/**
 * Tables for finding where one of some fingerprints of four bytes may begin, sixteen places at a time (the "Teddy"
 * search of Hyperscan, in literal-screen.wat and gram-search.wat). The fingerprints are dealt to eight buckets; the
 * tables say of each half of a byte which buckets have it at a place, so what passes for a bucket's fingerprint is any
 * mix of their halves.
 */
import { shareOfCharacter } from "./rarity.ts";

export const FINGERPRINT = 4;
const BUCKETS = 8;
/** Bytes of the tables of one place: for the lower halves, then the upper ones. */
const PLACE = 32;
const HALF = 16;
const ASCII = 128;

/** Lower-case bytes; what is undefined may be anything. */
export type Fingerprint = readonly (number | undefined)[];

/** Of each place the bytes that stand there in a bucket's fingerprints. */
type Bucket = readonly ReadonlySet<number | undefined>[];

/** Of all characters of a text. */
const CHARACTER_SHARES = sharesOfCharacters();

/** For each of the four places the tables of its lower and of its upper halves, as the kernels read them. */
export function bucketTables(fingerprints: readonly Fingerprint[]): Uint8Array {
  const tables = new Uint8Array(FINGERPRINT * PLACE);
  for (const [number, bucket] of deal(fingerprints).entries())
    for (const [place, bytes] of bucket.entries())
      for (const cell of cellsOf(bytes, place)) tables[cell] = (tables[cell] as number) | (1 << number);
  return tables;
}

/** Expected share of places that pass for a fingerprint. */
export function passingShare(tables: Uint8Array): number {
  let sum = 0;
  for (let number = 0; number < BUCKETS; number++) {
    let share = 1;
    for (let place = 0; place < FINGERPRINT; place++) share *= shareAt(tables, place, 1 << number);
    sum += share;
  }
  return Math.min(1, sum);
}

function shareAt(tables: Uint8Array, place: number, bit: number): number {
  let share = 0;
  for (let byte = 0; byte < ASCII; byte++) {
    const low = tables[place * PLACE + (byte & 15)] as number;
    const high = tables[place * PLACE + HALF + (byte >> 4)] as number;
    if ((low & high & bit) !== 0) share += CHARACTER_SHARES[byte] as number;
  }
  return Math.min(1, share);
}

/** Deals each fingerprint to the bucket where it adds the least noise. */
function deal(fingerprints: readonly Fingerprint[]): Bucket[] {
  const empty: Bucket = Array.from({ length: FINGERPRINT }, () => new Set());
  const buckets: Bucket[] = Array.from({ length: BUCKETS }, () => empty);
  const noise = buckets.map(noiseOf);
  for (const fingerprint of fingerprints) {
    const grown = buckets.map(
      (bucket): Bucket => bucket.map((bytes, place) => new Set([...bytes, fingerprint[place]])),
    );
    const grownNoise = grown.map(noiseOf);
    const added = grownNoise.map((one, number) => one - (noise[number] as number));
    const best = added.indexOf(Math.min(...added));
    buckets[best] = grown[best] as Bucket;
    noise[best] = grownNoise[best] as number;
  }
  return buckets;
}

/** How often a place in a text passes for one of the bucket's fingerprints. */
function noiseOf(bucket: Bucket): number {
  return bucket.reduce(
    (product, bytes) => product * (bytes.has(undefined) ? 1 : Math.min(1, [...bytes].reduce(addShare, 0))),
    1,
  );
}

function addShare(sum: number, byte: number | undefined): number {
  return sum + (CHARACTER_SHARES[byte ?? 0] ?? 0);
}

function cellsOf(bytes: ReadonlySet<number | undefined>, place: number): number[] {
  const start = place * PLACE;
  if (bytes.has(undefined)) return Array.from({ length: PLACE }, (_, cell) => start + cell);
  return [...bytes]
    .flatMap((byte) => (byte === undefined ? [] : bothCases(byte)))
    .flatMap((byte) => [start + (byte & 15), start + HALF + (byte >> 4)]);
}

function sharesOfCharacters(): Float64Array {
  const shares = Float64Array.from({ length: ASCII }, (_, byte) => shareOfCharacter(String.fromCharCode(byte)));
  const sum = shares.reduce((one, other) => one + other);
  return shares.map((share) => share / sum);
}

function bothCases(byte: number): number[] {
  return byte >= 97 && byte <= 122 ? [byte, byte - 32] : [byte];
}
