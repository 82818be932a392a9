/** Sets of code points as sorted, disjoint, inclusive ranges. */
export type CharSet = readonly (readonly [number, number])[];

export const MAX_CODE_POINT = 0x10_ffff;
export const EMPTY: CharSet = [];
export const ANYTHING: CharSet = [[0, MAX_CODE_POINT]];

export function setOf(...ranges: readonly (readonly [number, number])[]): CharSet {
  const sorted = [...ranges].sort((one, two) => one[0] - two[0]);
  const merged: [number, number][] = [];
  for (const [low, high] of sorted) {
    const last = merged.at(-1);
    if (last !== undefined && low <= last[1] + 1) last[1] = Math.max(last[1], high);
    else merged.push([low, high]);
  }
  return merged;
}

export function union(...sets: readonly CharSet[]): CharSet {
  return setOf(...sets.flat());
}

export function complement(set: CharSet): CharSet {
  const rest: [number, number][] = [];
  let next = 0;
  for (const [low, high] of set) {
    if (low > next) rest.push([next, low - 1]);
    next = high + 1;
  }
  if (next <= MAX_CODE_POINT) rest.push([next, MAX_CODE_POINT]);
  return rest;
}

export function disjoint(one: CharSet, two: CharSet): boolean {
  return one.every(([low, high]) => two.every(([from, to]) => high < from || to < low));
}

/**
 * All spellings of the letters of an ASCII set, as RE2 folds: `k` also as the Kelvin sign, `s` also as the long s.
 * Undefined for sets that reach beyond ASCII, whose folding is another engine's business.
 */
export function foldAscii(set: CharSet): CharSet | undefined {
  if (set.some(([, high]) => high > 0x7f)) return undefined;
  const more: [number, number][] = [];
  for (const [low, high] of set) {
    for (let code = low; code <= high; code++) {
      const character = String.fromCharCode(code);
      for (const other of [character.toLowerCase(), character.toUpperCase()])
        more.push([other.charCodeAt(0), other.charCodeAt(0)]);
      if (character === "k" || character === "K") more.push([0x212a, 0x212a]);
      if (character === "s" || character === "S") more.push([0x17f, 0x17f]);
    }
  }
  return union(set, more);
}
