/**
 * A view: all rules that can concern events of one log source (and one value of its discriminator, such as a Windows
 * event id), with the index that picks the few worth evaluating.
 */
import type { Atom } from "./atom.ts";
import type { Payload } from "../search/automaton.ts";
import type { Variant } from "./compile-rule.ts";
import type { Expression } from "./expression.ts";
import { NEVER, simplify } from "./expression.ts";
import type { FieldIndex } from "./field-index.ts";
import type { EventSlots } from "./fields.ts";
import { elementsOf, NO_TOKEN, textOfScalar } from "./fields.ts";
import type { ShareSource } from "./guard.ts";
import { guardOf } from "./guard.ts";
import { GuardWatch } from "./guard-watch.ts";
import { Guarding } from "./guarding.ts";
import { ABSENT } from "./layout.ts";
import type { Layout } from "./layout.ts";
import { MAX_REMEMBERED_FINDS } from "../limits.ts";
import type { Question, Questions } from "./question.ts";
import type { ValueMemory } from "./value-memory.ts";

export interface ViewEntry {
  /** Position in the rule set. */
  readonly rule: number;
  readonly expression: Expression;
  /** The same to be evaluated, once the entry has been a candidate. */
  question?: Question;
}

/** What there is to do with the events of one layout. */
interface Plan {
  /** Entries to evaluate whatever the values: without a guard, or guarded by a field that is there. */
  readonly always: Payload;
  /** Fields that guards ask for. */
  readonly steps: readonly Step[];
  /** The other fields, where only keywords are looked for. */
  readonly others: readonly Step[];
}

/** For events in which no keyword stands, and for the others. */
interface Plans {
  readonly plain: Plan;
  joined: Plan | undefined;
}

interface Step {
  readonly position: number;
  readonly index: FieldIndex;
  /** A value in which nothing was found: events of one kind often bring the same again. */
  barren: string | undefined;
}

const NO_PLANS: Plans = { plain: { always: [], steps: [], others: [] }, joined: undefined };

export class View {
  readonly entries: readonly ViewEntry[];
  /** The layout of the latest event: most likely that of the next one. */
  layout: Layout | undefined;
  private guarding: Guarding;
  /** The layout of the event before, and what there is to do with such. */
  private planned: Layout | undefined;
  private plans: Plans = NO_PLANS;
  private readonly watch: GuardWatch;
  private untilSample: number;
  private readonly stamps: Float64Array;
  private readonly found: number[] = [];
  private readonly report: (payload: Payload) => void;
  private readonly reportKeyword = (literal: string): void => {
    const { keywords } = this.guarding;
    if (keywords !== undefined) this.report(keywords.payloadOf(literal));
  };
  private readonly memory: ValueMemory;
  private readonly questions: Questions;
  /** What the search of one value found. */
  private readonly finds: Payload[] = [];
  private reports = 0;
  private stamp = 0;

  constructor(entries: readonly ViewEntry[], { shares, memory, questions }: ViewContext) {
    this.entries = entries;
    this.memory = memory;
    this.questions = questions;
    this.stamps = new Float64Array(entries.length);
    this.guarding = Guarding.of(entries.map(({ expression }) => guardOf(expression, shares)));
    this.watch = new GuardWatch(shares);
    this.untilSample = this.watch.spacing;
    this.report = (payload) => {
      this.reports++;
      if (this.finds.length <= MAX_REMEMBERED_FINDS) this.finds.push(payload);
      for (const entry of payload) {
        if (this.stamps[entry] === this.stamp) continue;
        this.stamps[entry] = this.stamp;
        this.found.push(entry);
      }
    };
  }

  /** Numbers of the entries worth evaluating; the array is reused by the next call. */
  candidates(slots: EventSlots, layout: Layout): readonly number[] {
    this.stamp++;
    this.found.length = 0;
    const { guarding } = this;
    const plans = layout === this.planned ? this.plans : this.plansFor(layout);
    const { keywords } = guarding;
    if (keywords === undefined || this.searchRecord(keywords, slots)) {
      const { always, steps } = plans.plain;
      this.report(always);
      for (const step of steps) this.search(step, slots);
    } else this.searchWithKeywords((plans.joined ??= this.planOf(layout, guarding.joined)), keywords, slots);
    this.untilSample--;
    if (this.untilSample === 0) this.sample(slots);
    return this.found;
  }

