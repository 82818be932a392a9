/** Who owned and who operated a system, from when to when: folded from its history, oldest first. */
import type { Instant } from "../../../kernel/index.ts";
import type { Change } from "./system.ts";

export interface OwnershipPeriod {
  readonly owner: string | null;
  readonly operator: string | null;
  readonly from: Instant;
  /** Null: still so. */
  readonly to: Instant | null;
}

export function ownershipOf(
  history: readonly { readonly at: Instant; readonly changes: readonly Change[] }[],
): readonly OwnershipPeriod[] {
  const periods: OwnershipPeriod[] = [];
  for (const { at, changes } of history) {
    const last = periods.at(-1);
    const next = {
      owner: valueAfter(changes, "owner", last?.owner ?? null),
      operator: valueAfter(changes, "operator", last?.operator ?? null),
    };
    if (last !== undefined && last.owner === next.owner && last.operator === next.operator) continue;
    if (last !== undefined) periods[periods.length - 1] = { ...last, to: at };
    periods.push({ ...next, from: at, to: null });
  }
  return periods;
}

function valueAfter(changes: readonly Change[], field: "owner" | "operator", before: string | null): string | null {
  const change = changes.findLast((each) => each.field === field);
  return change !== undefined && "to" in change ? change.to : before;
}
