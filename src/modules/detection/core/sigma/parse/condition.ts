/**
 * Conditions (specification 2.1, "Condition"): `not` binds tighter than `and`, `and` tighter than `or`;
 * `1|any|all of pattern*`, `1|any|all of them`. Names starting with `_` are never part of a pattern or of `them`.
 * Operators are lower case, as in pySigma: `NOT` is a mistake worth telling, not a selection name.
 */
import { MAX_CONDITION_DEPTH, MAX_CONDITION_LENGTH } from "../limits.ts";

export type Condition =
  | { readonly kind: "and"; readonly parts: readonly Condition[] }
  | { readonly kind: "or"; readonly parts: readonly Condition[] }
  | { readonly kind: "not"; readonly part: Condition }
  | { readonly kind: "selection"; readonly name: string };

export interface ConditionProblem {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

class ConditionError extends Error {
  readonly problem: ConditionProblem;
  constructor(problem: ConditionProblem) {
    super(problem.message);
    this.problem = problem;
  }
}

function fail(code: string, message: string, hint?: string): never {
  throw new ConditionError({ code: `sigma.condition.${code}`, message, ...(hint === undefined ? {} : { hint }) });
}

export function parseCondition(text: string, names: readonly string[]): Condition | ConditionProblem {
  try {
    return new ConditionReader(text, names).read();
  } catch (error) {
    if (error instanceof ConditionError) return error.problem;
    throw error;
  }
}

export function isConditionProblem(result: Condition | ConditionProblem): result is ConditionProblem {
  return "code" in result;
}

const tokenPattern = /\s*([()]|[^\s()]+)/gy;
const operators = new Set(["and", "or", "not", "of"]);

class ConditionReader {
  private readonly tokens: readonly string[];
  private readonly names: readonly string[];
  private at = 0;
  private depth = 0;

  constructor(text: string, names: readonly string[]) {
    if (text.length > MAX_CONDITION_LENGTH)
      fail("too-long", `condition longer than ${MAX_CONDITION_LENGTH} characters`);
    if (text.includes("|")) {
      fail(
        "aggregation",
        "aggregation after `|` is not part of Sigma 2",
        "write a correlation rule (event_count, value_count, temporal)",
      );
    }
    this.tokens = [...text.matchAll(tokenPattern)].map((found) => found[1] as string);
    this.names = names;
  }

  read(): Condition {
    if (this.tokens.length === 0) fail("empty", "the condition is empty");
    const condition = this.readOr();
    const rest = this.tokens[this.at];
    if (rest !== undefined) fail("syntax", `"${rest}" is not expected here`, wrongCaseHint(rest));
    return condition;
  }

  private readOr(): Condition {
    if (++this.depth > MAX_CONDITION_DEPTH) fail("too-deep", `more than ${MAX_CONDITION_DEPTH} nested parentheses`);
    const parts = [this.readAnd()];
    while (this.take("or")) parts.push(this.readAnd());
    this.depth--;
    return parts.length === 1 ? (parts[0] as Condition) : { kind: "or", parts };
  }

  private readAnd(): Condition {
    const parts = [this.readNot()];
    while (this.take("and")) parts.push(this.readNot());
    return parts.length === 1 ? (parts[0] as Condition) : { kind: "and", parts };
  }

  private readNot(): Condition {
    let negations = 0;
    while (this.take("not")) negations++;
    const operand = this.readOperand();
    return negations % 2 === 1 ? { kind: "not", part: operand } : operand;
  }

  private readOperand(): Condition {
    const token = this.tokens[this.at++];
    if (token === undefined) fail("syntax", "the condition ends too early");
    if (token === "(") {
      const inner = this.readOr();
      if (!this.take(")")) fail("syntax", "a closing parenthesis is missing");
      return inner;
    }
    if (this.tokens[this.at] === "of") return this.readQuantified(token);
    if (token === ")" || operators.has(token)) fail("syntax", `"${token}" is not expected here`);
    if (this.names.includes(token)) return { kind: "selection", name: token };
    if (token.includes("*"))
      fail("syntax", `"${token}" needs a quantifier`, `write "1 of ${token}" or "all of ${token}"`);
    const next = this.tokens[this.at];
    if (next !== undefined && next !== ")" && !operators.has(next)) {
      fail("syntax", `"${token} ${next}": this is not a condition of names and operators`, wrongCaseHint(next));
    }
    return fail("unknown-selection", `there is no selection "${token}"`, wrongCaseHint(token));
  }

  private readQuantified(quantifier: string): Condition {
    if (quantifier !== "1" && quantifier !== "any" && quantifier !== "all") {
      fail("quantifier", `"${quantifier} of" is not possible`, "Sigma knows 1 of, any of and all of");
    }
    this.at++;
    const pattern = this.tokens[this.at++];
    if (pattern === undefined || pattern === "(" || pattern === ")") fail("syntax", `a name is missing after "of"`);
    const chosen = this.names.filter((name) => !name.startsWith("_") && (pattern === "them" || fits(pattern, name)));
    if (chosen.length === 0) fail("unknown-selection", `no selection is called "${pattern}"`);
    const parts = chosen.map((name): Condition => ({ kind: "selection", name }));
    if (parts.length === 1) return parts[0] as Condition;
    return quantifier === "all" ? { kind: "and", parts } : { kind: "or", parts };
  }

  private take(token: string): boolean {
    if (this.tokens[this.at] !== token) return false;
    this.at++;
    return true;
  }
}

function wrongCaseHint(token: string): string | undefined {
  return operators.has(token.toLowerCase()) ? "operators are written in lower case" : undefined;
}

/** Name patterns have few characters and few stars: plain recursion over the pieces between them. */
function fits(pattern: string, name: string): boolean {
  const pieces = pattern.split("*");
  if (pieces.length === 1) return pattern === name;
  const first = pieces[0] as string;
  const last = pieces.at(-1) as string;
  if (!name.startsWith(first) || !name.endsWith(last) || name.length < first.length + last.length) return false;
  let at = first.length;
  for (const piece of pieces.slice(1, -1)) {
    at = name.indexOf(piece, at);
    if (at === -1) return false;
    at += piece.length;
  }
  return at <= name.length - last.length;
}
