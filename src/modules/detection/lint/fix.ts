/** Applying the fixes of lint to a text. Every fix is a change of whole lines. */
import type { Fix, Remark } from "./remark.ts";

export interface FixedText {
  readonly text: string;
  /** Remarks whose fix went in. Fixes of the same lines wait for the next run. */
  readonly applied: readonly Remark[];
}

export function applyFixes(text: string, remarks: readonly Remark[]): FixedText {
  const lines = text.split("\n");
  const applied: Remark[] = [];
  const taken = new Set<number>();
  const fixable = remarks.flatMap((remark) => (remark.fix === undefined ? [] : [{ remark, fix: remark.fix }]));
  // From the end, so that line numbers before a change stay true; fixes of the whole file go alone.
  for (const { remark, fix } of fixable.toSorted((a, b) => b.fix.line - a.fix.line || a.fix.count - b.fix.count)) {
    const touched = Array.from({ length: Math.max(1, fix.count) }, (_, index) => fix.line + index);
    if (touched.some((line) => taken.has(line))) continue;
    for (const line of touched) taken.add(line);
    splice(lines, fix);
    applied.push(remark);
  }
  return { text: lines.join("\n"), applied };
}

export function applyFix(text: string, fix: Fix): string {
  const lines = text.split("\n");
  splice(lines, fix);
  return lines.join("\n");
}

/** One line at a time: a fix may replace more lines than a call can take arguments. */
function splice(lines: string[], { line, count, lines: replacement }: Fix): void {
  const after = lines.splice(line - 1).slice(count);
  for (const one of replacement) lines.push(one);
  for (const one of after) lines.push(one);
}
