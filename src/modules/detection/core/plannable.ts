import type { ContentProblem } from "../../../kernel/index.ts";
import type { Placed, RuleDocument, Standing, Standings } from "./references.ts";
import { type Correlation, partOf, planCorrelations } from "./sigma/index.ts";

/**
 * The correlation a rule was made for when an old aggregation was translated; such a rule has no life of its own.
 * The correlation must name it: what a text merely claims binds nobody.
 */
export function mainOf(
  rule: RuleDocument,
  find: (id: string) => { readonly rule: RuleDocument } | undefined,
): Correlation | undefined {
  const id = rule.kind === "detection" ? partOf(rule) : undefined;
  const main = id === undefined ? undefined : find(id)?.rule;
  return main?.kind === "correlation" && main.rules.some(({ text }) => text === rule.id) ? main : undefined;
}

/** What the correlator would refuse does not run here either, and says why; the parts of what does not run rest too. */
export function withPlan<Entry extends Placed>(
  entries: ReadonlyMap<string, Entry>,
  standings: Standings<Entry>,
): Standings<Entry> {
  const refused = refusals(entries, standings);
  const ofAlone = (id: string): Standing<Entry> => {
    const standing = standings.of(id);
    const problems = refused.get(id);
    if (problems === undefined) return standing;
    return { ...standing, runs: false, problems: [...standing.problems, ...problems] };
  };
  return {
    of: (id) => {
      const standing = ofAlone(id);
      const entry = entries.get(id);
      const main = entry === undefined ? undefined : mainOf(entry.rule, (one) => entries.get(one));
      return main === undefined || ofAlone(main.id).runs ? standing : { ...standing, runs: false };
    },
    usersOf: (id) => standings.usersOf(id),
  };
}

function refusals<Entry extends Placed>(
  entries: ReadonlyMap<string, Entry>,
  standings: Standings<Entry>,
): ReadonlyMap<string, readonly ContentProblem[]> {
  const running = [...entries.values()].flatMap(({ rule }) => (standings.of(rule.id).runs ? [rule] : []));
  const correlations = running.filter((rule) => rule.kind === "correlation");
  if (correlations.length === 0) return new Map();
  const { plan, rejected } = planCorrelations(
    correlations,
    running.filter((rule) => rule.kind === "detection"),
  );
  const planned = new Set(plan.nodes.map(({ correlation }) => correlation.id));
  const refused = new Map<string, ContentProblem[]>(
    correlations.flatMap(({ id }): [string, ContentProblem[]][] => (planned.has(id) ? [] : [[id, []]])),
  );
  const byFile = Map.groupBy(correlations, ({ file }) => file);
  for (const problem of rejected)
    refused.get(ownerOf(problem, byFile.get(problem.file) ?? [])?.id ?? "")?.push(problem);
  return refused;
}

/** A problem names its file and line: it is about the last correlation of the file that begins before it. */
function ownerOf({ line }: ContentProblem, ofFile: readonly Correlation[]): Correlation | undefined {
  return ofFile.reduce<Correlation | undefined>(
    (owner, one) => (one.line <= line && (owner === undefined || one.line > owner.line) ? one : owner),
    undefined,
  );
}
