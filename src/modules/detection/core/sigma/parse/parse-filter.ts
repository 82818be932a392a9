/**
 * One filter (Sigma filters specification 2.1): which rules it narrows, and its own selections and condition. They are
 * compiled apart from the rule (filtering.ts), so its names cannot meet the patterns of the rule's condition.
 */
import { Attributes, textOf } from "./attributes.ts";
import type { RuleReference } from "../correlation/correlation.ts";
import type { MapNode } from "./document.ts";
import { entryOf } from "./document.ts";
import type { SigmaFilter } from "../filter.ts";
import { MAX_FILTER_RULES } from "../limits.ts";
import { parseDetection } from "./parse-detection.ts";
import type { DocumentContext } from "./parse-metadata.ts";
import { ownBlock, parseLogSource, parseMetadata } from "./parse-metadata.ts";
import type { Detection } from "../rule.ts";
import { instantOf } from "../match/time.ts";

export function parseFilterDocument(root: MapNode, context: DocumentContext): SigmaFilter | undefined {
  const { complaints } = context;
  const outer = new Attributes(root, complaints);
  const metadata = parseMetadata(outer, context);
  const logsource = outer.map("logsource");
  const node = outer.map("filter");
  checkPeriod(root, context);
  if (logsource === undefined || node === undefined) return undefined;
  const filter = new Attributes(node, complaints);
  const rules = rulesOf(filter);
  if (rules === undefined) return undefined;
  return {
    kind: "filter",
    ...metadata,
    logsource: parseLogSource(logsource, complaints),
    rules,
    detection: detectionOf(filter),
  };
}

/** `any` and `all` (pySigma) mean every rule of the log source; an emptied list must not come to mean that. */
function rulesOf(filter: Attributes): SigmaFilter["rules"] | undefined {
  const node = filter.node("rules");
  if (node?.kind === "scalar" && /^(?:any|all)$/i.test(textOf(node))) return "any";
  const references = filter
    .strictList("rules")
    .map((item): RuleReference => ({ text: textOf(item).trim(), line: item.line }));
  if (references.length > 0 && references.length <= MAX_FILTER_RULES) return references;
  filter.complaints.add({
    line: filter.line("rules"),
    code: references.length === 0 ? "sigma.filter.rules" : "sigma.filter.too-many",
    message: references.length === 0 ? "the filter names no rules" : `more than ${MAX_FILTER_RULES} rules`,
    hint: `list ids or names, or write "rules: any" for all rules of the log source`,
  });
  return undefined;
}

function detectionOf(filter: Attributes): Detection {
  const { root, complaints } = filter;
  const condition = entryOf(root, "condition");
  if (condition?.value.kind === "list") {
    complaints.add({
      line: condition.line,
      code: "sigma.filter.condition",
      message: "a filter has one condition, not a list",
      hint: `combine them with "or"`,
    });
  }
  const entries = root.entries.filter(({ key }) => key !== "rules");
  return parseDetection({ ...root, entries }, complaints);
}

/** An exception counts from `from` until `until`; a time nobody can read must not make it last for ever. */
function checkPeriod(root: MapNode, { complaints }: DocumentContext): void {
  const own = ownBlock(root, complaints);
  for (const key of ["from", "until"] as const) {
    const text = own?.text(key);
    if (own === undefined || text === undefined || instantOf(text) !== undefined) continue;
    complaints.add({
      line: own.line(key),
      code: "sigma.filter.period",
      message: `"${text}" is not a point in time`,
      hint: "ISO 8601, such as 2026-12-31T00:00:00Z",
    });
  }
}
