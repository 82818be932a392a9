/** How far the rules cover the ATT&CK matrix: what exists, what runs, what really gets data, what has fired. */
import type { RuleMetadata } from "../core/sigma/index.ts";
import type { DataSourceState } from "../core/data-source.ts";
import {
  type AttackDomainName,
  type AttackTables,
  currentTechnique,
  domainOfTechnique,
  parentOf,
  techniquesOf,
} from "./table.ts";

/** One rule as coverage sees it. */
export interface CoveredRule {
  readonly rule: Pick<RuleMetadata, "id" | "title" | "tags">;
  readonly enabled: boolean;
  /** Undefined where nobody can know, as on a command line without a server. */
  readonly dataSource: DataSourceState | undefined;
  readonly fired30d: number;
}

export interface Counts {
  readonly rules: number;
  readonly enabled: number;
  readonly live: number;
  readonly quiet: number;
  readonly none: number;
  readonly fired30d: number;
}

export interface CoveredTechnique extends Counts {
  readonly id: string;
  readonly name: string;
}

export interface CoveredTactic {
  readonly id: string;
  readonly name: string;
  readonly shortName: string;
  readonly techniques: readonly (CoveredTechnique & {
    readonly own: number;
    readonly subtechniques: readonly CoveredTechnique[];
  })[];
}

export interface Matrix {
  readonly domain: AttackDomainName;
  readonly version: string;
  readonly tactics: readonly CoveredTactic[];
  readonly unmapped: number;
  readonly unknown: readonly string[];
}

export function matrixOf(rules: readonly CoveredRule[], tables: AttackTables, domain: AttackDomainName): Matrix {
  const table = tables[domain];
  const { byTechnique, unknown, mapped } = assign(rules, tables, domain);
  const subsOf = Map.groupBy(
    [...table.techniques.values()].filter(({ id }) => parentOf(id) !== undefined),
    ({ id }) => parentOf(id) as string,
  );
  const tactics = table.tactics.map(({ id, name, short }) => ({
    id,
    name,
    shortName: short,
    techniques: [...table.techniques.values()]
      .filter((technique) => parentOf(technique.id) === undefined && technique.tactics.includes(short))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
      .map((technique) => {
        const own = byTechnique.get(technique.id) ?? NO_RULES;
        // A sub-technique belongs to the tactics of its own entry; most share all of the technique's.
        const subs = (subsOf.get(technique.id) ?? []).filter(({ tactics: of }) => of.includes(short));
        const everything = new Set([...own, ...subs.flatMap((sub) => [...(byTechnique.get(sub.id) ?? NO_RULES)])]);
        return {
          id: technique.id,
          name: technique.name,
          ...countsOf(everything),
          own: own.size,
          subtechniques: subs.map((sub) => ({
            id: sub.id,
            name: sub.name,
            ...countsOf(byTechnique.get(sub.id) ?? NO_RULES),
          })),
        };
      }),
  }));
  return { domain, version: table.version, tactics, unmapped: rules.length - mapped, unknown };
}

const NO_RULES: ReadonlySet<CoveredRule> = new Set();

function assign(rules: readonly CoveredRule[], tables: AttackTables, domain: AttackDomainName) {
  const byTechnique = new Map<string, Set<CoveredRule>>();
  const unknown = new Set<string>();
  let mapped = 0;
  for (const one of rules) {
    let isMapped = false;
    for (const id of techniquesOf(one.rule.tags)) {
      if (domainOfTechnique(id) !== domain) continue;
      const technique = currentTechnique(id, tables);
      if (technique === undefined) {
        unknown.add(id);
        continue;
      }
      isMapped = true;
      const known = byTechnique.get(technique.id);
      if (known === undefined) byTechnique.set(technique.id, new Set([one]));
      else known.add(one);
    }
    if (isMapped) mapped += 1;
  }
  return { byTechnique, unknown: [...unknown].sort(), mapped };
}

function countsOf(rules: ReadonlySet<CoveredRule>): Counts {
  const enabled = [...rules].filter((one) => one.enabled);
  const fed = (state: DataSourceState): number => enabled.filter(({ dataSource }) => dataSource === state).length;
  return {
    rules: rules.size,
    enabled: enabled.length,
    live: fed("live"),
    quiet: fed("quiet"),
    none: fed("none"),
    fired30d: [...rules].reduce((sum, { fired30d }) => sum + fired30d, 0),
  };
}
