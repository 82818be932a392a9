/** Which lines two texts share: longest common subsequence over lines, after the common head and tail are set aside. */
export interface DiffLine {
  readonly kind: "same" | "removed" | "added";
  readonly text: string;
  /** 1-based line in the older and in the newer text; absent where the line does not exist. */
  readonly before?: number;
  readonly after?: number;
}

/** Above this many cells the middle is told as replaced as a whole: correct, only less fine. */
const MAX_CELLS = 4_000_000;

function linesOf(text: string): string[] {
  return text.replace(/\r\n?/gu, "\n").replace(/\n$/u, "").split("\n");
}

/** `table[i][j]`: length of the longest common subsequence of `a` from i and `b` from j. */
function lengths(a: readonly string[], b: readonly string[]): Uint32Array[] {
  const table = Array.from({ length: a.length + 1 }, () => new Uint32Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i -= 1) {
    const [row, below] = [table[i] as Uint32Array, table[i + 1] as Uint32Array];
    for (let j = b.length - 1; j >= 0; j -= 1) {
      row[j] = a[i] === b[j] ? (below[j + 1] ?? 0) + 1 : Math.max(below[j] ?? 0, row[j + 1] ?? 0);
    }
  }
  return table;
}

function middle(a: readonly string[], b: readonly string[], offset: number): DiffLine[] {
  const removed = (i: number): DiffLine => ({ kind: "removed", text: a[i] ?? "", before: offset + i + 1 });
  const added = (j: number): DiffLine => ({ kind: "added", text: b[j] ?? "", after: offset + j + 1 });
  if (a.length * b.length > MAX_CELLS) return [...a.map((_, i) => removed(i)), ...b.map((_, j) => added(j))];
  const table = lengths(a, b);
  const lines: DiffLine[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      lines.push({ kind: "same", text: a[i] ?? "", before: offset + i + 1, after: offset + j + 1 });
      i += 1;
      j += 1;
    } else if (j >= b.length || (i < a.length && (table[i + 1]?.[j] ?? 0) >= (table[i]?.[j + 1] ?? 0))) {
      lines.push(removed(i));
      i += 1;
    } else {
      lines.push(added(j));
      j += 1;
    }
  }
  return lines;
}

export function diffLines(before: string, after: string): DiffLine[] {
  const [a, b] = [linesOf(before), linesOf(after)];
  const least = Math.min(a.length, b.length);
  let head = 0;
  while (head < least && a[head] === b[head]) head += 1;
  let tail = 0;
  while (tail < least - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail += 1;
  const same = (i: number, shift: number): DiffLine => ({
    kind: "same",
    text: a[i] ?? "",
    before: i + 1,
    after: i + 1 + shift,
  });
  return [
    ...Array.from({ length: head }, (_, i) => same(i, 0)),
    ...middle(a.slice(head, a.length - tail), b.slice(head, b.length - tail), head),
    ...Array.from({ length: tail }, (_, i) => same(a.length - tail + i, b.length - a.length)),
  ];
}
