/**
 * What correlations mean, as naively as it can be said: every step looks at everything again, windows are filtered
 * from the whole history of a group, order is tried out subset by subset, sums are made of big integers. Written from
 * docs/sigma.md, "Correlations"; shares no data structure with the engine. Limits of memory are not modelled.
 */
import type { Correlation, RuleExpression } from "../../src/modules/detection/core/sigma/index.ts";

export interface OracleEvent {
  readonly ruleId: string;
  readonly id: string;
  readonly time: number;
  readonly receivedAt: number;
  readonly exerciseId?: string;
  readonly fields: Readonly<Record<string, string | number | null>>;
}

export interface OracleFinding {
  readonly id: string;
  readonly correlationId: string;
  readonly group: readonly string[];
  readonly exerciseId: string | undefined;
  readonly from: number;
  readonly to: number;
  readonly count: number;
  readonly value: number;
  readonly events: readonly (readonly [id: string, time: number, ruleId: string])[];
  readonly anchor: string;
}

interface Item {
  readonly time: number;
  readonly id: string;
  readonly rule: number;
  readonly arrival: number;
  readonly spelled: readonly string[];
  readonly value: string | number | undefined;
  readonly anchor: string;
  readonly from: number;
  readonly count: number;
  readonly events: readonly (readonly [string, number, string])[];
}

interface OracleWindow {
  readonly end: number;
  readonly arrival: number;
  readonly items: Item[];
}

interface Group {
  readonly rule: Lane;
  readonly folded: readonly string[];
  readonly exerciseId: string | undefined;
  readonly seen: number[];
  readonly released: number[];
  waiting: Item[];
  readonly done: Item[];
  /** How many of `done` were part of findings. */
  spent: number;
  judgedTo: number;
  window: OracleWindow | undefined;
  lastCompletion: number | undefined;
  quietSince: number;
  touched: number;
  /** As the first event wrote it since the window was last empty. */
  spelled: readonly string[] | undefined;
}

interface Lane {
  readonly correlation: Correlation;
  /** By position in `rules`: a lane or the id of a detection rule. */
  readonly targets: readonly (Lane | string)[];
  readonly raises: boolean;
  groups: Group[];
  readonly counts: {
    findings: number;
    suppressed: number;
    late: number;
    ungrouped: number;
    valueless: number;
    ahead: number;
  };
}

const TEN_MINUTES = 600_000;

export class Oracle {
  readonly findings: OracleFinding[] = [];
  private readonly lanes: Lane[] = [];
  private readonly hash: (text: string) => string;
  private now = Number.NEGATIVE_INFINITY;
  private second = Number.NEGATIVE_INFINITY;
  private finished = false;

  /** Correlations in an order in which lower ones come first; references are ids. */
  constructor(correlations: readonly Correlation[], hash: (text: string) => string) {
    this.hash = hash;
    for (const correlation of correlations) {
      const targets = correlation.rules.map(
        ({ text }) => this.lanes.find((lane) => lane.correlation.id === text) ?? text,
      );
      const users = correlations.filter(({ rules }) => rules.some(({ text }) => text === correlation.id));
      const raises = users.length === 0 || users.some(({ generate }) => generate);
      const counts = { findings: 0, suppressed: 0, late: 0, ungrouped: 0, valueless: 0, ahead: 0 };
      this.lanes.push({ correlation, targets, raises, groups: [], counts });
    }
  }

  stats(): { correlationId: string; counts: Lane["counts"] }[] {
    return this.lanes.map(({ correlation, counts }) => ({ correlationId: correlation.id, counts }));
  }

  take(event: OracleEvent): void {
    this.advance(event.receivedAt);
    for (const lane of this.lanes) {
      for (const [rule, target] of lane.targets.entries()) {
        if (target === event.ruleId) this.offer(lane, rule, event);
      }
    }
    this.settle();
  }

  private offer(lane: Lane, rule: number, event: OracleEvent): void {
    const { correlation, counts } = lane;
    const read = (name: string): string | number | null => {
      const alias = correlation.aliases.find((one) => one.name === name);
      return event.fields[alias === undefined ? name : (alias.fields[event.ruleId] as string)] ?? null;
    };
    const group = correlation.groupBy.map(read);
    if (group.includes(null)) {
      counts.ungrouped++;
      return;
    }
    const value = readValue(
      correlation,
      correlation.condition.kind === "threshold" ? correlation.condition.fields.map(read) : [],
    );
    if (value === null) {
      counts.valueless++;
      return;
    }
    const isAhead = event.time > this.now + TEN_MINUTES;
    if (isAhead) counts.ahead++;
    const time = isAhead ? this.now : event.time;
    this.admit(lane, event.exerciseId, {
      time,
      id: event.id,
      rule,
      arrival: this.now,
      spelled: group.map(String),
      value,
      anchor: `anchor of ${event.id}`,
      from: time,
      count: 1,
      events: [[event.id, time, event.ruleId]],
    });
  }

