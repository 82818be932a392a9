import { Fault } from "../../kernel/index.ts";
import type { Clock } from "../../platform/clock/index.ts";
import { type Route, route } from "../../platform/http/index.ts";
import { z } from "../../platform/schema/index.ts";
import type { ParserDefinition } from "./core/definitions/index.ts";
import { contentParsers, parserProblems, parserText } from "./parsers.ts";
import { ParserDetail, ParserList, ParserTrial, ParserTrialResult } from "./schemas.ts";
import type { Sensors } from "./sensors.ts";
import { tryParsers } from "./try-parsers.ts";

const NameParams = z.object({ name: z.string().min(1).max(120) });

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
        return {
          items: contentParsers().definitions.map((one) => ({ ...listed(one), sensors: sendersOf(one, known) })),
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
      method: "GET",
      path: "/api/v1/parsers/:name",
      summary: "One parser: its file and its samples",
      access: "sensors.read",
      audit: "read",
      params: NameParams,
      reply: ParserDetail,
      handle: async ({ params: { name } }) => {
        const one = contentParsers().definitions.find((definition) => definition.name === name);
        if (one === undefined) throw new Fault("missing", "ingest.parser.missing", "no such parser", { name });
        const sampleLines = one.samples.map(({ raw, matches, format }) => ({
          line: raw,
          matches,
          format: format ?? null,
        }));
        return { ...listed(one), sensors: sendersOf(one, await sensors.list()), text: parserText(one), sampleLines };
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
      handle: async ({ body }) => tryParsers(body, clock),
    }),
  ];
}

/** Sensors of which a parser has read a line. */
function sendersOf({ name }: ParserDefinition, known: Awaited<ReturnType<Sensors["list"]>>): string[] {
  return known.filter(({ formats }) => formats.includes(name)).map((sensor) => sensor.name);
}

function listed({ name, title, file, place, reading, logsources, samples }: ParserDefinition) {
  const sources = logsources.map(({ source: { product, category, service } }) => ({
    product: product ?? null,
    category: category ?? null,
    service: service ?? null,
  }));
  return {
    name,
    title,
    file,
    programs: [...place.programs],
    reads: reading.kind,
    logsource: sources,
    samples: samples.length,
  };
}
