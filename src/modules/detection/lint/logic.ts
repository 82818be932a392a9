/** What a condition can ever be, by trying every combination of its selections. */
import type { Condition } from "../core/sigma/index.ts";

/** 2^12 combinations; conditions with more selections are not judged. */
const MAX_NAMES = 12;

export interface Judgement {
  readonly always: boolean;
  readonly never: boolean;
  /** Selections that can change nothing. */
  readonly withoutEffect: readonly string[];
}

export function judgeCondition(condition: Condition): Judgement | undefined {
  const names = [...namesIn(condition)];
  if (names.length > MAX_NAMES) return undefined;
  const size = 2 ** names.length;
  const table = new Uint8Array(size);
  for (let row = 0; row < size; row++)
    table[row] = holds(condition, (name) => ((row >> names.indexOf(name)) & 1) === 1) ? 1 : 0;
  const withoutEffect = names.filter((_, bit) => table.every((value, row) => value === table[row ^ (1 << bit)]));
  return { always: table.every((value) => value === 1), never: table.every((value) => value === 0), withoutEffect };
}

export function namesIn(condition: Condition): Set<string> {
  switch (condition.kind) {
    case "selection":
      return new Set([condition.name]);
    case "not":
      return namesIn(condition.part);
    case "and":
    case "or":
      return new Set(condition.parts.flatMap((part) => [...namesIn(part)]));
  }
}

function holds(condition: Condition, isTrue: (name: string) => boolean): boolean {
  switch (condition.kind) {
    case "selection":
      return isTrue(condition.name);
    case "not":
      return !holds(condition.part, isTrue);
    case "and":
      return condition.parts.every((part) => holds(part, isTrue));
    case "or":
      return condition.parts.some((part) => holds(part, isTrue));
  }
}

/** Whether any part must hold, rather than must not: rules of only negation look at every event of their source. */
export function asksForSomething(condition: Condition, negated = false): boolean {
  switch (condition.kind) {
    case "selection":
      return !negated;
    case "not":
      return asksForSomething(condition.part, !negated);
    case "and":
    case "or": {
      const every = (condition.kind === "or") !== negated;
      return every
        ? condition.parts.every((part) => asksForSomething(part, negated))
        : condition.parts.some((part) => asksForSomething(part, negated));
    }
  }
}