  /** One look at the record spares looking at all its values for keywords. False when it does not. */
  private searchRecord({ screen }: FieldIndex, slots: EventSlots): boolean {
    if (screen === undefined) return false;
    const place = slots.verbatim();
    if (place !== undefined) return screen.searchBytes(place, this.reportKeyword);
    const record = slots.verbatimRecord();
    return record !== undefined && screen.searchRecord(record, this.reportKeyword);
  }

  private searchWithKeywords({ always, steps, others }: Plan, keywords: FieldIndex, slots: EventSlots): void {
    this.report(always);
    for (const step of steps) this.search(step, slots);
    for (const step of others) this.search(step, slots);
    const record = slots.recordText();
    if (record !== undefined) keywords.search(record, this.report);
  }

  private sample(slots: EventSlots): void {
    const { watch, entries, guarding } = this;
    if (watch.take(this.found, entries, slots)) {
      const better = watch.learn(entries, guarding.guards);
      if (better.size > 0) {
        this.guarding = guarding.with(better);
        this.planned = undefined;
      }
    }
    this.untilSample = watch.spacing;
  }

  /** What decides whether the rule of a candidate matches. */
  questionOf(candidate: number): Question {
    const entry = this.entries[candidate] as ViewEntry;
    return (entry.question ??= this.questions.of(entry.expression));
  }

  private search(step: Step, slots: EventSlots): void {
    const token = slots.tokenAt(step.position);
    if (token === NO_TOKEN) return this.searchValue(step, slots);
    const { index } = step;
    if (index.asker === 0) index.asker = this.memory.newAsker();
    const known = this.memory.recall(index.asker, token, slots.generation);
    if (known !== undefined) {
      for (const payload of known) this.report(payload);
      return;
    }
    this.finds.length = 0;
    this.searchValue(step, slots);
    this.memory.remember(index.asker, token, this.finds);
  }

  private searchValue(step: Step, slots: EventSlots): void {
    const { index } = step;
    const value = slots.valueAt(step.position);
    if (typeof value === "string") {
      if (value.length < index.shortest || value === step.barren) return;
      const before = this.reports;
      index.search(value, this.report);
      if (this.reports === before) step.barren = value;
    } else if (typeof value !== "object") {
      if (index.asksNumbers) index.search(String(value), this.report);
    } else if (value !== null) {
      for (const element of elementsOf(value)) {
        const text = textOfScalar(element);
        if (text !== undefined) index.search(text, this.report);
      }
    }
  }

  private plansFor(layout: Layout): Plans {
    const known = layout.plans.get(this.guarding) as Plans | undefined;
    const plans = known ?? { plain: this.planOf(layout, this.guarding.indexes), joined: undefined };
    layout.plans.set(this.guarding, plans);
    this.planned = layout;
    this.plans = plans;
    return plans;
  }

  private planOf(layout: Layout, indexes: readonly FieldIndex[]): Plan {
    const { keywords, unguarded } = this.guarding;
    const present = indexes.filter(({ field }) => layout.positionOf(field) !== ABSENT);
    const steps = present
      .filter(({ asksText }) => asksText)
      .map((index) => stepOf(layout.positionOf(index.field), index));
    const read = new Set(steps.map(({ position }) => position));
    const others = [...layout.names.keys()].filter((position) => !read.has(position));
    return {
      always: [...new Set([...unguarded, ...present.flatMap((index) => index.present)])],
      steps,
      others: keywords === undefined ? [] : others.map((position) => stepOf(position, keywords)),
    };
  }
}

function stepOf(position: number, index: FieldIndex): Step {
  return { position, index, barren: undefined };
}

/** What is known of a discriminator field before any event is seen: its value, folded. */
export interface Known {
  readonly field: number;
  readonly text: string;
}

/** What the views of a rule set have in common. */
export interface ViewContext {
  readonly shares: ShareSource;
  readonly memory: ValueMemory;
  readonly questions: Questions;
}

export function buildView(variants: readonly Variant[], known: Known | undefined, context: ViewContext): View {
  const answer = (atom: Atom): boolean | undefined => {
    if (known === undefined || atom.field !== known.field) return undefined;
    return atom.equals === undefined ? atom.whenPresent : atom.equals === known.text;
  };
  const entries = variants
    .map(({ rule, expression }) => ({ rule, expression: simplify(expression, answer) }))
    .filter(({ expression }) => expression !== NEVER);
  return new View(entries, context);
}