  private admit(lane: Lane, exerciseId: string | undefined, item: Item): void {
    const group = this.groupOf(
      lane,
      item.spelled.map((text) => text.toLowerCase()),
      exerciseId,
    );
    this.see(group, item.time);
    const newest = Math.max(group.judgedTo, ...group.done.map(({ time }) => time));
    if (item.time < newest) lane.counts.late++;
    else group.waiting.push(item);
  }

  private groupOf(rule: Lane, folded: readonly string[], exerciseId: string | undefined): Group {
    const known = rule.groups.find(
      (group) => group.exerciseId === exerciseId && JSON.stringify(group.folded) === JSON.stringify(folded),
    );
    if (known !== undefined) return known;
    const group: Group = {
      rule,
      folded,
      exerciseId,
      seen: [],
      released: [],
      waiting: [],
      done: [],
      spent: 0,
      judgedTo: Number.NEGATIVE_INFINITY,
      window: undefined,
      lastCompletion: undefined,
      quietSince: 0,
      touched: 0,
      spelled: undefined,
    };
    rule.groups.push(group);
    return group;
  }

  private see(group: Group, time: number): void {
    group.seen.push(time);
    group.touched = this.second;
    for (const [upper, folded] of this.above(group)) this.see(this.groupOf(upper, folded, group.exerciseId), time);
  }

  private above(group: Group): [Lane, string[]][] {
    return this.lanes
      .filter(({ targets }) => targets.includes(group.rule))
      .map((upper) => [upper, passUp(group.rule.correlation, upper.correlation, group.folded)]);
  }

  private below(group: Group): Group[] {
    return group.rule.targets
      .filter((target) => typeof target !== "string")
      .flatMap((lower) => lower.groups)
      .filter(
        (lower) =>
          lower.exerciseId === group.exerciseId &&
          this.above(lower).some(
            ([upper, folded]) => upper === group.rule && JSON.stringify(folded) === JSON.stringify(group.folded),
          ),
      );
  }

  /** The earliest time at which the group may still come true. */
  private undecided(group: Group): number {
    return Math.min(
      ...group.waiting.map(({ time }) => time),
      ...(group.window === undefined ? [] : [(group.window.items.at(-1) as Item).time]),
      ...this.below(group).map((lower) => this.undecided(lower)),
    );
  }

  private settle(): void {
    for (let worked = true; worked; ) {
      worked = this.lanes.some((lane) => lane.groups.some((group) => this.work(group)));
    }
  }

  private work(group: Group): boolean {
    const { latenessMs } = group.rule.correlation;
    const passed = group.seen.map((time) => (latenessMs === 0 ? time : time - latenessMs - 1));
    const ripe = this.finished ? Number.POSITIVE_INFINITY : Math.max(...passed, ...group.released);
    const limit = Math.min(ripe, Math.min(...this.below(group).map((lower) => this.undecided(lower))) - 1);
    const next = [...group.waiting].sort(inOrder)[0];
    if (
      group.window !== undefined &&
      group.window.end <= limit &&
      !(next !== undefined && next.time <= group.window.end)
    ) {
      this.judge(group, group.window);
      return true;
    }
    if (next === undefined || next.time > limit) return false;
    group.waiting = group.waiting.filter((item) => item !== next);
    this.process(group, next);
    return true;
  }

  private process(group: Group, item: Item): void {
    const { correlation } = group.rule;
    if (group.done.some(({ id, rule, time }) => id === item.id && rule === item.rule && time === item.time)) return;
    group.done.push(item);
    if (waitsForClose(correlation)) {
      if (group.window === undefined) group.spelled = item.spelled;
      group.window ??= { end: item.time + correlation.timespanMs, arrival: item.arrival, items: [] };
      group.window.items.push(item);
      return;
    }
    const { timespanMs } = correlation;
    const before = group.done.slice(group.spent, -1);
    if (!before.some(({ time }) => time >= item.time - timespanMs)) group.spelled = item.spelled;
    const items = group.done.slice(group.spent).filter(({ time }) => time >= item.time - timespanMs);
    if (holds(correlation, items) && this.complete(group, items, item.time)) group.spent = group.done.length;
  }

  private judge(group: Group, window: OracleWindow): void {
    if (holds(group.rule.correlation, window.items)) this.complete(group, window.items, window.end);
    group.window = undefined;
    group.judgedTo = window.end + 1;
  }

