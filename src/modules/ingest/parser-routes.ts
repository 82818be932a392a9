import type { Clock } from "../../platform/clock/index.ts";
import { type Route, route } from "../../platform/http/index.ts";
import type { ParserDefinition } from "./core/definitions/index.ts";
import { contentParsers, parserProblems } from "./parsers.ts";
import { ParserList, ParserTrial, ParserTrialResult } from "./schemas.ts";
import type { Sensors } from "./sensors.ts";
import { tryParsers } from "./try-parsers.ts";

export interface ParserRouteDeps {
  readonly sensors: Pick<Sensors, "list">;
  readonly clock: Clock;
}

export function parserRoutes({ sensors, clock }: ParserRouteDeps): Route[] {
  return [
    route({
      method: "GET",
      path: "/api/v1/parsers",
      summary: "Parsers that are content, and the sensors whose lines they read",
      access: "sensors.read",
      audit: "read",
      reply: ParserList,
      handle: async () => {
        const known = await sensors.list();
        const sensorsOf = (name: string): string[] =>
          known.filter(({ formats }) => formats.includes(name)).map((sensor) => sensor.name);
        return {
          items: contentParsers().definitions.map((one) => ({ ...listed(one), sensors: sensorsOf(one.name) })),
          problems: parserProblems().map(({ file, line, message, hint }) => ({
            file,
            line,
            message,
            hint: hint ?? null,
          })),
        };
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/parsers/try",
      summary: "What the parsers make of pasted lines, or where they stop; nothing is kept",
      access: "sensors.read",
      audit: "read",
      asksOnly: true,
      body: ParserTrial,
      reply: ParserTrialResult,
      ratePerMinute: 120,
      handle: async ({ body }) => ({ items: tryParsers(body, clock.now()) }),
    }),
  ];
}

function listed({ name, title, file, place, logsources, samples }: ParserDefinition) {
  const sources = logsources.map(({ source: { product, category, service } }) => ({
    product: product ?? null,
    category: category ?? null,
    service: service ?? null,
  }));
  return { name, title, file, programs: [...place.programs], logsource: sources, samples: samples.length };
}
