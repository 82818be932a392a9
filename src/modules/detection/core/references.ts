/**
 * Who names whom among the documents of a library: correlations and filters refer to rules by id or by name, and what
 * they refer to may be missing, off, ambiguous or themselves.
 */
import type { ContentProblem } from "../../../kernel/index.ts";
import { MAX_CHAIN_DEPTH } from "./sigma/correlation/limits.ts";
import type { Correlation, Rule, RuleReference, SigmaFilter } from "./sigma/index.ts";

export type RuleDocument = Rule | Correlation | SigmaFilter;

export interface Placed {
  readonly rule: RuleDocument;
  readonly enabled: boolean;
}

export interface Resolved<Entry extends Placed> {
  readonly reference: RuleReference;
  /** Undefined: missing or ambiguous. */
  readonly entry: Entry | undefined;
}

/** What the library says of one document. */
export interface Standing<Entry extends Placed> {
  /** In the order written; empty for detections and for filters on any rule. */
  readonly names: readonly Resolved<Entry>[];
  readonly runs: boolean;
  readonly problems: readonly ContentProblem[];
}

export interface Standings<Entry extends Placed> {
  of(id: string): Standing<Entry>;
  /** Correlations and filters that name this document. */
  usersOf(id: string): readonly Entry[];
}

/** `unfit` says what keeps a document from running whatever it refers to. */
export function judgeReferences<Entry extends Placed>(
  entries: ReadonlyMap<string, Entry>,
  unfit: (rule: RuleDocument) => readonly ContentProblem[] = () => [],
): Standings<Entry> {
  const byName = namesOf(entries);
  const standings = new Map<string, Standing<Entry>>();
  const users = new Map<string, Entry[]>();
  for (const [id, entry] of entries) {
    const standing = fit(judge(entry, { entries, byName }), unfit(entry.rule));
    standings.set(id, standing);
    for (const { entry: named } of standing.names) {
      if (named === undefined) continue;
      const known = users.get(named.rule.id);
      if (known === undefined) users.set(named.rule.id, [entry]);
      // All names of one document come one after the other.
      else if (known.at(-1) !== entry) known.push(entry);
    }
  }
  settle(entries, standings);
  const nothing: Standing<Entry> = { names: [], runs: false, problems: [] };
  return { of: (id) => standings.get(id) ?? nothing, usersOf: (id) => users.get(id) ?? [] };
}

function fit<Entry extends Placed>(standing: Standing<Entry>, unfit: readonly ContentProblem[]): Standing<Entry> {
  if (unfit.length === 0) return standing;
  return { ...standing, runs: false, problems: [...standing.problems, ...unfit] };
}

interface Known<Entry> {
  readonly entries: ReadonlyMap<string, Entry>;
  readonly byName: ReadonlyMap<string, readonly Entry[]>;
}

function namesOf<Entry extends Placed>(entries: ReadonlyMap<string, Entry>): Map<string, Entry[]> {
  const byName = new Map<string, Entry[]>();
  for (const entry of entries.values()) {
    const { name } = entry.rule;
    if (name === undefined) continue;
    const known = byName.get(name);
    if (known === undefined) byName.set(name, [entry]);
    else known.push(entry);
  }
  return byName;
}

function judge<Entry extends Placed>(entry: Entry, known: Known<Entry>): Standing<Entry> {
  const { rule, enabled } = entry;
  if (rule.kind === "detection" || rule.rules === "any") return { names: [], runs: enabled, problems: [] };
  const problems: ContentProblem[] = [];
  const names = rule.rules.flatMap((reference): Resolved<Entry>[] => {
    const named = lookUp(reference.text, known);
    problems.push(...misgivings(reference, { from: rule, named }));
    // A filter narrows every rule of the name it states; a correlation could not tell which of them it means.
    if (rule.kind === "filter" && named.length > 1) return named.map((one) => ({ reference, entry: one }));
    return [{ reference, entry: named.length === 1 ? named[0] : undefined }];
  });
  if (rule.kind === "correlation") {
    // Without one of its rules it would count something else than its author meant.
    return { names, runs: enabled && names.every(({ entry: named }) => named !== undefined), problems };
  }
  const serves = names.some(({ entry: named }) => named?.enabled === true && fits(rule, named.rule));
  if (names.some(({ entry: named }) => named !== undefined && fits(rule, named.rule)) && !serves)
    problems.push({
      file: rule.file,
      line: rule.line,
      code: "detection.filter.idle",
      message: "the rules it names are off",
    });
  return { names, runs: enabled && serves, problems };
}

function lookUp<Entry extends Placed>(text: string, { entries, byName }: Known<Entry>): readonly Entry[] {
  const exact = entries.get(text);
  return exact === undefined ? (byName.get(text) ?? []) : [exact];
}

