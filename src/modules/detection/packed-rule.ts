/**
 * Rules on their way between threads. What a rule looks for is most of it and travels as JSON, which is read when
 * somebody asks for it: most rules of a large set never run.
 */
import type { Rule } from "./core/sigma/index.ts";

export interface PackedRule {
  readonly head: Omit<Rule, "detection">;
  readonly detection: string;
}

/** Rules that came packed go on as they came. */
const packed = new WeakMap<Rule, PackedRule>();

export function packRule(rule: Rule): PackedRule {
  const known = packed.get(rule);
  if (known !== undefined) return known;
  const { detection, ...head } = rule;
  return { head, detection: JSON.stringify(detection) };
}

/** For a thread that only matches: what a rule tells people stays behind, findings name it by number. */
export function packForMatching(rule: Rule): PackedRule {
  const { head, detection } = packRule(rule);
  const { description: _, ...needed } = head;
  return {
    head: { ...needed, references: [], tags: [], falsepositives: [], fields: [], related: [], extras: {} },
    detection,
  };
}

export function unpackRule(given: PackedRule): Rule {
  let read: Rule["detection"] | undefined;
  const rule: Rule = {
    ...given.head,
    get detection() {
      return (read ??= JSON.parse(given.detection) as Rule["detection"]);
    },
  };
  packed.set(rule, given);
  return rule;
}
