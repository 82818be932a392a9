/**
 * How often the guards of a view are met in truth. Which guard of a rule is rare is guessed from general knowledge; what
 * one network writes may be another matter. So a few events are looked at closely, and where a rule is a candidate for
 * many of them, its guard is chosen anew by what was seen. Findings never depend on it, only what they cost.
 *
 * Bounded, whatever events somebody writes: the samples grow rarer and the windows longer, up to a million events, each
 * sample asks so many tests and no more, and at the end of a window the guards change once.
 */
import type { Requirement } from "./atom.ts";
import { WHOLE_EVENT } from "./atom.ts";
import type { Expression } from "./expression.ts";
import type { EventSlots } from "./fields.ts";
import { elementsOf, textOfScalar } from "./fields.ts";
import type { Guard, ShareSource } from "./guard.ts";
import { guardOf } from "./guard.ts";
import { fold } from "../pattern.ts";

/** Events from one sample to the next, and samples that make a window, at first. Both double with every window. */
const FIRST_SPACING = 8;
const FIRST_WINDOW = 32;
const WIDEST_SPACING = 256;
const WIDEST_WINDOW = 1 << 12;
/** A rule that is a candidate for fewer events than this costs too little to think about. */
const DEAR_SHARE = 1 / 32;
/** Tests of one rule that are looked at. Rules with more keep their guards. */
const MAX_LOOKED_AT = 256;
/** Tests of one event that are looked at: somebody may write events that are candidates for everything. */
const MOST_TESTS = 1_024;
/** Another guard must promise to be met less often by this factor. */
const WORTH = 0.5;

type Entries = readonly { readonly expression: Expression }[];

/** Counts of one window. */
interface Tally {
  /** By entry: samples it was a candidate of. */
  readonly entries: Map<number, number>;
  /** By requirement: samples that met it, and the latest of these. */
  readonly met: Map<string, { times: number; last: number }>;
}

export class GuardWatch {
  /** Events from now until the next sample. */
  spacing = FIRST_SPACING;
  private window = FIRST_WINDOW;
  private samples = 0;
  private tally = newTally();
  private readonly shares: ObservedShares;
  /** By entry: everything its rule asks for. */
  private readonly asked = new Map<number, readonly Requirement[]>();

  constructor(shares: ShareSource) {
    this.shares = new ObservedShares(shares);
  }

  /** Takes one event and its candidates for the sample; true at the end of a window. */
  take(candidates: readonly number[], entries: Entries, slots: EventSlots): boolean {
    this.samples++;
    let left = MOST_TESTS;
    for (let index = 0; index < candidates.length; index++) {
      // From another one each time: an event with too many candidates must not hide the same ones for ever.
      const entry = candidates[(index + this.samples) % candidates.length] as number;
      const asked = this.askedBy(entries, entry);
      left -= asked.length;
      if (left < 0) break;
      const times = (this.tally.entries.get(entry) ?? 0) + 1;
      this.tally.entries.set(entry, times);
      // Once says nothing yet.
      if (times > 1) for (const requirement of asked) this.note(requirement, slots);
    }
    return this.samples === this.window;
  }

  /** What the window has taught: other guards for some entries. Begins the next window. */
  learn(entries: Entries, guards: readonly (Guard | undefined)[]): ReadonlyMap<number, Guard> {
    const better = new Map<number, Guard>();
    for (const [entry, times] of this.tally.entries) {
      const share = times / this.samples;
      const now = guards[entry];
      if (share < DEAR_SHARE || now === undefined) continue;
      this.observe(this.askedBy(entries, entry), now, share);
      const guard = guardOf((entries[entry] as { expression: Expression }).expression, this.shares);
      if (guard !== undefined && guard.share < WORTH * share && !asksTheSame(guard, now)) better.set(entry, guard);
    }
    this.tally = newTally();
    this.samples = 0;
    this.spacing = Math.min(WIDEST_SPACING, 2 * this.spacing);
    this.window = Math.min(WIDEST_WINDOW, 2 * this.window);
    return better;
  }

