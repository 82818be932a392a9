/**
 * A then B then C by one entity: what counts as one, decided here for every store.
 *
 * Events of an entity are taken in order of time; at the same moment, which many sources count in whole seconds, the
 * one for the earlier step comes first. The latest possible beginning is kept for every step, so the sequence told is
 * the tightest that ends with its last event. After one is complete the entity starts anew: no event is in two.
 */
import type { Instant } from "../../../../kernel/index.ts";

/** An event that is good for at least one step; bit `n` of `steps` says step `n`. */
export interface StepEvent {
  readonly key: string;
  readonly time: Instant;
  readonly id: string;
  readonly steps: number;
}

export interface FoundSequence {
  readonly key: string;
  /** One event for each step, in order. */
  readonly events: readonly StepEvent[];
}

export interface SequenceRule {
  readonly steps: number;
  readonly withinMs: number;
}

/** In any order; gives sequences in order of entity and time, at most `most`. */
export function findSequences(events: readonly StepEvent[], rule: SequenceRule, most: number): FoundSequence[] {
  const found: FoundSequence[] = [];
  let chains: StepEvent[][] = [];
  let key: string | undefined;
  for (const event of events.toSorted(inOrder)) {
    if (found.length >= most) break;
    if (event.key !== key) {
      key = event.key;
      chains = [];
    }
    const complete = advance(chains, event, rule);
    if (complete === undefined) continue;
    found.push({ key: event.key, events: complete });
    chains = [];
  }
  return found;
}

/** `chains[n]`: the latest-begun chain that has done steps 0 to n. From the last step down: an event serves one step. */
function advance(chains: StepEvent[][], event: StepEvent, { steps, withinMs }: SequenceRule): StepEvent[] | undefined {
  for (let step = steps - 1; step >= 0; step--) {
    if ((event.steps & (1 << step)) === 0) continue;
    const before = step === 0 ? [] : chains[step - 1];
    const begun = before?.[0];
    if (before === undefined || (begun !== undefined && event.time - begun.time > withinMs)) continue;
    const chain = [...before, event];
    if (step === steps - 1) return chain;
    chains[step] = chain;
  }
  return undefined;
}

function inOrder(a: StepEvent, b: StepEvent): number {
  if (a.key !== b.key) return compareText(a.key, b.key);
  if (a.time !== b.time) return a.time - b.time;
  const step = lowestStep(a.steps) - lowestStep(b.steps);
  return step !== 0 ? step : a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}

function lowestStep(steps: number): number {
  return 31 - Math.clz32(steps & -steps);
}

/** By code point, as the store orders text. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const left = a.charCodeAt(at);
    const right = b.charCodeAt(at);
    if (left === right) continue;
    // Surrogates stand for code points above all others but sort before U+E000 as code units.
    return rank(left) - rank(right);
  }
  return a.length - b.length;
}

function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
