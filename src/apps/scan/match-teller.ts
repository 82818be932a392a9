import type { KhienEvent } from "../../kernel/index.ts";
import { PlanInputs, type Rule } from "../../modules/detection/matching.ts";
import type { ReadRecord } from "../../modules/ingest/parsing.ts";
import type { ScanFinding, ScanSetup } from "./protocol.ts";

/** What a scanning thread tells of the matches of one rule. */
export interface MatchTeller {
  tell(event: KhienEvent, record: ReadRecord): ScanFinding;
}

const NO_FIELDS: ScanFinding["fields"] = Object.freeze(Object.create(null));

export function tellersOf(
  rules: readonly Rule[],
  { plan, quiet, logSourceMap }: Pick<ScanSetup, "plan" | "quiet" | "logSourceMap">,
): ReadonlyMap<Rule, MatchTeller> {
  const inputs = new PlanInputs(plan, rules, logSourceMap);
  return new Map(
    rules.map((rule, index) => {
      const isQuiet = quiet.has(rule.id);
      const tell = (event: KhienEvent, record: ReadRecord): ScanFinding =>
        withInput(inputs.of(rule, event), {
          rule: index,
          file: record.file,
          line: record.line,
          time: event.time,
          timeMissing: event.timeMissing === true,
          host: event.host ?? null,
          fields: isQuiet ? NO_FIELDS : event.fields,
          ...(isQuiet ? { quiet: true } : {}),
        });
      return [rule, { tell }];
    }),
  );
}

function withInput(correlates: ScanFinding["correlates"], finding: ScanFinding): ScanFinding {
  return correlates === undefined ? finding : { ...finding, correlates };
}
