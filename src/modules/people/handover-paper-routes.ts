import { Readable } from "node:stream";
import { toIso } from "../../kernel/index.ts";
import { actorOf, type Audit } from "../../platform/audit/index.ts";
import type { Paper } from "../../platform/documents/index.ts";
import { type Route, route } from "../../platform/http/index.ts";
import { z } from "../../platform/schema/index.ts";
import { handoverPaper, type Language, type Say } from "./core/handover-paper.ts";
import type { Handovers } from "./handovers.ts";
import { CHECKS_PER_MINUTE, PAPERS_PER_MINUTE } from "./limits.ts";
import { HandoverCheck, HandoverCheckQuery, HandoverPaperQuery, IdParams } from "./schemas.ts";

export interface HandoverPaperDeps {
  readonly handovers: Handovers;
  readonly audit: Audit;
  readonly print: (paper: Paper, form: "pdf" | "docx") => Promise<Buffer>;
  readonly sayIn: (language: Language) => Say;
}

const TYPES = {
  pdf: "application/pdf",
  docx: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
} as const;

/** The signed note on paper, and what a paper's code stands for. */
export function handoverPaperRoutes({ handovers, audit, print, sayIn }: HandoverPaperDeps): Route[] {
  return [
    route({
      method: "GET",
      path: "/api/v1/people/handovers/:id/paper",
      summary: "A signed hand-over note as PDF or Word document, with its seals and a code to check it by",
      access: "people.read",
      audit: "own",
      ratePerMinute: PAPERS_PER_MINUTE,
      params: IdParams,
      query: HandoverPaperQuery,
      reply: z.any(),
      handle: async ({ params, query, who, peer }) => {
        const { format, language } = query;
        const { note, previous } = await handovers.sealed(params.id);
        const bytes = await print(handoverPaper({ ...note, previous }, language, sayIn(language)), format);
        const object = { kind: "handover", id: note.id };
        const details = { number: note.seq, format, language };
        await audit.record({ actor: actorOf(who), peer, verb: "people.handover.exported", object, details });
        return {
          download: Readable.from([bytes]),
          contentType: TYPES[format],
          fileName: `handover-${note.seq}.${format}`,
        };
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/people/handover-check",
      summary: "Which hand-over note a paper's code stands for, and whether it is still what was signed",
      access: "people.read",
      audit: "read",
      ratePerMinute: CHECKS_PER_MINUTE,
      query: HandoverCheckQuery,
      reply: HandoverCheck,
      handle: async ({ query }) => {
        const { note, printed, intact } = await handovers.check(query.code);
        const { id, seq, at, by, receipt } = note;
        return {
          id,
          number: seq,
          at: toIso(at),
          by,
          receipt: receipt === null ? null : { at: toIso(receipt.at), by: receipt.by },
          printed,
          intact,
        };
      },
    }),
  ];
}