function misgivings<Entry extends Placed>(
  { text, line }: RuleReference,
  { from, named }: { readonly from: Correlation | SigmaFilter; readonly named: readonly Entry[] },
): ContentProblem[] {
  const at = { file: from.file, line };
  if (named.length === 0) {
    const message = `no rule with the id or name "${text}" is here`;
    return [{ ...at, code: "detection.reference.missing", message, hint: "import the rule it names" }];
  }
  if (from.kind === "filter") {
    return named.flatMap(({ rule }) => {
      const problem = misfit(from, rule, at);
      return problem === undefined ? [] : [problem];
    });
  }
  if (named.length > 1) {
    const message = `"${text}" is the name of ${named.length} rules`;
    return [{ ...at, code: "detection.reference.ambiguous", message, hint: "refer to the rule by its id" }];
  }
  const [only] = named;
  if (only?.rule.kind !== "filter") return [];
  const message = `"${text}" is a filter, which finds nothing`;
  return [{ ...at, code: "detection.correlation.kind", message, hint: "name rules and correlations" }];
}

function misfit(
  filter: SigmaFilter,
  rule: RuleDocument,
  at: { readonly file: string; readonly line: number },
): ContentProblem | undefined {
  if (rule.kind !== "detection") {
    const message = `"${rule.title}" is a ${rule.kind}; filters narrow detection rules`;
    return { ...at, code: "detection.filter.kind", message };
  }
  const parts = ["product", "category", "service"] as const;
  const wrong = parts.find(
    (part) => filter.logsource[part] !== undefined && filter.logsource[part] !== rule.logsource[part],
  );
  if (wrong === undefined) return undefined;
  const message = `"${rule.title}" looks at ${wrong} ${rule.logsource[wrong] ?? "(any)"}, the filter at ${filter.logsource[wrong]}`;
  const hint = "give the filter the log source of the rule";
  return { ...at, code: "detection.filter.logsource", message, hint };
}

function fits(filter: SigmaFilter, rule: RuleDocument): boolean {
  return misfit(filter, rule, { file: "", line: 0 }) === undefined;
}

/**
 * What runs must refer to nothing but what runs; whatever is part of a circle never does. From the bottom up, each
 * correlation once: an import may hold tens of thousands in one chain.
 */
function settle<Entry extends Placed>(
  entries: ReadonlyMap<string, Entry>,
  standings: Map<string, Standing<Entry>>,
): void {
  const above = new Map<string, string[]>();
  const open = new Map<string, number>();
  for (const { rule } of entries.values()) {
    if (rule.kind !== "correlation") continue;
    const lower = (standings.get(rule.id)?.names ?? []).filter(({ entry }) => entry?.rule.kind === "correlation");
    open.set(rule.id, lower.length);
    for (const { entry } of lower) {
      const id = entry?.rule.id ?? "";
      const known = above.get(id);
      if (known === undefined) above.set(id, [rule.id]);
      else known.push(rule.id);
    }
  }
  const depths = new Map<string, number>();
  const ready = [...open].flatMap(([id, count]) => (count === 0 ? [id] : []));
  for (let id = ready.pop(); id !== undefined; id = ready.pop()) {
    const standing = standings.get(id) as Standing<Entry>;
    const rule = entries.get(id)?.rule as Correlation;
    const depth =
      1 + standing.names.reduce((most, { entry }) => Math.max(most, depths.get(entry?.rule.id ?? "") ?? 0), 0);
    depths.set(id, depth);
    standings.set(id, depth > MAX_CHAIN_DEPTH ? tooDeep(standing, rule) : withBases(standing, rule, standings));
    open.delete(id);
    for (const upper of above.get(id) ?? []) {
      const left = (open.get(upper) ?? 0) - 1;
      open.set(upper, left);
      if (left === 0) ready.push(upper);
    }
  }
  for (const id of open.keys()) {
    const rule = entries.get(id)?.rule as Correlation;
    const standing = standings.get(id) as Standing<Entry>;
    const message = "it refers to itself, directly or through other correlations";
    const problem = { file: rule.file, line: rule.line, code: "detection.correlation.circle", message };
    standings.set(id, { ...standing, runs: false, problems: [...standing.problems, problem] });
  }
}

function tooDeep<Entry extends Placed>(standing: Standing<Entry>, rule: Correlation): Standing<Entry> {
  const message = `more than ${MAX_CHAIN_DEPTH} correlations one above the other`;
  const problem = { file: rule.file, line: rule.line, code: "detection.correlation.depth", message };
  return { ...standing, runs: false, problems: [...standing.problems, problem] };
}

function withBases<Entry extends Placed>(
  standing: Standing<Entry>,
  rule: Correlation,
  standings: ReadonlyMap<string, Standing<Entry>>,
): Standing<Entry> {
  const idle = standing.names.filter(({ entry }) => entry !== undefined && !standings.get(entry.rule.id)?.runs);
  if (idle.length === 0) return standing;
  const problems = idle.map(({ reference, entry }) => ({
    file: rule.file,
    line: reference.line,
    code: "detection.correlation.idle_rule",
    message: `"${entry?.rule.title ?? reference.text}" does not run, so this cannot come true`,
    hint: "turn that rule on",
  }));
  return { ...standing, runs: false, problems: [...standing.problems, ...problems] };
}
