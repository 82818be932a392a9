import { Readable } from "node:stream";
import { type Route, route } from "../../../platform/http/index.ts";
import { z } from "../../../platform/schema/index.ts";
import { csvOf, jsonOf } from "../exporting.ts";
import { applyImport, type ImportPreview, previewImport, textOf } from "../importing.ts";
import type { AssetRegister } from "../register.ts";
import { ExportQuery, ImportQuery, ImportReport } from "../schemas.ts";
import { filterOf } from "./register-routes.ts";

const IMPORTS_PER_MINUTE = 20;

/** The register as files, out and in. */
export function fileRoutes(register: AssetRegister): Route[] {
  const { deps } = register;
  return [
    route({
      method: "GET",
      path: "/api/v1/assets/export",
      summary: "Systems with their identifiers as CSV or JSON, as an import reads them",
      access: "assets.read",
      audit: "assets.register.exported",
      query: ExportQuery,
      reply: z.any(),
      handle: async ({ query }) => {
        const filter = filterOf(query);
        return query.format === "csv"
          ? {
              download: Readable.from(csvOf(deps.records.query, filter)),
              contentType: "text/csv; charset=utf-8",
              fileName: "assets.csv",
            }
          : {
              download: Readable.from(jsonOf(deps.records.query, filter)),
              contentType: "application/json",
              fileName: "assets.json",
            };
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/assets/import/preview",
      summary: "What an import would do, and every line that is wrong; nothing is written",
      access: "assets.write",
      audit: "assets.import.previewed",
      query: ImportQuery,
      rawBody: true,
      ratePerMinute: IMPORTS_PER_MINUTE,
      reply: ImportReport,
      handle: async ({ query, raw }) => told(await previewImport(deps, await textOf(raw), query.format)),
    }),
    route({
      method: "POST",
      path: "/api/v1/assets/import",
      summary: "Import systems from CSV or JSON: all of the file or nothing; the same file again changes nothing",
      access: "assets.write",
      audit: "own",
      query: ImportQuery,
      rawBody: true,
      ratePerMinute: IMPORTS_PER_MINUTE,
      reply: ImportReport,
      handle: async ({ query, raw, who, peer }) =>
        told(await applyImport(deps, { ...query, text: await textOf(raw) }, { who, peer })),
    }),
  ];
}

function told({ examples, problems, ...counts }: ImportPreview): z.input<typeof ImportReport> {
  return {
    ...counts,
    examples: examples.map((example) => ({ ...example, fields: [...example.fields] })),
    problems: problems.map((problem) => ({ ...problem, params: { ...problem.params } })),
  };
}
