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

/** What is counted of a requirement, whichever rules have it. */
interface Watched {
  readonly requirement: Requirement;
  readonly key: string;
  /** Samples of the window that met it. */
  times: number;
  /** The latest of these, counted through all windows. */
  last: number;
}

export class GuardWatch {
  /** Events from now until the next sample. */
  spacing = FIRST_SPACING;
  private window = FIRST_WINDOW;
  private samples = 0;
  /** Samples of all windows. */
  private taken = 0;
  /** By entry: samples of the window it was a candidate of. */
  private readonly candidacies = new Map<number, number>();
  private readonly shares: ObservedShares;
  /** By entry: everything its rule asks for. */
  private readonly asked = new Map<number, readonly Watched[]>();
  /** By key. */
  private readonly watched = new Map<string, Watched>();

  constructor(shares: ShareSource) {
    this.shares = new ObservedShares(shares);
  }

  /** Takes one event and its candidates for the sample; true at the end of a window. */
  take(candidates: readonly number[], entries: Entries, slots: EventSlots): boolean {
    this.samples++;
    this.taken++;
    let left = MOST_TESTS;
    for (let index = 0; index < candidates.length; index++) {
      // From another one each time: an event with too many candidates must not hide the same ones for ever.
      const entry = candidates[(index + this.samples) % candidates.length] as number;
      const asked = this.askedBy(entries, entry);
      left -= asked.length;
      if (left < 0) break;
      const times = (this.candidacies.get(entry) ?? 0) + 1;
      this.candidacies.set(entry, times);
      // Once says nothing yet.
      if (times > 1) for (const one of asked) this.note(one, slots);
    }
    return this.samples === this.window;
  }

  /** What the window has taught: other guards for some entries. Begins the next window. */
  learn(entries: Entries, guards: readonly (Guard | undefined)[]): ReadonlyMap<number, Guard> {
    const better = new Map<number, Guard>();
    for (const [entry, times] of this.candidacies) {
      const share = times / this.samples;
      const now = guards[entry];
      if (share < DEAR_SHARE || now === undefined) continue;
      this.observe(this.askedBy(entries, entry), now, share);
      const guard = guardOf((entries[entry] as { expression: Expression }).expression, this.shares);
      if (guard !== undefined && guard.share < WORTH * share && !asksTheSame(guard, now)) better.set(entry, guard);
    }
    this.candidacies.clear();
    for (const one of this.watched.values()) one.times = 0;
    this.samples = 0;
    this.spacing = Math.min(WIDEST_SPACING, 2 * this.spacing);
    this.window = Math.min(WIDEST_WINDOW, 2 * this.window);
    return better;
  }

  private note(one: Watched, slots: EventSlots): void {
    if (one.last === this.taken || !isMet(one.requirement, slots)) return;
    one.times++;
    one.last = this.taken;
  }

  /**
   * A guard is asked of every event; other tests of the rule were looked at only where the guard was met. Where none of
   * a guard's tests that were looked at was met, it was one of its keywords.
   */
  private observe(asked: readonly Watched[], guard: Guard, guardShare: number): void {
    const guarding = new Set(guard.requirements.map(keyOf));
    let unexplained = guardShare;
    for (const { requirement, key, times } of asked) {
      const share = times / this.samples;
      if (guarding.has(key)) {
        this.shares.know(requirement, share);
        unexplained -= share;
      } else this.shares.expect(requirement, share, 1 - guardShare);
    }
    const keywords = guard.requirements.filter(({ field }) => field === WHOLE_EVENT);
    for (const keyword of keywords) this.shares.know(keyword, Math.max(0, unexplained) / keywords.length);
  }

  private askedBy(entries: Entries, entry: number): readonly Watched[] {
    const known = this.asked.get(entry);
    if (known !== undefined) return known;
    const all: Requirement[] = [];
    collect((entries[entry] as { expression: Expression }).expression, all);
    // A keyword would take all of the event to look at.
    const some = all.filter(({ field }) => field !== WHOLE_EVENT);
    const few = some.length <= MAX_LOOKED_AT ? some.map((requirement) => this.watch(requirement)) : [];
    this.asked.set(entry, few);
    return few;
  }

  private watch(requirement: Requirement): Watched {
    const key = keyOf(requirement);
    const known = this.watched.get(key);
    if (known !== undefined) return known;
    const one: Watched = { requirement, key, times: 0, last: 0 };
    this.watched.set(key, one);
    return one;
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
