/**
 * The rules of a set in groups that see the same events. A group is compiled when the first such event arrives: most
 * rules of a large set are for log sources that a site does not have. Which rules cannot be compiled is told at once.
 */
import type { ContentProblem, LogSource } from "../../../../../kernel/index.ts";
import { AtomTable, compileVariant, refusalOf, routesOf } from "./compile-rule.ts";
import type { CompileOptions, RuleCompilation, Variant } from "./compile-rule.ts";
import { FieldTable } from "../sources/field-table.ts";
import { leadsTo } from "../sources/logsource.ts";
import type { LogSourceMap, Route } from "../sources/logsource.ts";
import { fillPlaceholders } from "../parse/placeholders.ts";
import type { Rule } from "../rule.ts";

interface Waiting {
  /** Position in the rule set. */
  readonly index: number;
  readonly route: Route;
}

interface RuleGroup {
  /** Stands for all routes of the group: they lead to the same events. */
  readonly route: Route;
  readonly waiting: Waiting[];
  readonly variants: Variant[];
}

export class RuleGroups {
  /** The rules that can be compiled, in the order given. */
  readonly rules: readonly Rule[];
  readonly rejected: readonly ContentProblem[];
  readonly fields = new FieldTable();
  readonly atoms: AtomTable;
  private readonly compilation: RuleCompilation;
  private readonly groups: readonly RuleGroup[];
  private readonly filled: Rule[] = [];

  constructor(given: readonly Rule[], options: CompileOptions & { readonly logSourceMap: LogSourceMap }) {
    const { logSourceMap: map } = options;
    this.atoms = new AtomTable(this.fields, options.regex);
    this.compilation = {
      fields: this.fields,
      atoms: this.atoms,
      map,
      placeholders: options.placeholders ?? map.placeholders ?? {},
      routes: new Map<string, readonly Route[]>(),
      resolved: new Map<Route, Map<string, Map<string, number>>>(),
    };
    const refusals = options.checked === true ? [] : given.map((rule) => refusalOf(rule, this.compilation));
    this.rejected = refusals.filter((refusal) => refusal !== undefined);
    this.rules = given.filter((_, index) => refusals[index] === undefined);
    this.groups = this.grouped();
  }

  /** Compiles what is still waiting for events of this log source. */
  variantsFor(actual: LogSource): readonly Variant[] {
    return this.groups.filter(({ route }) => leadsTo(route, actual)).flatMap((group) => this.compiled(group));
  }

  compileAll(): void {
    for (const group of this.groups) this.compiled(group);
  }

  private compiled({ waiting, variants }: RuleGroup): readonly Variant[] {
    for (const { index, route } of waiting.splice(0))
      variants.push(compileVariant({ rule: this.filledRule(index), index, route }, this.compilation));
    return variants;
  }

  /** A rule is compiled once for each of its groups. */
  private filledRule(index: number): Rule {
    return (this.filled[index] ??= fillPlaceholders(this.rules[index] as Rule, this.compilation.placeholders));
  }

  private grouped(): readonly RuleGroup[] {
    const groups = new Map<string, RuleGroup>();
    for (const [index, rule] of this.rules.entries()) {
      for (const route of routesOf(rule, this.compilation)) {
        const key = keyOf(route);
        const group = groups.get(key) ?? { route, waiting: [], variants: [] };
        groups.set(key, group);
        group.waiting.push({ index, route });
      }
    }
    return [...groups.values()];
  }
}

function keyOf({ event, withoutService = false }: Route): string {
  return `${event.product ?? ""}\n${event.category ?? ""}\n${event.service ?? ""}\n${withoutService}`;
}
