/**
 * A sum of doubles without rounding: what was added and taken away again leaves no trace, so a window's sum does not
 * depend on its history (Shewchuk 1997, "Adaptive Precision Floating-Point Arithmetic", grow-expansion).
 */
export class ExactSum {
  /** Do not overlap, smallest first; their exact sum is the value. */
  private partials: number[] = [];

  add(value: number): void {
    let carried = value;
    const kept: number[] = [];
    for (const partial of this.partials) {
      const large = Math.abs(carried) < Math.abs(partial) ? partial : carried;
      const small = large === carried ? partial : carried;
      const sum = large + small;
      const error = small - (sum - large);
      if (error !== 0) kept.push(error);
      carried = sum;
    }
    if (carried !== 0 || kept.length === 0) kept.push(carried);
    this.partials = kept;
  }

  /** The sum, rounded once, half to even. */
  get value(): number {
    const { partials } = this;
    let at = partials.length - 1;
    let sum = partials[at] ?? 0;
    let error = 0;
    while (at > 0) {
      const before = sum;
      const next = partials[--at] as number;
      sum = before + next;
      error = next - (sum - before);
      if (error !== 0) break;
    }
    // Exactly halfway so far: what is left below decides the direction.
    const below = at > 0 ? (partials[at - 1] as number) : 0;
    if ((error < 0 && below < 0) || (error > 0 && below > 0)) {
      const twice = error * 2;
      const corrected = sum + twice;
      if (corrected - sum === twice) return corrected + 0;
    }
    return sum + 0;
  }
}
