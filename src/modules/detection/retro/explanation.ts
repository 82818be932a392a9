import type { FieldScalar, FieldValue } from "../../../kernel/index.ts";
import type { z } from "../../../platform/schema/index.ts";
import type { Condition, Explanation, Rule } from "../core/sigma/index.ts";
import { MAX_EXPLAINED_VALUE } from "./limits.ts";
import type { DraftExplanation } from "./schemas.ts";

/** An explanation as it is shown: what matched where, and which lines of the rule were not met. */
export function presentExplanation({ conditions, selections }: Explanation): z.input<typeof DraftExplanation> {
  return {
    condition: conditions.map(({ text }) => text).join(" | "),
    matched: selections.flatMap((selection) =>
      selection.items.flatMap((item) =>
        item.hits.map((hit) => ({
          selection: selection.name,
          line: hit.line,
          field: hit.field ?? null,
          value: hit.value.slice(0, MAX_EXPLAINED_VALUE),
          ranges: hit.spans
            .filter(({ end }) => end <= MAX_EXPLAINED_VALUE)
            .map(({ start, end }) => ({ from: start, to: end })),
        })),
      ),
    ),
    selections: selections.map(({ name, line, holds, items }) => ({
      name,
      line,
      holds,
      items: items.map((item) => ({
        line: item.line,
        key: item.key,
        field: item.field ?? null,
        value: item.value === undefined ? null : shown(item.value),
        missing: item.field !== undefined && item.value === undefined,
        holds: item.holds,
      })),
    })),
  };
}

/** Elements of a list that are shown. */
const MAX_ELEMENTS = 20;

function shown(value: FieldValue): FieldScalar | FieldScalar[] {
  if (typeof value === "string") return value.slice(0, MAX_EXPLAINED_VALUE);
  if (typeof value !== "object" || value === null) return value;
  return value.slice(0, MAX_ELEMENTS).map((one) => (typeof one === "string" ? one.slice(0, MAX_EXPLAINED_VALUE) : one));
}

/** How far an event is from matching: 0 matches, 1 is one selection that does not hold, less when part of it does. */
export function distanceOf(rule: Rule, explanation: Explanation): number {
  if (!explanation.routed) return Number.POSITIVE_INFINITY;
  const selections = new Map(explanation.selections.map((one) => [one.name, one]));
  const distance = (condition: Condition, wanted: boolean): number => {
    switch (condition.kind) {
      case "selection": {
        const found = selections.get(condition.name);
        if (found === undefined || found.holds === wanted) return 0;
        const met = found.items.filter(({ holds }) => holds).length;
        return wanted && found.items.length > 0 ? 1 - met / (found.items.length + 1) : 1;
      }
      case "not":
        return distance(condition.part, !wanted);
      case "and":
      case "or": {
        const parts = condition.parts.map((part) => distance(part, wanted));
        return (condition.kind === "and") === wanted
          ? parts.reduce((sum, part) => sum + part, 0)
          : parts.reduce((least, part) => Math.min(least, part), Number.POSITIVE_INFINITY);
      }
    }
  };
  return Math.min(...rule.detection.conditions.map(({ expression }) => distance(expression, true)));
}
