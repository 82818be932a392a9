/**
 * A rule's condition as it is asked of events. An expression says what is wanted; its question finds the answer with the
 * least work: what several rules want is one question, what concerns one field is asked together and remembered for the
 * value (value-memory.ts), long lists of alternatives are one look (any-of.ts), and of several parts the one is asked
 * first that decides most for its price.
 */
import { anyOf, togetherBy } from "./any-of.ts";
import type { Atom } from "./atom.ts";
import { WHOLE_EVENT } from "./atom.ts";
import type { Expression } from "./expression.ts";
import { and, or } from "./expression.ts";
import type { EventSlots } from "./fields.ts";

type Parted = Extract<Expression, { readonly parts: readonly Expression[] }>;

/** One shape for all kinds: evaluation meets them in any order. */
export class Question {
  readonly op: "atom" | "and" | "or" | "not" | "anyOf" | "ofValue" | "constant";
  readonly price: number;
  /** In the order in which they are asked; see Answers. The only one of `not` and `ofValue`. */
  readonly parts: Question[];
  readonly atom: Atom | undefined;
  readonly anyOf: ((slots: EventSlots) => boolean) | undefined;
  /** The field whose value alone decides, for `ofValue`. */
  readonly field: number;
  /** As whom it asks the memory of values; 0 before it does. */
  asker = 0;
  /** Of the event with this stamp. */
  answer = false;
  answeredAt = 0;

  constructor(op: Question["op"], price: number, given: Partial<Pick<Question, "parts" | "atom" | "anyOf" | "field">>) {
    this.op = op;
    this.price = price;
    this.parts = given.parts ?? [];
    this.atom = given.atom;
    this.anyOf = given.anyOf;
    this.field = given.field ?? WHOLE_EVENT;
  }
}

export const YES = new Question("constant", 0, {});
export const NO = new Question("constant", 0, {});

/** Many alternatives that are asked as one. */
const ANY_OF_PRICE = 4;

/** The questions of a rule set. Filters and selections that several rules have, in whatever order, are one. */
export class Questions {
  private readonly byNumber = new Map<number, Question>();
  private readonly numbers = new WeakMap<Expression, number>();
  /** By what an expression consists of. */
  private readonly known = new Map<string, number>();

  /** The question whose answer is that of the expression. */
  of(expression: Expression): Question {
    if (expression.op === "constant") return expression.value ? YES : NO;
    const number = this.numberOf(expression);
    const known = this.byNumber.get(number);
    if (known !== undefined) return known;
    const field = decidingField(expression);
    const question =
      field === undefined
        ? plain(
            expression,
            partsOf(expression).map((part) => this.of(part)),
          )
        : ofValue(asked(expression), field);
    this.byNumber.set(number, question);
    return question;
  }

  /** The same for expressions that are the same but for the order of their parts. */
  private numberOf(expression: Expression): number {
    const before = this.numbers.get(expression);
    if (before !== undefined) return before;
    const key = this.keyOf(expression);
    const number = this.known.get(key) ?? this.known.size;
    this.known.set(key, number);
    this.numbers.set(expression, number);
    return number;
  }

  private keyOf(expression: Expression): string {
    switch (expression.op) {
      case "constant":
        return String(expression.value);
      case "atom":
        return `atom ${expression.atom.id}`;
      case "not":
        return `not ${this.numberOf(expression.part)}`;
      default: {
        const parts = new Set(expression.parts.map((part) => this.numberOf(part)));
        return `${expression.op} ${[...parts].sort((one, two) => one - two).join(" ")}`;
      }
    }
  }
}

function plain(expression: Exclude<Expression, { readonly op: "constant" }>, parts: readonly Question[]): Question {
  if (expression.op === "atom") return new Question("atom", expression.atom.price, { atom: expression.atom });
  const price = parts.reduce((sum, part) => sum + part.price, 0);
  return new Question(expression.op, price, { parts: parts.toSorted((one, two) => one.price - two.price) });
}

/** Parts that one field decides are asked together. */
function partsOf(expression: Expression): readonly Expression[] {
  switch (expression.op) {
    case "atom":
    case "constant":
      return [];
    case "not":
      return [expression.part];
    default:
      return byField(expression);
  }
}

function byField({ op, parts }: Parted): Expression[] {
  const fields = parts.map(decidingField);
  const join = op === "and" ? and : or;
  return parts.flatMap((part, index) => {
    const field = fields[index];
    if (field === undefined) return [part];
    if (fields.indexOf(field) < index) return [];
    return [join(parts.filter((_, other) => fields[other] === field))];
  });
}

function ofValue(part: Question, field: number): Question {
  return new Question("ofValue", part.price, { parts: [part], field });
}

/** What one field decides, without a memory of its own at every step. */
function asked(expression: Expression): Question {
  if (expression.op === "constant") return expression.value ? YES : NO;
  if (expression.op === "atom") return plain(expression, []);
  if (expression.op === "not") return plain(expression, [asked(expression.part)]);
  if (expression.op === "and") return plain(expression, expression.parts.map(asked));
  const { lists, others } = togetherBy(expression.parts);
  const together = lists.map((list) => new Question("anyOf", ANY_OF_PRICE, { anyOf: anyOf(list) }));
  const parts = [...together, ...others.map(asked)];
  return parts.length === 1 ? (parts[0] as Question) : plain(expression, parts);
}

/** The field whose value decides the expression, when it is one field. That one is there at all needs no memory. */
function decidingField(expression: Expression): number | undefined {
  switch (expression.op) {
    case "constant":
      return undefined;
    case "atom":
      return fieldOf(expression.atom);
    case "not":
      return decidingField(expression.part);
    default: {
      const [first, ...others] = expression.parts.map(decidingField);
      return others.every((field) => field === first) ? first : undefined;
    }
  }
}

function fieldOf({ field, other, whenPresent }: Atom): number | undefined {
  return field === WHOLE_EVENT || other !== undefined || whenPresent !== undefined ? undefined : field;
}
