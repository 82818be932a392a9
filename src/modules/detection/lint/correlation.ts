/** Checks on correlations and filters, and on what they refer to. */
import { severityRank } from "../../../kernel/index.ts";
import type { RuleDocument } from "../core/references.ts";
import type { Correlation, SigmaFilter } from "../core/sigma/index.ts";
import { needsText } from "./detection.ts";
import { judgeCondition } from "./logic.ts";
import { lineOf, mapOf } from "./nodes.ts";
import type { Subject } from "./remark.ts";

const DAY_MS = 86_400_000;
/** Longer windows hold state for every group all that time. */
const LONG_TIMESPAN_MS = 7 * DAY_MS;

export function checkCorrelation(subject: Subject): void {
  const { rule, root, report } = subject;
  if (rule?.kind !== "correlation") return;
  const block = mapOf(root, "correlation") ?? root;
  const line = lineOf(block, "type");
  const { condition, groupBy, timespanMs, latenessMs } = rule;
  if (groupBy.length === 0)
    report.add("correlation.no-group", line, "without group-by all events of the country count together", {
      hint: "name the host, user or address",
    });
  if (timespanMs > LONG_TIMESPAN_MS)
    report.add("correlation.long-timespan", lineOf(block, "timespan"), "the window is longer than a week", {
      hint: "state is held for all that time; rare groups are forgotten first",
    });
  if (latenessMs >= timespanMs)
    report.add("correlation.lateness", line, "events may be later than the window is long", {
      hint: "lower x-khien.lateness",
    });
  if (
    condition.kind === "threshold" &&
    rule.type === "event_count" &&
    condition.bounds.every(
      ({ operator, value }) => (operator === "gte" && value <= 1) || (operator === "gt" && value < 1),
    )
  )
    report.add("correlation.pointless-count", condition.line, "one event is enough: the rule alone says the same");
  if (rule.type.startsWith("temporal") && rule.rules.length < 2)
    report.add("correlation.one-rule", lineOf(block, "rules"), "a sequence needs two rules at least");
  const entity = own(rule)["entity"];
  if (typeof entity === "string" && groupBy.length > 0 && !groupBy.includes(entity))
    report.add("correlation.entity", line, `the entity ${entity} is not among group-by`, {
      hint: `alerts would group by ${groupBy[0]}`,
    });
  checkReferences(rule, subject);
}

export function checkFilter(subject: Subject): void {
  const { rule, root, report } = subject;
  if (rule?.kind !== "filter") return;
  const line = lineOf(root, "filter");
  if (rule.rules === "any") report.add("filter.any-rule", line, "the filter narrows every rule of its log source");
  for (const { expression, line: at } of rule.detection.conditions) {
    const judged = judgeCondition(expression);
    if (judged?.never === true) report.add("filter.hides-all", at, "the filter hides every match");
    if (expression.kind !== "not" && judged?.always !== true && !hasNegation(expression))
      report.add("filter.positive", at, "only events that fit the filter would still be found", {
        hint: `usually "not selection"`,
      });
    if (expression.kind === "not" && !needsText(expression.part, rule))
      report.add("filter.unguarded", at, "the filter hides matches without asking for any text", {
        hint: "name the program, the account, the host",
      });
  }
  checkReferences(rule, subject);
}

function hasNegation(condition: SigmaFilter["detection"]["conditions"][number]["expression"]): boolean {
  if (condition.kind === "not") return true;
  return condition.kind !== "selection" && condition.parts.some(hasNegation);
}

function checkReferences(rule: Correlation | SigmaFilter, { context, report }: Subject): void {
  const { known } = context;
  if (known === undefined || rule.rules === "any") return;
  for (const { text, line } of rule.rules) {
    const named = known.filter(({ id, name }) => id === text || name === text);
    if (named.length === 0) report.add("reference.missing", line, `no rule with the id or name "${text}" is here`);
    else if (rule.kind === "filter") checkFit(rule, { named, line }, { report });
    else if (named.every((one) => one.kind === "detection" && severityRank(one.level) > severityRank(rule.level)))
      report.add("correlation.level", line, `"${named[0]?.title}" alone is more severe than the correlation`);
  }
}

function checkFit(
  filter: SigmaFilter,
  { named, line }: { readonly named: readonly RuleDocument[]; readonly line: number },
  { report }: Pick<Subject, "report">,
): void {
  for (const one of named) {
    if (one.kind !== "detection") {
      report.add("reference.logsource", line, `"${one.title}" is a ${one.kind}; filters narrow detection rules`);
      continue;
    }
    const wrong = (["product", "category", "service"] as const).find(
      (part) => filter.logsource[part] !== undefined && filter.logsource[part] !== one.logsource[part],
    );
    if (wrong !== undefined)
      report.add("reference.logsource", line, `"${one.title}" looks at another ${wrong} than the filter`, {
        hint: "give the filter the rule's log source",
      });
  }
}

export function own(rule: RuleDocument): Readonly<Record<string, unknown>> {
  const block = rule.extras["x-khien"];
  return typeof block === "object" && block !== null ? (block as Record<string, unknown>) : {};
}
