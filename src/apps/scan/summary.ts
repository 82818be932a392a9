import { SEVERITIES, type Severity, severityRank, toIso } from "../../kernel/index.ts";
import type { ScanTally } from "./pool.ts";
import { printable } from "./progress.ts";
import type { ScanCorrelation, ScanFinding, ScanRule } from "./protocol.ts";

export interface RuleCount {
  readonly rule: ScanRule;
  count: number;
  first: number;
  last: number;
  readonly files: Set<string>;
}

/** The stable shape of `khien scan --ndjson`: one object per rule and event, or per correlation that came true. */
export function findingRecord(finding: ScanFinding, rules: readonly ScanRule[]) {
  const rule = rules[finding.rule];
  return {
    rule: { id: rule?.id, title: rule?.title, level: rule?.level, author: rule?.author ?? null },
    file: finding.file,
    line: finding.line,
    time: finding.timeMissing ? null : toIso(finding.time),
    fields: finding.fields,
    ...(finding.correlation === undefined ? {} : { correlation: correlationRecord(finding.correlation, rules) }),
  };
}

function correlationRecord(found: ScanCorrelation, rules: readonly ScanRule[]) {
  const titles = new Map(rules.map(({ id, title }) => [id, title]));
  return {
    from: toIso(found.from),
    to: toIso(found.to),
    count: found.count,
    value: found.value,
    group: found.group,
    events: found.events.map(({ file, line, time, ruleId }) => ({
      file,
      line,
      time: toIso(time),
      rule: { id: ruleId, title: titles.get(ruleId) },
    })),
  };
}

/** Correlations listed with their events, and events of each, in what a person reads. */
const SHOWN_CORRELATIONS = 50;
const SHOWN_EVENTS = 10;

/** Counts of a scan by rule, kept while it runs. */
export class Summary {
  readonly #rules: readonly ScanRule[];
  readonly #byRule = new Map<number, RuleCount>();
  /** The first of them, with their events. */
  readonly correlations: { readonly rule: ScanRule; readonly found: ScanCorrelation }[] = [];

  constructor(rules: readonly ScanRule[]) {
    this.#rules = rules;
  }

  add(finding: ScanFinding): void {
    const rule = this.#rules[finding.rule];
    if (rule === undefined) return;
    const known = this.#byRule.get(finding.rule);
    const entry = known ?? { rule, count: 0, first: finding.time, last: finding.time, files: new Set<string>() };
    if (known === undefined) this.#byRule.set(finding.rule, entry);
    entry.count += 1;
    entry.first = Math.min(entry.first, finding.correlation?.from ?? finding.time);
    entry.last = Math.max(entry.last, finding.time);
    entry.files.add(finding.file);
    if (finding.correlation === undefined) return;
    for (const { file } of finding.correlation.events) entry.files.add(file);
    if (this.correlations.length < SHOWN_CORRELATIONS) this.correlations.push({ rule, found: finding.correlation });
  }

  /** Most severe first, then most frequent, then by title: the same for the same input. */
  rows(): RuleCount[] {
    return [...this.#byRule.values()].sort(
      (a, b) =>
        severityRank(b.rule.level) - severityRank(a.rule.level) ||
        b.count - a.count ||
        (a.rule.title < b.rule.title ? -1 : 1),
    );
  }

  levels(): { level: Severity; rules: number; count: number }[] {
    const rows = this.rows();
    return SEVERITIES.toReversed().map((level) => {
      const mine = rows.filter(({ rule }) => rule.level === level);
      return { level, rules: mine.length, count: mine.reduce((sum, { count }) => sum + count, 0) };
    });
  }

  toJson(tally: ScanTally) {
    return {
      ...tally,
      levels: this.levels(),
      rules: this.rows().map(({ rule, count, first, last, files }) => ({
        id: rule.id,
        title: rule.title,
        level: rule.level,
        author: rule.author ?? null,
        licence: rule.licence ?? null,
        count,
        first: toIso(first),
        last: toIso(last),
        files: files.size,
      })),
    };
  }
}

/** What a person reads at the end of a scan. */
export function summaryTable(summary: Summary, done: { tally: ScanTally; problems: number }): string {
  const lines: string[] = [];
  const { tally } = done;
  lines.push(
    `${tally.events} events in ${tally.files} files; ${tally.unparsed} not understood; ${done.problems} problems reading`,
  );
  if (tally.outsideTime > 0) lines.push(`${tally.outsideTime} events outside --since/--until were left out`);
  lines.push("");
  const levels = summary.levels().filter(({ count }) => count > 0);
  if (levels.length === 0) return `${lines.join("\n")}No rule matched.\n`;
  lines.push(row(["LEVEL", "RULES", "FINDINGS"]));
  for (const { level, rules, count } of levels) lines.push(row([level, String(rules), String(count)]));
  lines.push("");
  lines.push(
    `${"LEVEL".padEnd(14)}${"FINDINGS".padStart(9)}${"FILES".padStart(7)}  FIRST SEEN            RULE (AUTHOR)`,
  );
  for (const { rule, count, first, files } of summary.rows()) {
    const author = rule.author === undefined ? "" : ` (${printable(rule.author)})`;
    lines.push(
      `${rule.level.padEnd(14)}${String(count).padStart(9)}${String(files.size).padStart(7)}  ${toIso(first).slice(0, 19)}Z  ${printable(rule.title)}${author}`,
    );
  }
  for (const { rule, found } of summary.correlations) lines.push("", ...correlationLines(rule, found));
  return `${lines.join("\n")}\n`;
}

function correlationLines(rule: ScanRule, found: ScanCorrelation): string[] {
  const group = found.group.map(({ field, value }) => `${field} ${value}`).join(", ");
  const about = group === "" ? "" : ` (${group})`;
  const shown = found.events.slice(0, SHOWN_EVENTS);
  const more = found.count - shown.length;
  return [
    printable(`${rule.level} ${rule.title}${about}: ${found.count} events, ${toIso(found.from)} to ${toIso(found.to)}`),
    ...shown.map(({ file, line, time }) => `  ${toIso(time)}  ${printable(`${file}:${line}`)}`),
    ...(more > 0 ? [`  and ${more} more`] : []),
  ];
}

function row(cells: readonly [string, string, string]): string {
  return `${cells[0].padEnd(14)}${cells[1].padStart(7)}${cells[2].padStart(10)}`;
}
