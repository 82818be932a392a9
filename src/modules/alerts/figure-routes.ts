import { Fault, toIso } from "../../kernel/index.ts";
import type { Clock } from "../../platform/clock/index.ts";
import { type Route, route } from "../../platform/http/index.ts";
import type { Figure } from "./core/figures.ts";
import type { FigureGroup, TriageFigures } from "./figures.ts";
import { METRIC_RANGE_MS } from "./limits.ts";
import { AlertFigures, FiguresQuery } from "./schemas.ts";
import type { NameOfUser } from "./triage-routes.ts";
import type { Triage } from "./triage.ts";

export function figureRoutes(desk: {
  readonly figures: TriageFigures;
  readonly triage: Triage;
  readonly clock: Clock;
  readonly nameOfUser: NameOfUser;
}): Route[] {
  const { figures, triage, clock, nameOfUser } = desk;
  return [
    route({
      method: "GET",
      path: "/api/v1/alert-figures",
      summary: "How long work on alerts takes: the metrics of docs/metrics.md, of alerts created in a range",
      access: "alerts.read",
      audit: "read",
      query: FiguresQuery,
      reply: AlertFigures,
      ratePerMinute: 60,
      handle: async ({ query }) => {
        const { by, level, rule, exercise } = query;
        const [from, to] = [Date.parse(query.from), Date.parse(query.to)];
        if (to <= from || to - from > METRIC_RANGE_MS)
          throw new Fault("invalid", "alerts.figures.range", "the range is empty or longer than two years");
        if (by === "person" && !triage.policy.figuresByPerson)
          throw new Fault(
            "forbidden",
            "alerts.figures.by_person",
            "figures by person are switched off (content/triage)",
          );
        const found = await figures.ask({
          from,
          to,
          exercise,
          ...(by === undefined ? {} : { by }),
          ...(level === undefined ? {} : { level }),
          ...(rule === undefined ? {} : { ruleId: rule }),
        });
        const groups = by === "person" ? await named(found.groups, nameOfUser) : found.groups;
        return {
          now: toIso(clock.now()),
          alerts: found.alerts,
          figures: plain(found.figures),
          before: { alerts: found.before.alerts, figures: plain(found.before.figures) },
          bucketMs: found.bucketMs,
          overTime: found.overTime.map(({ start, figures: each }) => ({ start: toIso(start), figures: plain(each) })),
          groups: groups.map((group) => ({ ...group, figures: plain(group.figures) })),
        };
      },
    }),
  ];
}

const plain = (figures: readonly Figure[]): Figure[] => [...figures];

async function named(groups: readonly FigureGroup[], nameOfUser: NameOfUser): Promise<FigureGroup[]> {
  const known: FigureGroup[] = [];
  for (const group of groups) known.push({ ...group, title: (await nameOfUser(group.key)) ?? null });
  return known;
}
