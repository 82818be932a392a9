/** From a rule to the expressions it runs as: one per route it takes. */
import type { ContentProblem, LogSource } from "../../../../../kernel/index.ts";
import { eventNamesOf, NO_ALIASES } from "../sources/aliases.ts";
import { atomBody, WHOLE_EVENT } from "./atom.ts";
import type { Condition } from "../parse/condition.ts";
import type { Expression } from "./expression.ts";
import { and, NEVER, not, or } from "./expression.ts";
import type { FieldTable } from "../sources/field-table.ts";
import type { LogSourceMap, Route } from "../sources/logsource.ts";
import { routesFor } from "../sources/logsource.ts";
import { ModifierError } from "../parse/modifiers.ts";
import { fillPlaceholders } from "../parse/placeholders.ts";
import { ANY } from "../pattern.ts";
import type { CompiledRegex, RegexCompiler } from "../regex.ts";
import { isRefusal } from "../regex.ts";
import type { DetectionItem, Placeholders, Rule, SelectionNode, ValueTest } from "../rule.ts";

export interface CompileOptions {
  readonly regex: RegexCompiler;
  readonly logSourceMap?: LogSourceMap;
  readonly placeholders?: Placeholders;
  /** `checkRule` found nothing wrong with any of the rules, given the same engine and placeholders. */
  readonly checked?: true;
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

type RegexTest = ValueTest & { kind: "regex" };

type AtomExpression = Expression & { readonly op: "atom" };

/** Interns atoms over all rules and counts how often each required text is used. */
export class AtomTable {
  /** By field and kind of test, and by what is asked of it. */
  private readonly atoms = new Map<number, Map<string, AtomExpression>>();
  private readonly regexes = new Map<string, CompiledRegex>();
  private readonly fields: FieldTable;
  private readonly compiler: RegexCompiler;
  /** How many rules ask for a text: texts many rules know are rarely rare in events. */
  readonly uses = new Map<string, number>();
  /** Atoms so far. */
  size = 0;

  constructor(fields: FieldTable, compiler: RegexCompiler) {
    this.fields = fields;
    this.compiler = compiler;
  }

  /** `other` is the second field of a `fieldref`. */
  atomOf(test: ValueTest, field: number, other = -1): AtomExpression {
    const { kind, meaning } = meaningOf(test);
    const place = KINDS * field + kind;
    const alike = this.atoms.get(place) ?? new Map<string, AtomExpression>();
    this.atoms.set(place, alike);
    const key = other === -1 ? meaning : `${meaning} ${other}`;
    let expression = alike.get(key);
    if (expression === undefined) {
      const body = atomBody(test, {
        field,
        fieldId: (name) => (other === -1 ? this.fields.idOf(name) : other),
        regex: (regexTest) => this.regexOf(regexTest),
      });
      expression = { op: "atom", atom: { id: this.size++, field, ...body } };
      alike.set(key, expression);
    }
    for (const { text } of expression.atom.requirements) this.uses.set(text, (this.uses.get(text) ?? 0) + 1);
    return expression;
  }

  /** Throws `RegexRefused`. */
  regexOf(test: RegexTest): CompiledRegex {
    const key = JSON.stringify([test.source, test.flags]);
    const known = this.regexes.get(key);
    if (known !== undefined) return known;
    const compiled = this.compiler.compile(test.source, test.flags);
    if (isRefusal(compiled)) throw new RegexRefused(test.line, compiled.refused);
    this.regexes.set(key, compiled);
    return compiled;
  }
}

/** Kinds of tests: patterns of one text by what stands around it, cased or not, and all others. */
const KINDS = 9;
const OTHERS = 8;

/**
 * Equal for tests that ask the same. Nearly all are patterns of one text: that text says it, which needs no other to be
 * made of it.
 */
function meaningOf(test: ValueTest): { readonly kind: number; readonly meaning: string } {
  if (test.kind === "pattern") {
    const { pattern, cased } = test;
    const start = pattern[0] === ANY ? 1 : 0;
    const end = pattern.length - (pattern.length > start && pattern.at(-1) === ANY ? 1 : 0);
    const text = pattern[start];
    if (end - start === 1 && typeof text === "string")
      return { kind: 4 * Number(cased) + 2 * start + (pattern.length - end), meaning: text };
  }
  const { line: _, ...meaning } = test;
  return { kind: OTHERS, meaning: JSON.stringify(meaning) };
}

export interface RuleCompilation {
  readonly fields: FieldTable;
  readonly atoms: AtomTable;
  readonly map: LogSourceMap;
  readonly placeholders: Placeholders;
  /** Routes already worked out, by log source. */
  readonly routes: Map<string, readonly Route[]>;
  /** Fields already resolved, for each route by taxonomy and log source, by name. */
  readonly resolved: Map<Route, Map<string, Map<string, number>>>;
}

/** Why the rule cannot be compiled, or undefined. Cheaper than compiling: routes and fields have no part in it. */
export function refusalOf(given: Rule, { atoms, placeholders }: RuleCompilation): ContentProblem | undefined {
  const { file } = given;
  try {
    const { selections, conditions } = fillPlaceholders(given, placeholders).detection;
    const bodies = new Map(selections.map(({ name, body }) => [name, body]));
    const seen = new Set<string>();
    const check = (condition: Condition): void => {
      if (condition.kind === "not") check(condition.part);
      else if (condition.kind !== "selection") condition.parts.forEach(check);
      else if (!seen.has(condition.name)) {
        seen.add(condition.name);
        const body = bodies.get(condition.name);
        if (body !== undefined) checkNode(body, atoms);
      }
    };
    for (const { expression } of conditions) check(expression);
    return undefined;
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

function checkNode(node: SelectionNode, atoms: AtomTable): void {
  if (node.kind === "item") for (const test of node.item.tests) checkTest(test, atoms);
  else for (const inner of node.nodes) checkNode(inner, atoms);
}

function checkTest(test: ValueTest, atoms: AtomTable): void {
  if (test.kind === "regex") atoms.regexOf(test);
  else if (test.kind === "any") for (const inner of test.tests) checkTest(inner, atoms);
}

/** The rule for the events of one of its routes; it has been checked, and its placeholders are filled. */
export function compileVariant(
  { rule, index, route }: { readonly rule: Rule; readonly index: number; readonly route: Route },
  compilation: RuleCompilation,
): Variant {
  const expression = and([...whenOf(route, compilation), new RuleReader(rule, route, compilation).expression()]);
  return { rule: index, route, expression };
}

function sourceKey({ product, category, service }: LogSource): string {
  return JSON.stringify([product, category, service]);
}

export function routesOf({ logsource }: Rule, { map, routes }: RuleCompilation): readonly Route[] {
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
      values.map((value) =>
        atoms.atomOf({ kind: "pattern", pattern: value === "" ? [] : [value], cased: false, line: 0 }, id),
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
    const ofRoute = compilation.resolved.get(route) ?? new Map<string, Map<string, number>>();
    compilation.resolved.set(route, ofRoute);
    const key = `${rule.taxonomy}\n${sourceKey(rule.logsource)}`;
    this.known = ofRoute.get(key) ?? new Map<string, number>();
    ofRoute.set(key, this.known);
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
    return this.compilation.atoms.atomOf(test, field, other);
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
