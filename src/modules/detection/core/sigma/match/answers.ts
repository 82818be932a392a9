/** Answers to questions about the current event: each is found at most once per event. */
import type { Atom } from "./atom.ts";
import type { EventSlots } from "./fields.ts";
import { NO_TOKEN } from "./fields.ts";
import { ABSENT } from "./layout.ts";
import type { Question } from "./question.ts";
import { YES } from "./question.ts";
import type { ValueMemory } from "./value-memory.ts";

/** Events from one on which parts change places to the next. */
const PROMOTED_EVERY = 4;

/**
 * A part that decided takes the place of the one before it; one that is three times as dear, every third time. So of
 * two parts the one comes first that decides more often for its price: the order in which asking costs least. Order is
 * of no other meaning.
 */
function promote(parts: Question[], index: number, turn: number): void {
  const part = parts[index] as Question;
  const before = parts[index - 1] as Question;
  const dearer = Math.ceil(part.price / before.price);
  if (dearer > 1 && turn % dearer !== 0) return;
  parts[index - 1] = part;
  parts[index] = before;
}

export class Answers {
  private stamps = new Float64Array(0);
  private stamp = 0;
  private readonly of: { readonly memory: ValueMemory };

  constructor(of: { readonly memory: ValueMemory }) {
    this.of = of;
  }

  makeRoom(atomCount: number): void {
    if (atomCount <= this.stamps.length) return;
    const grown = new Float64Array(Math.max(atomCount, 2 * this.stamps.length));
    grown.set(this.stamps);
    this.stamps = grown;
  }

  nextEvent(): void {
    this.stamp++;
  }

  holds(question: Question, slots: EventSlots): boolean {
    switch (question.op) {
      case "atom":
        return this.ask(question.atom as Atom, slots);
      case "not":
        return !this.holds(question.parts[0] as Question, slots);
      case "constant":
        return question === YES;
      default:
        if (question.answeredAt !== this.stamp) {
          question.answer = this.find(question, slots);
          question.answeredAt = this.stamp;
        }
        return question.answer;
    }
  }

  private find(question: Question, slots: EventSlots): boolean {
    switch (question.op) {
      case "ofValue":
        return this.ofValue(question, slots);
      case "and":
        return !this.decides(question.parts, false, slots);
      case "or":
        return this.decides(question.parts, true, slots);
      default:
        return (question.anyOf as NonNullable<Question["anyOf"]>)(slots);
    }
  }

  /** Asked once of each value that has a token, as long as the memory keeps the answer. */
  private ofValue(question: Question, slots: EventSlots): boolean {
    const part = question.parts[0] as Question;
    const position = slots.positionOf(question.field);
    const token = position === ABSENT ? NO_TOKEN : slots.tokenAt(position);
    if (token === NO_TOKEN) return this.holds(part, slots);
    const { memory } = this.of;
    if (question.asker === 0) question.asker = memory.newAsker();
    const known = memory.recallAnswer(question.asker, token, slots.generation);
    if (known !== undefined) return known;
    const holds = this.holds(part, slots);
    memory.rememberAnswer(question.asker, token, holds);
    return holds;
  }

  /**
   * Whether any part has this answer. What decided goes forward a place now and then, so that what decides most for its
   * price is asked first.
   */
  private decides(parts: Question[], answer: boolean, slots: EventSlots): boolean {
    for (let index = 0; index < parts.length; index++) {
      if (this.holds(parts[index] as Question, slots) !== answer) continue;
      if (index > 0 && this.stamp % PROMOTED_EVERY === 0) promote(parts, index, this.stamp / PROMOTED_EVERY);
      return true;
    }
    return false;
  }

  /** A stamp of the current event is positive for yes and negative for no. */
  private ask(atom: Atom, slots: EventSlots): boolean {
    const answered = this.stamps[atom.id] as number;
    if (answered === this.stamp) return true;
    if (answered === -this.stamp) return false;
    const holds = atom.holds(slots);
    this.stamps[atom.id] = holds ? this.stamp : -this.stamp;
    return holds;
  }
}
