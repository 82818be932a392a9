/**
 * Classification by law as a decision over answers: criteria are content (content/classifications), this file only weighs.
 *
 * What is not answered is unknown, not "no": a criterion that hangs on it stays open, and a result is certain only when
 * no open criterion could still raise it. The highest outcome with a criterion that is met applies.
 */
export type Answer = string | number | readonly string[];
export type Answers = Readonly<Record<string, Answer>>;

export type Condition =
  | { readonly question: string; readonly any: readonly string[] }
  | { readonly question: string; readonly atLeast: number }
  | { readonly question: string; readonly above: number }
  | { readonly question: string; readonly below: number }
  | { readonly term: string }
  | { readonly all: readonly Condition[] }
  | { readonly some: readonly Condition[] }
  | { readonly not: Condition };

export interface Question {
  readonly id: string;
  readonly kind: "one" | "many" | "number";
  readonly options: readonly { readonly id: string }[];
  /** Asked only when this may be so; where it is not so, every test of the answer fails. */
  readonly askedWhen?: Condition | undefined;
}

export interface Criterion {
  readonly id: string;
  readonly outcome: string;
  readonly when: Condition;
  /** Decides alone, whatever else is met: what takes somebody out of the scope. */
  readonly overrides?: boolean | undefined;
}

export interface Scheme {
  /** From the lowest to the highest. */
  readonly outcomes: readonly { readonly id: string }[];
  readonly questions: readonly Question[];
  readonly terms: Readonly<Record<string, { readonly when: Condition }>>;
  readonly criteria: readonly Criterion[];
  /** What applies when no criterion is met and none is open; without it the result is undecided. */
  readonly otherwise?: string | undefined;
  readonly notes: readonly {
    readonly id: string;
    readonly outcomes?: readonly string[] | undefined;
    readonly when?: Condition | undefined;
  }[];
}

export interface Weighed {
  readonly id: string;
  readonly state: "met" | "unmet" | "open";
  /** Questions the criterion looks at, and those of them whose answer it still needs. */
  readonly questions: readonly string[];
  readonly missing: readonly string[];
}

export interface Verdict {
  /** Undefined: not decided yet. */
  readonly outcome: string | undefined;
  /** No open criterion could change the outcome. */
  readonly isCertain: boolean;
  /** Criteria that decided, and those open ones that would raise the outcome. */
  readonly decidedBy: readonly string[];
  readonly couldRaise: readonly string[];
  readonly criteria: readonly Weighed[];
  /** Questions that apply, in order, and those of them without an answer. */
  readonly asked: readonly string[];
  readonly unanswered: readonly string[];
  readonly notes: readonly string[];
}

type Truth = "true" | "false" | "open";

export function judge(scheme: Scheme, given: Answers): Verdict {
  const weighing = new Weighing(scheme, given);
  const criteria = scheme.criteria.map((criterion) => weighing.weigh(criterion));
  const stateOf = new Map(criteria.map(({ id, state }) => [id, state]));
  const rank = new Map(scheme.outcomes.map(({ id }, at) => [id, at]));
  const rankOf = ({ outcome }: Criterion): number => rank.get(outcome) ?? -1;
  const met = scheme.criteria.filter(({ id }) => stateOf.get(id) === "met");
  const open = scheme.criteria.filter(({ id }) => stateOf.get(id) === "open");

  const ruling = met.filter(({ overrides }) => overrides === true);
  const highest = Math.max(-1, ...met.map(rankOf));
  const decided = ruling.length > 0 ? ruling : met.filter((criterion) => rankOf(criterion) === highest);
  const raising = ruling.length > 0 ? [] : open.filter((each) => each.overrides === true || rankOf(each) > highest);
  const outcome = decided[0]?.outcome ?? (open.length === 0 ? scheme.otherwise : undefined);
  const asked = scheme.questions.filter(({ askedWhen }) => weighing.mayApply(askedWhen)).map(({ id }) => id);
  return {
    outcome,
    isCertain: outcome !== undefined && raising.length === 0,
    decidedBy: decided.map(({ id }) => id),
    couldRaise: raising.map(({ id }) => id),
    criteria,
    asked,
    unanswered: asked.filter((id) => !weighing.isAnswered(id)),
    notes: scheme.notes
      .filter(
        ({ outcomes, when }) =>
          (outcomes === undefined || (outcome !== undefined && outcomes.includes(outcome))) &&
          (when === undefined || weighing.truth(when) === "true"),
      )
      .map(({ id }) => id),
  };
}

class Weighing {
  readonly #scheme: Scheme;
  readonly #answers: ReadonlyMap<string, Answer>;
  readonly #questions: ReadonlyMap<string, Question>;

  constructor(scheme: Scheme, given: Answers) {
    this.#scheme = scheme;
    this.#questions = new Map(scheme.questions.map((question) => [question.id, question]));
    this.#answers = new Map(Object.entries(given));
  }

  isAnswered(id: string): boolean {
    return this.#answers.has(id);
  }

  mayApply(askedWhen: Condition | undefined): boolean {
    return askedWhen === undefined || this.truth(askedWhen) === "true";
  }

