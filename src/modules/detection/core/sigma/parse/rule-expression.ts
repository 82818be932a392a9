/**
 * Boolean conditions of temporal correlations (`(a or b) and c and not d`; SEP 198, approved for Sigma 2.2): names or
 * ids of rules, `not` before `and` before `or`. A reference the bare syntax cannot hold stands in quotes.
 */
import type { RuleExpression } from "../correlation/correlation.ts";
import { MAX_CONDITION_DEPTH, MAX_CONDITION_LENGTH } from "../limits.ts";

export class ExpressionError extends Error {
  readonly code: string;
  readonly hint: string | undefined;

  constructor(code: string, message: string, hint?: string) {
    super(message);
    this.code = `sigma.correlation.${code}`;
    this.hint = hint;
  }
}

export interface ParsedExpression {
  readonly expression: RuleExpression;
  /** References in order of first appearance; the expression counts into this list. */
  readonly references: readonly string[];
}

/** Throws ExpressionError. */
export function parseRuleExpression(text: string): ParsedExpression {
  const reader = new ExpressionReader(text);
  return { expression: reader.read(), references: reader.references };
}

interface Token {
  readonly text: string;
  /** Quoted text is always a reference, even `"and"`. */
  readonly quoted: boolean;
}

const tokenPattern = /\s*(?:"([^"]*)"|'([^']*)'|([()]|[^\s()"']+))/gy;
const operators = new Set(["and", "or", "not"]);

function tokensOf(text: string): Token[] {
  if (text.length > MAX_CONDITION_LENGTH)
    throw new ExpressionError("condition", `condition longer than ${MAX_CONDITION_LENGTH} characters`);
  const tokens: Token[] = [];
  let end = 0;
  for (const found of text.matchAll(tokenPattern)) {
    const [whole, double, single, bare] = found;
    tokens.push({ text: bare ?? double ?? single ?? "", quoted: bare === undefined });
    end = found.index + whole.length;
  }
  if (text.slice(end).trim() !== "") throw new ExpressionError("condition", "a quote is not closed");
  return tokens;
}

class ExpressionReader {
  readonly references: string[] = [];
  private readonly tokens: readonly Token[];
  private at = 0;
  private depth = 0;

  constructor(text: string) {
    this.tokens = tokensOf(text);
  }

  read(): RuleExpression {
    if (this.tokens.length === 0) throw new ExpressionError("condition", "the condition is empty");
    const expression = this.readOr();
    const rest = this.tokens[this.at];
    if (rest !== undefined) throw unexpected(rest);
    return expression;
  }

  private readOr(): RuleExpression {
    if (++this.depth > MAX_CONDITION_DEPTH)
      throw new ExpressionError("condition", `more than ${MAX_CONDITION_DEPTH} nested parentheses`);
    const parts = [this.readAnd()];
    while (this.take("or")) parts.push(this.readAnd());
    this.depth--;
    return parts.length === 1 ? (parts[0] as RuleExpression) : { kind: "or", parts };
  }

  private readAnd(): RuleExpression {
    const parts = [this.readNot()];
    while (this.take("and")) parts.push(this.readNot());
    return parts.length === 1 ? (parts[0] as RuleExpression) : { kind: "and", parts };
  }

  private readNot(): RuleExpression {
    let negations = 0;
    while (this.take("not")) negations++;
    const operand = this.readOperand();
    return negations % 2 === 1 ? { kind: "not", part: operand } : operand;
  }

  private readOperand(): RuleExpression {
    const token = this.tokens[this.at++];
    if (token === undefined) throw new ExpressionError("condition", "the condition ends too early");
    if (token.quoted) return this.reference(token.text);
    if (token.text === "(") {
      const inner = this.readOr();
      if (!this.take(")")) throw new ExpressionError("condition", "a closing parenthesis is missing");
      return inner;
    }
    if (token.text === ")" || operators.has(token.text)) throw unexpected(token);
    return this.reference(token.text);
  }

  private reference(text: string): RuleExpression {
    let index = this.references.indexOf(text);
    if (index === -1) index = this.references.push(text) - 1;
    return { kind: "rule", index };
  }

  private take(text: string): boolean {
    const token = this.tokens[this.at];
    if (token === undefined || token.quoted || token.text !== text) return false;
    this.at++;
    return true;
  }
}

function unexpected({ text }: Token): ExpressionError {
  const wrongCase = operators.has(text.toLowerCase()) && !operators.has(text);
  return new ExpressionError(
    "condition",
    `"${text}" is not expected here`,
    wrongCase ? "operators are written in lower case" : undefined,
  );
}

/** The same expression over another order of the rules. */
export function reindexed(expression: RuleExpression, indexOf: (index: number) => number): RuleExpression {
  switch (expression.kind) {
    case "rule":
      return { kind: "rule", index: indexOf(expression.index) };
    case "not":
      return { kind: "not", part: reindexed(expression.part, indexOf) };
    case "and":
    case "or":
      return { kind: expression.kind, parts: expression.parts.map((part) => reindexed(part, indexOf)) };
  }
}
