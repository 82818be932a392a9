/** From a rule to the expressions it runs as: one per route it takes. */
import type { ContentProblem, LogSource } from "../../../../kernel/index.ts";
import { eventNamesOf, NO_ALIASES } from "./aliases.ts";
import type { Atom } from "./atom.ts";
import { atomBody, WHOLE_EVENT } from "./atom.ts";
import type { Condition } from "./condition.ts";
import type { Expression } from "./expression.ts";
import { and, NEVER, not, or } from "./expression.ts";
import type { FieldTable } from "./field-table.ts";
import type { LogSourceMap, Route } from "./logsource.ts";
import { routesFor } from "./logsource.ts";
import { ModifierError } from "./modifiers.ts";
import { fillPlaceholders } from "./placeholders.ts";
import type { CompiledRegex, RegexCompiler } from "./regex.ts";
import { isRefusal } from "./regex.ts";
import type { DetectionItem, Placeholders, Rule, SelectionNode, ValueTest } from "./rule.ts";

export interface CompileOptions {
  readonly regex: RegexCompiler;
  readonly logSourceMap?: LogSourceMap;
  readonly placeholders?: Placeholders;
}

/** A rule as it runs on the events of one route. */
export interface Variant {
  /** Position in the rule set. */
  readonly rule: number;
  readonly route: Route;
  readonly expression: Expression;
}

export class RegexRefused extends Error {
  readonly line: number;
  constructor(line: number, reason: string) {
    super(reason);
    this.line = line;
  }
}

/** Interns atoms over all rules and counts how often each required text is used. */
export class AtomTable {
  private readonly atoms = new Map<string, Atom>();
  private readonly regexes = new Map<string, CompiledRegex>();
  private readonly fields: FieldTable;
  private readonly compiler: RegexCompiler;
  /** How many rules ask for a text: texts many rules know are rarely rare in events. */
  readonly uses = new Map<string, number>();

  constructor(fields: FieldTable, compiler: RegexCompiler) {
    this.fields = fields;
    this.compiler = compiler;
  }

  get size(): number {
    return this.atoms.size;
  }

  /** `other` is the second field of a `fieldref`. */
  atomOf(test: ValueTest, field: number, other = -1): Atom {
    const key = `${field} ${other} ${meaningOf(test)}`;
    let atom = this.atoms.get(key);
    if (atom === undefined) {
      const body = atomBody(test, {
        field,
        fieldId: (name) => (other === -1 ? this.fields.idOf(name) : other),
        regex: (regexTest) => this.regexOf(regexTest),
      });
      atom = { id: this.atoms.size, field, ...body };
      this.atoms.set(key, atom);
    }
    for (const { text } of atom.requirements) this.uses.set(text, (this.uses.get(text) ?? 0) + 1);
    return atom;
  }

  private regexOf(test: ValueTest & { kind: "regex" }): CompiledRegex {
    const key = JSON.stringify([test.source, test.flags]);
    const known = this.regexes.get(key);
    if (known !== undefined) return known;
    const compiled = this.compiler.compile(test.source, test.flags);
    if (isRefusal(compiled)) throw new RegexRefused(test.line, compiled.refused);
    this.regexes.set(key, compiled);
    return compiled;
  }
}

/** Equal for tests that ask the same. Patterns are most of all tests and get the short form. */
function meaningOf(test: ValueTest): string {
  if (test.kind === "pattern")
    return `${test.cased ? "c" : "p"}${test.pattern.map((part) => (typeof part === "string" ? `"${part}` : part)).join("\0")}`;
  const { line: _, ...meaning } = test;
  return JSON.stringify(meaning);
}

export interface RuleCompilation {
  readonly fields: FieldTable;
  readonly atoms: AtomTable;
  readonly map: LogSourceMap;
  readonly placeholders: Placeholders;
  /** Routes already worked out, by log source. */
  readonly routes: Map<string, readonly Route[]>;
  /** Fields already resolved, by taxonomy and name, for each route of a log source. */
  readonly resolved: Map<string, Map<string, number>>;
}