  weigh({ id, when }: Criterion): Weighed {
    const missing = new Set<string>();
    const truth = this.truth(when, missing);
    const state = truth === "true" ? "met" : truth === "false" ? "unmet" : "open";
    const questions = [...questionsIn(when, this.#scheme)];
    return { id, state, questions, missing: state === "open" ? [...missing] : [] };
  }

  truth(condition: Condition, missing = new Set<string>()): Truth {
    if ("all" in condition) return this.#every(condition.all, missing);
    if ("some" in condition)
      return negated(
        this.#every(
          condition.some.map((not) => ({ not })),
          missing,
        ),
      );
    if ("not" in condition) return negated(this.truth(condition.not, missing));
    if ("term" in condition) {
      const term = this.#scheme.terms[condition.term];
      return term === undefined ? "false" : this.truth(term.when, missing);
    }
    return this.#tested(condition, missing);
  }

  /** One that fails settles it, whatever else is unknown; the missing answers of the others do not matter then. */
  #every(conditions: readonly Condition[], missing: Set<string>): Truth {
    const lacking = new Set<string>();
    let truth: Truth = "true";
    for (const condition of conditions) {
      const one = this.truth(condition, lacking);
      if (one === "false") return "false";
      if (one === "open") truth = "open";
    }
    for (const id of lacking) missing.add(id);
    return truth;
  }

  #tested(condition: Extract<Condition, { question: string }>, missing: Set<string>): Truth {
    const question = this.#questions.get(condition.question);
    if (question === undefined) return "false";
    if (question.askedWhen !== undefined) {
      const applies = this.truth(question.askedWhen, missing);
      if (applies !== "true") return applies;
    }
    const answer = this.#answers.get(question.id);
    if (answer === undefined) {
      missing.add(question.id);
      return "open";
    }
    return passes(condition, answer) ? "true" : "false";
  }
}

function passes(condition: Extract<Condition, { question: string }>, answer: Answer): boolean {
  if ("any" in condition) {
    if (typeof answer === "number") return false;
    const chosen = typeof answer === "string" ? [answer] : answer;
    return chosen.some((one) => condition.any.includes(one));
  }
  if (typeof answer !== "number") return false;
  if ("atLeast" in condition) return answer >= condition.atLeast;
  return "above" in condition ? answer > condition.above : answer < condition.below;
}

function negated(truth: Truth): Truth {
  return truth === "open" ? "open" : truth === "true" ? "false" : "true";
}

/** Every question a condition looks at, through its terms. */
export function questionsIn(condition: Condition, scheme: Pick<Scheme, "terms">): ReadonlySet<string> {
  if ("all" in condition) return union(condition.all.map((each) => questionsIn(each, scheme)));
  if ("some" in condition) return union(condition.some.map((each) => questionsIn(each, scheme)));
  if ("not" in condition) return questionsIn(condition.not, scheme);
  if ("question" in condition) return new Set([condition.question]);
  const term = scheme.terms[condition.term];
  return term === undefined ? new Set() : questionsIn(term.when, scheme);
}

/** Every term a condition uses, for the articles behind it. */
export function termsIn(condition: Condition): ReadonlySet<string> {
  if ("all" in condition) return union(condition.all.map(termsIn));
  if ("some" in condition) return union(condition.some.map(termsIn));
  if ("not" in condition) return termsIn(condition.not);
  return "term" in condition ? new Set([condition.term]) : new Set();
}

function union(sets: readonly ReadonlySet<string>[]): ReadonlySet<string> {
  return new Set(sets.flatMap((set) => [...set]));
}

export type AnswerFlaw = { readonly question: string; readonly what: "unknown" | "option" | "number" | "kind" };

/** Answers in the order of the questions, without those to questions that do not apply; or what is wrong with them. */
export function settledAnswers(
  scheme: Scheme,
  given: Answers,
  largest: number,
): { readonly answers: Answers } | { readonly flaw: AnswerFlaw } {
  const questions = new Map(scheme.questions.map((question) => [question.id, question]));
  for (const [id, answer] of Object.entries(given)) {
    const question = questions.get(id);
    const what = question === undefined ? "unknown" : flawOf(question, answer, largest);
    if (what !== undefined) return { flaw: { question: id, what } };
  }
  const { asked } = judge(scheme, given);
  const kept = asked.flatMap((id): [string, Answer][] => {
    const answer = given[id];
    return answer === undefined || (Array.isArray(answer) && answer.length === 0) ? [] : [[id, answer]];
  });
  return { answers: Object.fromEntries(kept) };
}

function flawOf({ kind, options }: Question, answer: Answer, largest: number): AnswerFlaw["what"] | undefined {
  if (kind === "number") {
    if (typeof answer !== "number") return "kind";
    return Number.isFinite(answer) && answer >= 0 && answer <= largest ? undefined : "number";
  }
  if (typeof answer === "number" || (kind === "one" && typeof answer !== "string")) return "kind";
  const chosen = typeof answer === "string" ? [answer] : answer;
  return chosen.every((one) => options.some(({ id }) => id === one)) ? undefined : "option";
}
