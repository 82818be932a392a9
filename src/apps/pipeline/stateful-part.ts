import type { Planned } from "./protocol.ts";

/**
 * The rules that detection's memory depends on: correlations, what they look at, what is suppressed, and the filters
 * that narrow these. A snapshot carries them, so that the journal behind it is replayed with the rules of that time.
 */
export function statefulPart({ active, plan }: Planned): Planned {
  const needed = new Set([
    ...plan.inputs.map(({ ruleId }) => ruleId),
    ...active.suppressions.map(({ ruleId }) => ruleId),
  ]);
  const rules = active.rules.filter(({ id }) => needed.has(id));
  const names = new Set(rules.flatMap(({ id, name }) => [id, name]));
  const filters = active.filters.filter(
    (filter) => filter.rules === "any" || filter.rules.some(({ text }) => names.has(text)),
  );
  const { correlations, suppressions } = active;
  return { active: { rules, correlations, filters, suppressions, levels: {} }, plan };
}

/** Whether the memory of one set of rules is at the same time the memory of another. */
export function sameMemory(one: Planned, other: Planned): boolean {
  return keyOf(one) === keyOf(other);
}

function keyOf(planned: Planned): string {
  const { active, plan } = statefulPart(planned);
  return JSON.stringify([active, plan.inputs, plan.nodes.map(({ fingerprint }) => fingerprint), [...plan.silenced]]);
}

/** Whether anything is remembered at all. */
export function remembers({ active, plan }: Planned): boolean {
  return plan.nodes.length > 0 || active.suppressions.length > 0;
}
