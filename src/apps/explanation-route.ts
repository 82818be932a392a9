import { Fault, type KhienEvent, toIso } from "../kernel/index.ts";
import { type FindingRecord, presentCorrelation } from "../modules/alerts/index.ts";
import { Explanation } from "../modules/alerts/schemas.ts";
import { type Correlation, vietnameseOf } from "../modules/detection/index.ts";
import { matchedParts } from "../modules/hunts/index.ts";
import { type Principal, type Route, route } from "../platform/http/index.ts";
import { z } from "../platform/schema/index.ts";
import type { Parts } from "./wire.ts";

const IdParams = z.object({ id: z.string().regex(/^[0-9a-f]{32}$/u) });
type Told = z.input<typeof Explanation>;
/** Findings of scheduled hunts carry this before the hunt's id. */
const HUNT_RULE = "hunt:";

/** Why a finding fired. Needs the finding (alerts), the event (lake) and the rule (detection), so it is put together here. */
export function explanationRoute(parts: Pick<Parts, "alerts" | "lake" | "rules" | "savedHunts">): Route {
  const { alerts, lake, rules } = parts;
  return route({
    method: "GET",
    path: "/api/v1/findings/:id/explanation",
    summary: "Why an alert: what matched of the event, the events a correlation counted, or the row a hunt found",
    access: "alerts.read",
    audit: "read",
    params: IdParams,
    reply: Explanation,
    handle: async ({ params, who, signal }): Promise<Told> => {
      const finding = await alerts.finding(params.id);
      if (finding.correlation !== null) return explainCorrelation(rules, finding, finding.correlation);
      if (finding.ruleId.startsWith(HUNT_RULE)) return await explainHunt(parts, finding, { who, signal });
      const event = await lake.store.event(finding.eventId, { near: finding.time, signal });
      if (event === undefined)
        throw new Fault("missing", "lake.event.missing", "the event is no longer kept", { id: finding.eventId });
      return explainMatch(rules, finding, event);
    },
  });
}

function explainMatch(
  rules: Parts["rules"],
  finding: FindingRecord,
  event: Pick<KhienEvent, "logsource" | "fields" | "raw">,
): Told {
  const { text, explanation } = rules.explain(finding.ruleId, event);
  const matched = explanation.selections.flatMap((selection) =>
    selection.items.flatMap((item) =>
      item.hits.map((hit) => ({
        selection: selection.name,
        line: hit.line,
        field: hit.field ?? null,
        value: hit.value,
        ranges: hit.spans.map(({ start, end }) => ({ from: start, to: end })),
      })),
    ),
  );
  return {
    kind: "detection",
    findingId: finding.id,
    ruleText: text,
    matched,
    selections: explanation.selections.map(({ name, holds }) => ({ name, holds })),
    condition: explanation.conditions.map((condition) => condition.text).join(" | "),
    correlation: null,
    hunt: null,
  };
}

/** What counted is in the finding itself: it can be told when the events are no longer kept. */
function explainCorrelation(
  rules: Parts["rules"],
  finding: FindingRecord,
  part: NonNullable<FindingRecord["correlation"]>,
): Told {
  const { rule, text } = rules.get(finding.ruleId);
  if (rule.kind !== "correlation")
    throw new Fault("missing", "detection.rule.missing", "the rule is no correlation any more", { id: rule.id });
  const events = new Map<string, number>();
  for (const { ruleId } of part.events) events.set(ruleId, (events.get(ruleId) ?? 0) + 1);
  return {
    kind: "correlation",
    findingId: finding.id,
    ruleText: text,
    matched: [],
    selections: [],
    condition: conditionText(rule),
    correlation: {
      ...presentCorrelation(part),
      type: rule.type,
      timespanMs: rule.timespanMs,
      rules: [...events].map(([id, count]) => {
        const base = rules.find(id)?.rule;
        return {
          id,
          title: base?.title ?? null,
          titleVi: base === undefined ? null : vietnameseOf(base).title,
          events: count,
        };
      }),
    },
    hunt: null,
  };
}

function conditionText({ condition }: Correlation): string {
  if (condition.kind === "boolean") return condition.text;
  const bounds = condition.bounds.map(({ operator, value }) => `${operator} ${value}`).join(" ");
  return condition.fields.length === 0 ? bounds : `${condition.fields.join(", ")} ${bounds}`;
}

/** The row is remembered with the question as it was; hunt and event are shown as far as they still exist. */
async function explainHunt(
  { alerts, lake, savedHunts }: Pick<Parts, "alerts" | "lake" | "savedHunts">,
  finding: FindingRecord,
  { who, signal }: { readonly who: Principal; readonly signal: AbortSignal },
): Promise<Told> {
  const huntId = finding.ruleId.slice(HUNT_RULE.length);
  const { row, hunt } = await savedHunts.raisedBy({ id: finding.id, huntId }, who);
  const query = row?.query ?? hunt?.query ?? "";
  const lookbackMs = hunt?.schedule?.lookbackMs ?? null;
  const isEvent = row === undefined || row.columns.length === 0;
  const event = isEvent ? await lake.store.event(finding.eventId, { near: finding.time, signal }) : undefined;
  return {
    kind: "hunt",
    findingId: finding.id,
    ruleText: query,
    matched: event === undefined ? [] : matchedParts(query, event),
    selections: [],
    condition: "",
    correlation: null,
    hunt: {
      id: huntId,
      name: hunt?.name ?? row?.huntName ?? (await alerts.get(finding.alertId)).alert.rule.title,
      kept: hunt !== undefined,
      changed: hunt !== undefined && row !== undefined && hunt.query !== row.query,
      query,
      from: toIso(row?.from ?? finding.detectedAt - (lookbackMs ?? 0)),
      to: toIso(row?.to ?? finding.detectedAt),
      columns: [...(row?.columns ?? [])],
      cells: [...(row?.cells ?? [])],
      timing: hunt?.schedule?.enabled === true ? hunt.schedule.timing : null,
      lookbackMs,
    },
  };
}