  private note(requirement: Requirement, slots: EventSlots): void {
    const key = keyOf(requirement);
    const known = this.tally.met.get(key);
    if (known?.last === this.samples || !isMet(requirement, slots)) return;
    this.tally.met.set(key, { times: (known?.times ?? 0) + 1, last: this.samples });
  }

  /**
   * A guard is asked of every event; other tests of the rule were looked at only where the guard was met. Where none of
   * a guard's tests that were looked at was met, it was one of its keywords.
   */
  private observe(asked: readonly Requirement[], guard: Guard, guardShare: number): void {
    const guarding = new Set(guard.requirements.map(keyOf));
    let unexplained = guardShare;
    for (const requirement of asked) {
      const key = keyOf(requirement);
      const share = (this.tally.met.get(key)?.times ?? 0) / this.samples;
      if (guarding.has(key)) {
        this.shares.know(requirement, share);
        unexplained -= share;
      } else this.shares.expect(requirement, share, 1 - guardShare);
    }
    const keywords = guard.requirements.filter(({ field }) => field === WHOLE_EVENT);
    for (const keyword of keywords) this.shares.know(keyword, Math.max(0, unexplained) / keywords.length);
  }

  private askedBy(entries: Entries, entry: number): readonly Requirement[] {
    const known = this.asked.get(entry);
    if (known !== undefined) return known;
    const all: Requirement[] = [];
    collect((entries[entry] as { expression: Expression }).expression, all);
    // A keyword would take all of the event to look at.
    const some = all.filter(({ field }) => field !== WHOLE_EVENT);
    const few = some.length <= MAX_LOOKED_AT ? some : [];
    this.asked.set(entry, few);
    return few;
  }
}

function collect(expression: Expression, requirements: Requirement[]): void {
  if (expression.op === "atom") requirements.push(...expression.atom.requirements);
  else if (expression.op === "and" || expression.op === "or")
    for (const part of expression.parts) collect(part, requirements);
}

/** What was seen of a requirement; of all others what is guessed. */
class ObservedShares implements ShareSource {
  private readonly guessed: ShareSource;
  private readonly seen = new Map<string, number>();

  constructor(guessed: ShareSource) {
    this.guessed = guessed;
  }

  know(requirement: Requirement, share: number): void {
    this.seen.set(keyOf(requirement), share);
  }

  /** `share` of all events met it among those looked at; in the `unseen` share of events it is as it was thought to be. */
  expect(requirement: Requirement, share: number, unseen: number): void {
    this.know(requirement, share + unseen * this.of(requirement));
  }

  of(requirement: Requirement): number {
    return this.seen.get(keyOf(requirement)) ?? this.guessed.of(requirement);
  }
}

function newTally(): Tally {
  return { entries: new Map(), met: new Map() };
}

function keyOf({ field, where, text }: Requirement): string {
  return `${field} ${where} ${text}`;
}

function asksTheSame(one: Guard, other: Guard): boolean {
  const keys = new Set(other.requirements.map(keyOf));
  return (
    one.requirements.length === other.requirements.length && one.requirements.every((each) => keys.has(keyOf(each)))
  );
}

function isMet(requirement: Requirement, slots: EventSlots): boolean {
  const { field, where } = requirement;
  if (!slots.has(field)) return false;
  if (where === "present") return true;
  const value = slots.value(field);
  if (typeof value !== "object") return stands(requirement, slots.foldedText(field));
  return elementsOf(value).some((element) => {
    const found = textOfScalar(element);
    return found !== undefined && stands(requirement, fold(found));
  });
}

function stands({ where, text }: Requirement, folded: string): boolean {
  switch (where) {
    case "equals":
      return folded === text;
    case "start":
      return folded.startsWith(text);
    case "end":
      return folded.endsWith(text);
    default:
      return folded.includes(text);
  }
}
