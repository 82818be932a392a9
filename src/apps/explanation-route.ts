import { Fault } from "../kernel/index.ts";
import { Explanation } from "../modules/alerts/schemas.ts";
import { type Route, route } from "../platform/http/index.ts";
import { z } from "../platform/schema/index.ts";
import type { Parts } from "./wire.ts";

const IdParams = z.object({ id: z.string().regex(/^[0-9a-f]{32}$/u) });
type Told = z.input<typeof Explanation>;

/** Why a finding fired. Needs the finding (alerts), the event (lake) and the rule (detection), so it is put together here. */
export function explanationRoute({ alerts, lake, rules }: Pick<Parts, "alerts" | "lake" | "rules">): Route {
  return route({
    method: "GET",
    path: "/api/v1/findings/:id/explanation",
    summary: "Why a rule fired on an event: matching lines of the rule and matching parts of the event",
    access: "alerts.read",
    audit: "read",
    params: IdParams,
    reply: Explanation,
    handle: async ({ params, signal }): Promise<Told> => {
      const finding = await alerts.finding(params.id);
      const event = await lake.store.event(finding.eventId, { near: finding.time, signal });
      if (event === undefined)
        throw new Fault("missing", "lake.event.missing", "the event is no longer kept", { id: finding.eventId });
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
        findingId: finding.id,
        ruleText: text,
        matched,
        selections: explanation.selections.map(({ name, holds }) => ({ name, holds })),
        condition: explanation.conditions.map((condition) => condition.text).join(" | "),
      };
    },
  });
}
