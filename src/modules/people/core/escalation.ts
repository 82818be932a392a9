import type { Instant } from "../../../kernel/index.ts";

/** Whom a step calls: the shift or the on-call of a rota as it stands at that moment, or one person. */
export type Target =
  | { readonly kind: "rota"; readonly rotaId: string }
  | { readonly kind: "person"; readonly personId: string };

export interface Step {
  readonly afterMinutes: number;
  readonly target: Target;
  readonly ways: readonly ("app" | "mail" | "sms")[];
}

/** An alert nobody has taken. */
export interface OpenAlert {
  readonly id: string;
  readonly createdAt: Instant;
}

/**
 * Steps that are due for an alert and were not taken yet, in order. Time counts from the alert's creation, but not from
 * before the policy was there: a new policy does not call about yesterday all at once.
 */
export function dueSteps(
  policy: { readonly steps: readonly Step[]; readonly since: Instant },
  alert: OpenAlert,
  at: { readonly now: Instant; readonly taken: ReadonlySet<number> },
): readonly { readonly index: number; readonly step: Step }[] {
  const start = Math.max(alert.createdAt, policy.since);
  return policy.steps
    .map((step, index) => ({ index, step }))
    .filter(({ index, step }) => !at.taken.has(index) && at.now >= start + step.afterMinutes * 60_000)
    .toSorted((a, b) => a.step.afterMinutes - b.step.afterMinutes || a.index - b.index);
}
