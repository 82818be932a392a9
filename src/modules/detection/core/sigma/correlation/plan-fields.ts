/** Which field of which rule a group-by name or a counted field means. */
import { looseName } from "../sources/field-table.ts";
import type { Correlation, CorrelationAlias } from "./correlation.ts";
import type { References, Target } from "./references.ts";

/** Field names as the rule's events have them; for a lower correlation names of its group-by. */
export interface SourceFields {
  readonly group: readonly string[];
  readonly values: readonly string[];
}

export interface FieldProblem {
  readonly line: number;
  readonly message: string;
  readonly hint?: string;
}

/** One per entry of `rules`. */
export function fieldsOf(correlation: Correlation, references: References): SourceFields[] | FieldProblem {
  const aliases = resolveAliases(correlation.aliases, references);
  if ("message" in aliases) return { line: correlation.line, ...aliases };
  const counted = correlation.condition.kind === "threshold" ? correlation.condition.fields : [];
  if (needsField(correlation) && counted.length === 0) {
    return { line: correlation.condition.line, message: `${correlation.type} needs a field in its condition` };
  }
  if (counted.length > 1 && correlation.type !== "value_count") {
    return { line: correlation.condition.line, message: `${correlation.type} takes one field` };
  }
  const sources: SourceFields[] = [];
  for (const [position, target] of references.targets.entries()) {
    const group: string[] = [];
    const values: string[] = [];
    for (const [names, into, line] of [
      [correlation.groupBy, group, correlation.rules[position]?.line ?? correlation.line],
      [needsField(correlation) ? counted : [], values, correlation.condition.line],
    ] as const) {
      for (const name of names) {
        const field = fieldOf(name, target, aliases.get(name)?.[position]);
        if ("message" in field) return { line, ...field };
        into.push(field.name);
      }
    }
    sources.push({ group, values });
  }
  return sources;
}

function needsField({ type }: Correlation): boolean {
  return type.startsWith("value_");
}

/** By alias: the field of each position in `rules`, null where the alias has none. */
type Aliases = ReadonlyMap<string, readonly (string | null)[]>;

function resolveAliases(
  aliases: readonly CorrelationAlias[],
  references: References,
): Aliases | { message: string; hint?: string } {
  const resolved = new Map<string, (string | null)[]>();
  for (const { name, fields } of aliases) {
    const byPosition = references.targets.map((): string | null => null);
    for (const [rule, field] of Object.entries(fields)) {
      const position = references.positionOf(rule);
      if (position === undefined) {
        return { message: `alias "${name}" speaks of "${rule}", which is not among the rules` };
      }
      byPosition[position] = field;
    }
    resolved.set(name, byPosition);
  }
  return resolved;
}

function fieldOf(
  name: string,
  target: Target,
  alias: string | null | undefined,
): { name: string } | { message: string; hint?: string } {
  if (alias === null) {
    return { message: `alias "${name}" names no field for "${target.name ?? target.title}"` };
  }
  const field = alias ?? name;
  if (target.kind === "detection" || target.groupBy.includes(field)) return { name: field };
  const loose = target.groupBy.find((known) => looseName(known) === looseName(field));
  if (loose !== undefined) return { name: loose };
  return {
    message: `"${field}" is no group-by field of "${target.name ?? target.title}"`,
    hint: "a correlation knows of a lower one only the values it groups by; add the field there or give an alias",
  };
}
