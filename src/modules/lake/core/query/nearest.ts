/** The known word somebody meant, or undefined when none is near: at most two edits, at most a third of the word. */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  const wanted = word.toLowerCase();
  let best: string | undefined;
  let bestDistance = Math.min(2, Math.max(1, Math.floor(wanted.length / 3))) + 1;
  for (const one of known) {
    if (Math.abs(one.length - wanted.length) >= bestDistance) continue;
    const distance = editDistance(wanted, one.toLowerCase());
    if (distance >= bestDistance) continue;
    best = one;
    bestDistance = distance;
  }
  return best;
}

const MAX_WORD = 64;

/** Insertions, deletions, replacements and swaps of neighbours (optimal string alignment). */
function editDistance(a: string, b: string): number {
  if (a.length > MAX_WORD || b.length > MAX_WORD) return MAX_WORD;
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1));
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) cost = Math.min(cost, (before[j - 2] ?? 0) + 1);
      row.push(cost);
    }
    before = last;
    last = row;
  }
  return last[b.length] ?? 0;
}
