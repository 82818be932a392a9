import { type ContentProblem, isClock, type Instant, type JournalRecord, type KhienEvent } from "../../kernel/index.ts";
import {
  compileDetector,
  type Detector,
  type EventOfFinding,
  eventOfFinding,
  groupFieldOf,
  groupOf,
  type LazyEvent,
  type LogSourceMap,
  PlanInputs,
  type Rule,
  RuleValues,
  scalarOf,
} from "../../modules/detection/matching.ts";
import type { HiddenTally, Match, Planned, StreamItem } from "./protocol.ts";

export interface ParsedRecord {
  readonly record: JournalRecord;
  readonly event: KhienEvent;
  /** The rules that match, filters left out, when that is known already. */
  readonly matched?: readonly Rule[];
}

/** What becomes of the matches of one rule. */
interface Course {
  readonly index: number;
  readonly groupField: string | undefined;
  /** Raises nothing of its own: a correlation speaks for it. */
  readonly silent: boolean;
  /** Fields of the key under which repeated findings are withheld. */
  readonly suppression: RuleValues | undefined;
}

interface Gathered {
  readonly matches: Match[];
  readonly stream: StreamItem[];
  readonly hidden: Map<string, HiddenTally>;
}

/** Runs the rules over a batch and sorts their matches: findings, food for the correlator, hidden by filters. */
export class BatchMatcher {
  readonly #detector: Detector;
  readonly #courses: ReadonlyMap<Rule, Course>;
  readonly #inputs: PlanInputs;

  constructor(planned: Planned, map: LogSourceMap) {
    this.#detector = compileDetector(planned.active, map);
    this.#courses = coursesOf(planned, map);
    this.#inputs = new PlanInputs(planned.plan, planned.active.rules, map);
  }

  get count(): number {
    return this.#detector.rules.length;
  }

  get rejected(): readonly ContentProblem[] {
    return this.#detector.rejected;
  }

  /** The rules that match a line which was only read, not parsed; filters left out. */
  matchLine(line: LazyEvent): readonly Rule[] {
    return this.#detector.matchLine(line);
  }

  match(batch: Iterable<ParsedRecord>): { matches: Match[]; stream: StreamItem[]; hidden: HiddenTally[] } {
    const gathered: Gathered = { matches: [], stream: [], hidden: new Map() };
    this.#gather(batch, gathered, true);
    return { ...gathered, hidden: [...gathered.hidden.values()] };
  }

  /** The same without findings: what the correlator has already spoken about it only takes in. */
  streamOf(batch: Iterable<ParsedRecord>): StreamItem[] {
    const gathered: Gathered = { matches: [], stream: [], hidden: new Map() };
    this.#gather(batch, gathered, false);
    return gathered.stream;
  }

  #gather(batch: Iterable<ParsedRecord>, gathered: Gathered, raises: boolean): void {
    let second = Number.NEGATIVE_INFINITY;
    for (const { record, event, matched } of batch) {
      const now = Math.floor(record.receivedAt / 1000);
      if (now > second) {
        gathered.stream.push({ kind: "clock", at: record.receivedAt });
        second = now;
      }
      if (isClock(record)) continue;
      const { rules, hidden } =
        matched === undefined
          ? this.#detector.match(event, record.receivedAt)
          : this.#detector.narrow(matched, event, record.receivedAt);
      for (const { rule, filter } of hidden) countHidden(gathered.hidden, [rule.id, filter.id], record.receivedAt);
      for (const rule of rules) this.#send(rule, { record, event }, { gathered, raises });
    }
  }

  #send(
    rule: Rule,
    { record, event }: Omit<ParsedRecord, "matched">,
    to: { gathered: Gathered; raises: boolean },
  ): void {
    const course = this.#courses.get(rule);
    if (course === undefined) return;
    const { matches, stream } = to.gathered;
    const exercise = event.exerciseId === undefined ? {} : { exerciseId: event.exerciseId };
    const matched = this.#inputs.of(rule, event);
    if (matched !== undefined) {
      const input = {
        ...matched,
        time: event.time,
        receivedAt: record.receivedAt,
        eventId: event.id,
        anchor: anchorOf(event),
        ...exercise,
      };
      stream.push({ kind: "input", input });
    }
    if (course.silent) return;
    if (course.suppression !== undefined) {
      stream.push({
        kind: "candidate",
        match: to.raises ? matches.length : -1,
        ruleId: rule.id,
        values: course.suppression.of(event).map(scalarOf),
        receivedAt: record.receivedAt,
        ...exercise,
      });
    }
    if (to.raises) matches.push(matchOf(course, event));
  }
}

function coursesOf({ active, plan }: Planned, map: LogSourceMap): Map<Rule, Course> {
  const suppressions = new Map(active.suppressions.map((one) => [one.ruleId, one]));
  return new Map(
    active.rules.map((rule, index) => {
      const suppression = suppressions.get(rule.id);
      const course: Course = {
        index,
        groupField: groupFieldOf(rule),
        silent: plan.silenced.has(rule.id),
        suppression: suppression === undefined ? undefined : new RuleValues(rule, suppression.fields, map),
      };
      return [rule, course];
    }),
  );
}

function matchOf({ index, groupField }: Course, event: KhienEvent): Match {
  const groupBy = groupOf(groupField, event);
  const match = { event: eventOfFinding(event), rule: index };
  return groupBy === undefined ? match : { ...match, groupBy };
}

/** The correlator may hold a million of these: only what names somebody or something, not what was typed. */
function anchorOf(event: KhienEvent): EventOfFinding {
  const { commandLine: _c, url: _u, file: _f, hash: _h, parentProcess: _p, ...entities } = event.entities;
  return { ...eventOfFinding(event), entities };
}

function countHidden(hidden: Map<string, HiddenTally>, [ruleId, filterId]: [string, string], at: Instant): void {
  const key = `${ruleId}\0${filterId}`;
  const before = hidden.get(key);
  hidden.set(key, { ruleId, filterId, count: (before?.count ?? 0) + 1, lastAt: Math.max(before?.lastAt ?? at, at) });
}