export function compileRule(given: Rule, index: number, compilation: RuleCompilation): Variant[] | ContentProblem {
  const { file } = given;
  try {
    const rule = fillPlaceholders(given, compilation.placeholders);
    return routesOf(rule, compilation).map((route) => {
      const expression = and([...whenOf(route, compilation), new RuleReader(rule, route, compilation).expression()]);
      return { rule: index, route, expression };
    });
  } catch (error) {
    if (error instanceof RegexRefused) {
      return {
        file,
        line: error.line,
        code: "sigma.regex.refused",
        message: `regular expression refused: ${error.message}`,
      };
    }
    if (!(error instanceof ModifierError)) throw error;
    const { code, message, hint, line } = error;
    return { file, line: line ?? given.line, code, message, ...(hint === undefined ? {} : { hint }) };
  }
}

function sourceKey({ product, category, service }: LogSource): string {
  return JSON.stringify([product, category, service]);
}

function routesOf({ logsource }: Rule, { map, routes }: RuleCompilation): readonly Route[] {
  const key = sourceKey(logsource);
  const known = routes.get(key);
  if (known !== undefined) return known;
  const distinct = distinctRoutes(routesFor(logsource, map));
  routes.set(key, distinct);
  return distinct;
}

function distinctRoutes(routes: readonly Route[]): Route[] {
  const seen = new Map<string, Route>();
  for (const route of routes) {
    const key = routeKey(route);
    if (!seen.has(key)) seen.set(key, route);
  }
  return [...seen.values()];
}

function routeKey({ event, withoutService, when, rename }: Route): string {
  return JSON.stringify([sourceKey(event), withoutService === true, when, Object.entries(rename)]);
}

function whenOf({ when }: Route, { fields, atoms }: RuleCompilation): Expression[] {
  return when.map(({ field, values }) => {
    const id = fields.idOf(field);
    return or(
      values.map(
        (value): Expression => ({
          op: "atom",
          atom: atoms.atomOf({ kind: "pattern", pattern: value === "" ? [] : [value], cased: false, line: 0 }, id),
        }),
      ),
    );
  });
}

class RuleReader {
  private readonly rule: Rule;
  private readonly route: Route;
  private readonly compilation: RuleCompilation;
  private readonly selections = new Map<string, Expression>();
  private readonly known: Map<string, number>;

  constructor(rule: Rule, route: Route, compilation: RuleCompilation) {
    this.rule = rule;
    this.route = route;
    this.compilation = compilation;
    const key = `${rule.taxonomy}\n${sourceKey(rule.logsource)}\n${routeKey(route)}`;
    this.known = compilation.resolved.get(key) ?? new Map<string, number>();
    compilation.resolved.set(key, this.known);
  }

  expression(): Expression {
    return or(this.rule.detection.conditions.map(({ expression }) => this.condition(expression)));
  }

  private condition(condition: Condition): Expression {
    switch (condition.kind) {
      case "and":
        return and(condition.parts.map((part) => this.condition(part)));
      case "or":
        return or(condition.parts.map((part) => this.condition(part)));
      case "not":
        return not(this.condition(condition.part));
      case "selection":
        return this.selection(condition.name);
    }
  }

  private selection(name: string): Expression {
    const known = this.selections.get(name);
    if (known !== undefined) return known;
    const selection = this.rule.detection.selections.find((one) => one.name === name);
    const expression = selection === undefined ? NEVER : this.node(selection.body);
    this.selections.set(name, expression);
    return expression;
  }

  private node(node: SelectionNode): Expression {
    if (node.kind === "item") return this.item(node.item);
    const parts = node.nodes.map((inner) => this.node(inner));
    return node.kind === "all" ? and(parts) : or(parts);
  }

  private item(item: DetectionItem): Expression {
    const field = item.field === undefined ? WHOLE_EVENT : this.fieldOf(item.field);
    const parts = item.tests.map((test) => this.test(test, field));
    const linked = item.link === "all" ? and(parts) : or(parts);
    return item.negated ? not(linked) : linked;
  }

  private test(test: ValueTest, field: number): Expression {
    if (test.kind === "any") return or(test.tests.map((inner) => this.test(inner, field)));
    const other = test.kind === "fieldref" ? this.fieldOf(test.field) : undefined;
    return { op: "atom", atom: this.compilation.atoms.atomOf(test, field, other) };
  }

  private fieldOf(name: string): number {
    const known = this.known.get(name);
    if (known !== undefined) return known;
    const { fields, map } = this.compilation;
    const names = eventNamesOf(name, { rule: this.rule, route: this.route, aliases: map.aliases ?? NO_ALIASES });
    const id = fields.idOfAny(names);
    this.known.set(name, id);
    return id;
  }
}