  private complete(group: Group, items: readonly Item[], at: number): boolean {
    const { correlation, counts, raises } = group.rule;
    if (group.lastCompletion !== undefined && at < group.lastCompletion + correlation.suppressMs) {
      counts.suppressed++;
      return false;
    }
    counts.findings++;
    group.lastCompletion = at;
    group.quietSince = this.second;
    const last = items.at(-1) as Item;
    const from = Math.min(...items.map((item) => item.from));
    const count = items.reduce((sum, item) => sum + item.count, 0);
    const events = [
      ...new Map(
        items.flatMap((item) => item.events).map((event) => [JSON.stringify([event[0], event[2]]), event]),
      ).values(),
    ].sort((one, other) => one[1] - other[1] || compare(one[0], other[0]) || compare(one[2], other[2]));
    const key = group.folded.join("\0") + (group.exerciseId === undefined ? "" : `\0\0${group.exerciseId}`);
    const named = events.map(([id, , ruleId]) => [id, ruleId]);
    const id = this.hash(JSON.stringify(["correlation", correlation.id, correlation.version, key, from, count, named]));
    const spelled = group.spelled as readonly string[];
    const value = measure(correlation, items);
    const finding = {
      id,
      correlationId: correlation.id,
      group: spelled,
      exerciseId: group.exerciseId,
      from,
      to: last.time,
      count,
      value,
      events,
      anchor: last.anchor,
    };
    if (raises) this.findings.push(finding);
    for (const upper of this.lanes) {
      const rule = upper.targets.indexOf(group.rule);
      if (rule !== -1) this.passUp(group, upper, rule, finding);
    }
    return true;
  }

  private passUp(group: Group, upper: Lane, rule: number, finding: OracleFinding): void {
    const lower = group.rule.correlation;
    const { condition } = upper.correlation;
    const fields = condition.kind === "threshold" ? condition.fields : [];
    const value = readValue(
      upper.correlation,
      fields.map((name) => finding.group[lower.groupBy.indexOf(fieldIn(lower, upper.correlation, name))] as string),
    );
    if (value === null) {
      upper.counts.valueless++;
      return;
    }
    this.admit(upper, group.exerciseId, {
      time: finding.to,
      id: finding.id,
      rule,
      arrival: this.now,
      spelled: passUp(lower, upper.correlation, finding.group),
      value,
      anchor: finding.anchor,
      from: finding.from,
      count: finding.count,
      events: finding.events,
    });
  }

  advance(receivedAt: number): void {
    this.now = Math.max(this.now, receivedAt);
    const second = Math.floor(this.now / 1_000) * 1_000;
    if (second <= this.second) return;
    this.second = second;
    for (let worked = true; worked; ) {
      worked = false;
      for (const { correlation, groups } of this.lanes) {
        for (const group of groups) {
          for (const time of this.dueTimes(correlation, group)) {
            if (group.released.includes(time)) continue;
            group.released.push(time);
            worked = true;
          }
        }
      }
      this.settle();
    }
    for (const lane of this.lanes) lane.groups = lane.groups.filter((group) => !this.expires(lane.correlation, group));
  }

  private dueTimes({ timespanMs, latenessMs }: Correlation, { waiting, window }: Group): number[] {
    const due = waiting.filter(({ arrival }) => arrival + latenessMs < this.second).map(({ time }) => time);
    if (window !== undefined && window.arrival + timespanMs + latenessMs < this.second) due.push(window.end);
    return due;
  }

  private expires({ timespanMs, latenessMs, suppressMs }: Correlation, group: Group): boolean {
    const keep = timespanMs + latenessMs + 1_000;
    if (group.touched + keep >= this.second) return false;
    const isQuiet =
      suppressMs > 0 && group.lastCompletion !== undefined && group.quietSince + suppressMs + keep >= this.second;
    if (!isQuiet && this.undecided(group) === Number.POSITIVE_INFINITY) return true;
    group.touched = this.second;
    return false;
  }

  finish(): void {
    this.finished = true;
    this.settle();
  }
}

/** Name of the lower group-by field that a name of the upper correlation means. */
function fieldIn(lower: Correlation, upper: Correlation, name: string): string {
  const alias = upper.aliases.find((one) => one.name === name);
  return alias === undefined ? name : (alias.fields[lower.id] as string);
}

function passUp(lower: Correlation, upper: Correlation, values: readonly string[]): string[] {
  return upper.groupBy.map((name) => values[lower.groupBy.indexOf(fieldIn(lower, upper, name))] as string);
}

/** Undefined: nothing is read. Null: missing. */
function readValue(
  correlation: Correlation,
  values: readonly (string | number | null | undefined)[],
): string | number | undefined | null {
  if (!correlation.type.startsWith("value_")) return undefined;
  if (values.some((value) => value === null || value === undefined)) return null;
  if (correlation.type === "value_count") return JSON.stringify(values.map((value) => String(value).toLowerCase()));
  const value = values[0];
  if (typeof value === "number") return value;
  return /^-?\d+(\.\d+)?$/.test(value as string) ? Number(value) : null;
}

