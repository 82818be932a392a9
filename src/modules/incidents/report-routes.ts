import { Readable } from "node:stream";
import { actorOf } from "../../platform/audit/index.ts";
import type { Audit } from "../../platform/audit/index.ts";
import type { Paper } from "../../platform/documents/index.ts";
import { type Route, route } from "../../platform/http/index.ts";
import { z } from "../../platform/schema/index.ts";
import type { Incidents } from "./incidents.ts";
import { type Language, reportPaper, type Say } from "./report-paper.ts";
import { CaseParams } from "./schemas.ts";

export interface ReportDeps {
  readonly audit: Audit;
  readonly print: (paper: Paper, form: "pdf" | "docx") => Promise<Buffer>;
  readonly say: (language: Language) => Say;
}

const ReportQuery = z.object({
  format: z.enum(["json", "pdf", "docx"]).default("json"),
  language: z.enum(["vi", "en"]).default("vi"),
});
const TYPES = {
  json: "application/json",
  pdf: "application/pdf",
  docx: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
} as const;

/** The report as a file; it holds what the reader may see, and that it left is written down. */
export function reportRoute({ bagging }: Incidents, { audit, print, say }: ReportDeps): Route {
  return route({
    method: "GET",
    path: "/api/v1/cases/:id/report",
    summary: "A case as a report: JSON, PDF or Word document",
    access: "cases.read",
    audit: "own",
    ratePerMinute: 30,
    params: CaseParams,
    query: ReportQuery,
    reply: z.any(),
    handle: async ({ params, query, who, peer }) => {
      const { format, language } = query;
      const report = await bagging.report(params.id, who);
      const bytes =
        format === "json"
          ? Buffer.from(`${JSON.stringify(report, null, 2)}\n`)
          : await print(reportPaper(report, language, say(language)), format);
      const object = { kind: "case", id: params.id };
      const details = { format, language };
      await audit.record({ actor: actorOf(who), peer, verb: "incidents.report.exported", object, details });
      return {
        download: Readable.from([bytes]),
        contentType: TYPES[format],
        fileName: `${report.case.number}.${format}`,
      };
    },
  });
}
