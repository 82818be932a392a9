import { SEVERITIES, type Severity, severityRank, toIso } from "../../kernel/index.ts";
import type { Rule } from "../../modules/detection/matching.ts";
import type { ScanTally } from "./pool.ts";
import { printable } from "./progress.ts";
import type { ScanFinding } from "./protocol.ts";

export interface RuleCount {
  readonly rule: Rule;
  count: number;
  first: number;
  last: number;
  readonly files: Set<string>;
}

/** The stable shape of `khien scan --ndjson`: one object per rule and event. */
export function findingRecord(finding: ScanFinding, rules: readonly Rule[]) {
  const rule = rules[finding.rule];
  return {
    rule: { id: rule?.id, title: rule?.title, level: rule?.level, author: rule?.author ?? null },
    file: finding.file,
    line: finding.line,
    time: finding.timeMissing ? null : toIso(finding.time),
    fields: finding.fields,
  };
}

/** Counts of a scan by rule, kept while it runs. */
export class Summary {
  readonly #rules: readonly Rule[];
  readonly #byRule = new Map<number, RuleCount>();

  constructor(rules: readonly Rule[]) {
    this.#rules = rules;
  }

  add(finding: ScanFinding): void {
    const rule = this.#rules[finding.rule];
    if (rule === undefined) return;
    const known = this.#byRule.get(finding.rule);
    const entry = known ?? { rule, count: 0, first: finding.time, last: finding.time, files: new Set<string>() };
    if (known === undefined) this.#byRule.set(finding.rule, entry);
    entry.count += 1;
    entry.first = Math.min(entry.first, finding.time);
    entry.last = Math.max(entry.last, finding.time);
    entry.files.add(finding.file);
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
  return `${lines.join("\n")}\n`;
}

function row(cells: readonly [string, string, string]): string {
  return `${cells[0].padEnd(14)}${cells[1].padStart(7)}${cells[2].padStart(10)}`;
}