function inOrder(one: Item, other: Item): number {
  return one.time - other.time || compare(one.id, other.id) || one.rule - other.rule;
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

function waitsForClose({ condition }: Correlation): boolean {
  if (condition.kind === "threshold") return condition.bounds.some(({ operator }) => !["gt", "gte"].includes(operator));
  return mentionsAbsence(condition.expression, false);
}

function mentionsAbsence(expression: RuleExpression, negated: boolean): boolean {
  if (expression.kind === "rule") return negated;
  if (expression.kind === "not") return mentionsAbsence(expression.part, !negated);
  return expression.parts.some((part) => mentionsAbsence(part, negated));
}

function holds(correlation: Correlation, items: readonly Item[]): boolean {
  const { condition } = correlation;
  if (condition.kind === "threshold") {
    const value = measure(correlation, items);
    return condition.bounds.every(({ operator, value: bound }) => {
      if (operator === "gt") return value > bound;
      if (operator === "gte") return value >= bound;
      if (operator === "lt") return value < bound;
      if (operator === "lte") return value <= bound;
      return operator === "eq" ? value === bound : value !== bound;
    });
  }
  const seen = new Set(items.map(({ rule }) => rule));
  if (correlation.type === "temporal") return isTrue(condition.expression, seen, seen, false);
  return subsets(correlation.rules.length).some(
    (subset) => isInOrder(subset, items) && isTrue(condition.expression, new Set(subset), seen, false),
  );
}

/** What is asked for must be among `chosen`; what must not be there, not among `seen`. */
function isTrue(
  expression: RuleExpression,
  chosen: ReadonlySet<number>,
  seen: ReadonlySet<number>,
  negated: boolean,
): boolean {
  if (expression.kind === "rule") return negated ? !seen.has(expression.index) : chosen.has(expression.index);
  if (expression.kind === "not") return isTrue(expression.part, chosen, seen, !negated);
  const parts = expression.parts.map((part) => isTrue(part, chosen, seen, negated));
  return (expression.kind === "and") !== negated ? parts.every(Boolean) : parts.some(Boolean);
}

function subsets(size: number): number[][] {
  return Array.from({ length: 2 ** size }, (_, mask) =>
    Array.from({ length: size }, (__, rule) => rule).filter((rule) => (mask >> rule) % 2 === 1),
  );
}

/** Times can be chosen for these rules, one each, that never go back. */
function isInOrder(rules: readonly number[], items: readonly Item[]): boolean {
  let since = Number.NEGATIVE_INFINITY;
  for (const rule of rules) {
    const times = items.filter((item) => item.rule === rule && item.time >= since).map(({ time }) => time);
    if (times.length === 0) return false;
    since = Math.min(...times);
  }
  return true;
}

function measure(correlation: Correlation, items: readonly Item[]): number {
  const { type, condition, rules } = correlation;
  const numbers = items.map(({ value }) => value as number).sort((one, other) => one - other);
  switch (type) {
    case "event_count":
      return items.length;
    case "value_count":
      return new Set(items.map(({ value }) => value)).size;
    case "value_sum":
      return exactSum(numbers);
    case "value_avg":
      return exactSum(numbers) / items.length;
    case "value_median": {
      const half = numbers.length / 2;
      return numbers.length % 2 === 1
        ? (numbers[Math.floor(half)] as number)
        : ((numbers[half - 1] as number) + (numbers[half] as number)) / 2;
    }
    case "value_percentile": {
      const percent = condition.kind === "threshold" ? (condition.percentile ?? 50) : 50;
      return numbers.find((_, index) => (index + 1) * 100 >= percent * numbers.length) as number;
    }
    case "temporal":
      return new Set(items.map(({ rule }) => rule)).size;
    case "temporal_ordered":
      return condition.kind === "boolean"
        ? new Set(items.map(({ rule }) => rule)).size
        : Math.max(
            ...subsets(rules.length)
              .filter((subset) => isInOrder(subset, items))
              .map(({ length }) => length),
          );
  }
}

/** In units of 2^-60: exact for every number the streams contain. */
function exactSum(numbers: readonly number[]): number {
  const scale = 2 ** 60;
  const sum = numbers.reduce((total, value) => total + inUnits(value, scale), 0n);
  return Number(sum) / scale;
}

/** Numbers of streams are below 2^30 or multiples of large powers of two, so that scaling never rounds. */
function inUnits(value: number, scale: number): bigint {
  return BigInt(value * scale);
}
