import { foldText, type Instant, severityRank, toIso } from "../../../kernel/index.ts";
import type { z } from "../../../platform/schema/index.ts";
import { plainSource, type SeenSource } from "../core/data-source.ts";
import { techniquesOf } from "../core/techniques.ts";
import { vietnameseOf } from "../engine.ts";
import type { LibraryRule } from "../library/catalogue.ts";
import type { RuleLibrary, SourceState } from "../library/library.ts";
import type { RuleExportQuery, RuleQuery, RuleSummary } from "../schemas.ts";

export type Summary = z.input<typeof RuleSummary>;
type Filter = Omit<z.output<typeof RuleExportQuery>, "ids">;

/** How often rules have fired; alerts know it. */
export type FiredStats = () => Promise<ReadonlyMap<string, { count: number; lastAt: Instant }>>;

/** The rules as lists show them. */
export async function summariesOf(
  rules: readonly LibraryRule[],
  { library, fired }: { library: RuleLibrary; fired: FiredStats },
): Promise<Summary[]> {
  const [counts, seen] = [await fired(), await library.seenSources()];
  const sourceOf = sourceStates(library, seen);
  const exceptions = new Map<string, number>();
  for (const { record } of library.exceptions()) {
    if (library.exceptionState(record) === "active")
      exceptions.set(record.ruleId, (exceptions.get(record.ruleId) ?? 0) + 1);
  }
  return rules.map((known): Summary => {
    const { rule, tuning } = known;
    const count = counts.get(rule.id);
    return {
      id: rule.id,
      kind: rule.kind,
      title: rule.title,
      titleVi: vietnameseOf(rule).title,
      level: tuning.level ?? rule.level,
      ownLevel: rule.level,
      status: rule.status ?? null,
      author: rule.author ?? null,
      licence: rule.licence ?? null,
      tags: [...rule.tags],
      techniques: techniquesOf(rule.tags),
      logsource: rule.kind === "correlation" ? {} : plainSource(rule.logsource),
      origin: known.origin,
      enabled: known.enabled,
      runs: library.standingOf(rule.id).runs,
      dataSource: sourceOf(known).state,
      exceptions: exceptions.get(rule.id) ?? 0,
      firedCount: count?.count ?? 0,
      lastFiredAt: count === undefined ? null : toIso(count.lastAt),
    };
  });
}

/** Thousands of rules look at a few dozen log sources: each is judged once. */
function sourceStates(library: RuleLibrary, seen: readonly SeenSource[]): (known: LibraryRule) => SourceState {
  const states = new Map<string, SourceState>();
  return ({ rule }) => {
    if (rule.kind === "correlation") return library.dataSource(rule, seen);
    const key = JSON.stringify(plainSource(rule.logsource));
    const state = states.get(key) ?? library.dataSource(rule, seen);
    states.set(key, state);
    return state;
  };
}

export function filterSummaries(rules: readonly Summary[], query: Filter, library: RuleLibrary): Summary[] {
  const text = query.q === undefined ? "" : foldText(query.q);
  const technique = query.technique?.toUpperCase();
  const isCorrelated = (id: string): boolean => library.usersOf(id).some(({ rule }) => rule.kind === "correlation");
  return rules.filter(
    (rule) =>
      (text === "" ||
        foldText(`${rule.title} ${rule.titleVi ?? ""} ${rule.id} ${rule.tags.join(" ")}`).includes(text)) &&
      isAmong(query.kind, rule.kind) &&
      isAmong(query.level, rule.level) &&
      isAmong(query.dataSource, rule.dataSource) &&
      (query.product === undefined || rule.logsource.product === query.product) &&
      (query.origin === undefined || rule.origin === query.origin) &&
      (query.enabled === undefined || String(rule.enabled) === query.enabled) &&
      (technique === undefined ||
        rule.techniques.some((one) => one === technique || one.startsWith(`${technique}.`))) &&
      (query.correlated === undefined || String(isCorrelated(rule.id)) === query.correlated),
  );
}

function isAmong<Value>(wanted: readonly Value[] | undefined, value: Value): boolean {
  return wanted === undefined || wanted.length === 0 || wanted.includes(value);
}

export function sortSummaries(rules: readonly Summary[], sort: z.output<typeof RuleQuery>["sort"]): Summary[] {
  const byTitle = (a: Summary, b: Summary): number => (a.title < b.title ? -1 : a.title > b.title ? 1 : 0);
  return [...rules].sort((a, b) => {
    if (sort === "level") return severityRank(b.level) - severityRank(a.level) || byTitle(a, b);
    if (sort === "fired") return b.firedCount - a.firedCount || byTitle(a, b);
    return byTitle(a, b);
  });
}
