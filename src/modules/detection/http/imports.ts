import { rm } from "node:fs/promises";
import { type Route, route } from "../../../platform/http/index.ts";
import { z } from "../../../platform/schema/index.ts";
import { RuleImportList, RuleImportReport } from "../schemas.ts";
import { IdParams, type RuleRouteParts } from "./parts.ts";
import { presentImport, presentOutcome } from "./present.ts";
import { receiveUpload } from "./upload.ts";

const UploadQuery = z.object({ name: z.string().trim().min(1).max(200) });

export function importRoutes({ library, tempDir }: RuleRouteParts): Route[] {
  return [
    route({
      method: "GET",
      path: "/api/v1/rules/imports",
      summary: "Imports, newest first",
      access: "rules.read",
      audit: "read",
      reply: RuleImportList,
      handle: async () => ({ items: (await library.imports()).map(presentImport), nextCursor: null }),
    }),
    route({
      method: "POST",
      path: "/api/v1/rules/imports",
      summary: "Import a rule archive (.zip, .tar, .tar.gz) or one .yml",
      access: "rules.write",
      audit: "own",
      query: UploadQuery,
      rawBody: true,
      ratePerMinute: 20,
      reply: RuleImportReport,
      handle: async ({ query, raw, who, peer }) => {
        const path = await receiveUpload(raw, { name: query.name, tempDir });
        try {
          return presentOutcome(await library.import({ path, name: query.name }, { who, peer }));
        } finally {
          await rm(path, { force: true });
        }
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/rules/imports/:id",
      summary: "What became of every document of an import",
      access: "rules.read",
      audit: "read",
      params: IdParams,
      reply: RuleImportReport,
      handle: async ({ params }) => presentOutcome(await library.importOutcome(params.id)),
    }),
    route({
      method: "DELETE",
      path: "/api/v1/rules/imports/:id",
      summary: "Remove an import and its rules",
      access: "rules.write",
      audit: "own",
      params: IdParams,
      reply: z.undefined(),
      status: 204,
      handle: async ({ params, who, peer }) => {
        await library.removeImport(params.id, { who, peer });
        return undefined;
      },
    }),
  ];
}
