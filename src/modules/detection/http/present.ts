import { type ContentProblem, toIso } from "../../../kernel/index.ts";
import type { z } from "../../../platform/schema/index.ts";
import { nameOfDay } from "../core/days.ts";
import { plainSource } from "../core/data-source.ts";
import type { Resolved } from "../core/references.ts";
import type { Bound, Correlation } from "../core/sigma/index.ts";
import type { HiddenCount } from "../counts/store.ts";
import { vietnameseOf } from "../engine.ts";
import type { Preview } from "../exceptions/preview.ts";
import { type LibraryException, type LibraryRule, OWN } from "../library/catalogue.ts";
import type { ImportOutcome } from "../library/imports.ts";
import type { RuleLibrary } from "../library/library.ts";
import type { RuleFigures } from "../library/statistics.ts";
import type {
  Exception,
  ExceptionPreview,
  RuleDetail,
  RuleImport,
  RuleImportReport,
  RuleProblem,
  RuleStats,
} from "../schemas.ts";
import type { ImportRecord } from "../store.ts";
import type { Summary } from "./listing.ts";

type Detail = z.input<typeof RuleDetail>;

export function presentDetail(
  known: LibraryRule,
  { library, rule: summary }: { library: RuleLibrary; rule: Summary },
): Detail {
  const { rule, tuning } = known;
  const { names, problems } = library.standingOf(rule.id);
  const vi = vietnameseOf(rule);
  return {
    rule: summary,
    text: known.text,
    file: rule.file,
    version: rule.version,
    description: rule.description ?? null,
    descriptionVi: vi.description,
    falsePositives: [...rule.falsepositives],
    falsePositivesVi: vi.falsePositives,
    references: [...rule.references],
    date: rule.date ?? null,
    modified: rule.modified ?? null,
    correlation: rule.kind === "correlation" ? presentCorrelation(rule, names) : null,
    filter: rule.kind === "filter" ? { rules: rule.rules === "any" ? "any" : names.map(presentReference) } : null,
    usedBy: library.usersOf(rule.id).map(({ rule: { id, title, kind } }) => ({ id, title, kind })),
    related: rule.related.map(({ id, type }) => ({ id, type, title: library.find(id)?.rule.title ?? null })),
    suppression: tuning.suppression === null ? null : { ...tuning.suppression, fields: [...tuning.suppression.fields] },
    levelOverride: tuning.level,
    editable: known.origin === OWN,
    problems: problems.map(presentProblem),
  };
}

function presentCorrelation(
  rule: Correlation,
  names: readonly Resolved<LibraryRule>[],
): NonNullable<Detail["correlation"]> {
  const { condition } = rule;
  return {
    type: rule.type,
    timespanMs: rule.timespanMs,
    groupBy: [...rule.groupBy],
    rules: names.map(presentReference),
    condition: condition.kind === "boolean" ? condition.text : condition.bounds.map(boundText).join(" "),
    generate: rule.generate,
    latenessMs: rule.latenessMs,
    suppressMs: rule.suppressMs,
  };
}

function boundText({ operator, value }: Bound): string {
  return `${operator} ${value}`;
}

function presentReference({ reference, entry }: Resolved<LibraryRule>) {
  return {
    id: entry?.rule.id ?? reference.text,
    title: entry?.rule.title ?? null,
    found: entry !== undefined,
    enabled: entry?.enabled ?? false,
  };
}

export function presentProblem({ file, line, code, message, hint }: ContentProblem): z.input<typeof RuleProblem> {
  return { file, line, code, message, hint: hint ?? null };
}

export function presentStats(figures: RuleFigures): z.input<typeof RuleStats> {
  const { fired, verdicts, correlation } = figures;
  return {
    fired: fired.count,
    firstFiredAt: fired.firstAt === null ? null : toIso(fired.firstAt),
    lastFiredAt: fired.lastAt === null ? null : toIso(fired.lastAt),
    perDay: figures.perDay.map(({ day, findings }) => ({ day: nameOfDay(day), findings })),
    verdicts: {
      truePositive: verdicts.get("true_positive") ?? 0,
      falsePositive: verdicts.get("false_positive") ?? 0,
      benign: verdicts.get("benign") ?? 0,
      other: verdicts.get("duplicate") ?? 0,
      open: verdicts.get(null) ?? 0,
    },
    truePositiveRate: figures.truePositiveRate,
    hidden: figures.hidden.map(({ filterId, title, count, lastAt }) => ({
      filterId,
      title,
      count,
      lastAt: toIso(lastAt),
    })),
    suppressed: figures.suppressed,
    correlation:
      correlation === null
        ? null
        : {
            groups: correlation.groups,
            held: correlation.held,
            findings: correlation.findings,
            suppressed: correlation.suppressed,
            late: correlation.late,
            ungrouped: correlation.ungrouped,
            ahead: correlation.ahead,
            evicted: correlation.evicted,
          },
  };
}

export function presentException(
  { record, text, problems }: LibraryException,
  { library, hidden }: { library: RuleLibrary; hidden: HiddenCount | undefined },
): z.input<typeof Exception> {
  return {
    id: record.id,
    ruleId: record.ruleId,
    ruleTitle: library.find(record.ruleId)?.rule.title ?? null,
    title: record.title,
    reason: record.reason,
    owner: record.owner,
    createdAt: toIso(record.createdAt),
    createdBy: record.createdBy,
    from: record.from === null ? null : toIso(record.from),
    until: record.until === null ? null : toIso(record.until),
    state: library.exceptionState(record),
    text,
    tests: record.tests === null ? null : record.tests.map((test) => ({ ...test, values: [...test.values] })),
    hidden: hidden?.count ?? 0,
    lastHiddenAt: hidden === undefined ? null : toIso(hidden.lastAt),
    problems: problems.map(presentProblem),
  };
}

export function presentPreview(preview: Preview): z.input<typeof ExceptionPreview> {
  return {
    days: preview.days,
    findings: preview.findings,
    alerts: preview.alerts,
    perDay: preview.perDay.map(({ day, findings, hidden }) => ({ day: nameOfDay(day), findings, hidden })),
    truePositives: preview.truePositives.map(({ alertId, alertTitle, eventId, time }) => ({
      alertId,
      title: alertTitle,
      eventId,
      at: toIso(time),
    })),
    sample: preview.sample.map(({ eventId, time, host }) => ({
      eventId,
      at: toIso(time),
      host,
      hidden: true as const,
    })),
    unreadable: preview.unreadable,
  };
}

export function presentImport(record: ImportRecord): z.input<typeof RuleImport> {
  return { ...record, at: toIso(record.at) };
}

export function presentOutcome(outcome: ImportOutcome): z.input<typeof RuleImportReport> {
  return {
    import: presentImport(outcome.record),
    problems: outcome.problems.map(presentProblem),
    noDataSource: outcome.noDataSource.map(({ ruleId, title, logsource }) => ({
      ruleId,
      title,
      logsource: plainSource(logsource),
    })),
  };
}
