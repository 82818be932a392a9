import { Readable } from "node:stream";
import type { Press } from "../../../platform/documents/index.ts";
import { type Route, route } from "../../../platform/http/index.ts";
import { z } from "../../../platform/schema/index.ts";
import type { Assessments } from "../assessing.ts";
import { dossierPaper, type DossierLanguage, type Say } from "../dossier.ts";
import { shownAssessment, shownSystem } from "../present.ts";
import {
  Assessment,
  AssessmentList,
  AssessmentParams,
  AssessmentRequest,
  DossierQuery,
  SchemeContent,
  SchemeParams,
  ShownScheme,
  TryRequest,
  Verdict,
} from "../classification/schemas.ts";
import { IdParams, System } from "../schemas.ts";

const PAPERS_PER_MINUTE = 30;
const TYPES = {
  pdf: "application/pdf",
  docx: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
} as const;

const AssessmentPage = z.object({ assessment: Assessment, content: SchemeContent, system: System });

export interface AssessmentRouteParts {
  readonly assessments: Assessments;
  readonly press: Press;
  readonly sayIn: (language: DossierLanguage) => Say;
}

/** Classifications by law: questions, answers weighed, assessments kept, dossiers. */
export function assessmentRoutes(parts: AssessmentRouteParts): Route[] {
  return [...schemeRoutes(parts), ...keptRoutes(parts), dossierRoute(parts)];
}

function schemeRoutes({ assessments }: AssessmentRouteParts): Route[] {
  return [
    route({
      method: "GET",
      path: "/api/v1/asset-schemes/:scheme",
      summary: "Questions and criteria of a classification, with articles and how they were checked",
      access: "assets.read",
      audit: "read",
      params: SchemeParams,
      reply: ShownScheme,
      handle: async ({ params }) => assessments.scheme(params.scheme),
    }),
    route({
      method: "POST",
      path: "/api/v1/asset-schemes/:scheme/try",
      summary: "What these answers give; nothing is kept",
      access: "assets.read",
      audit: "read",
      asksOnly: true,
      params: SchemeParams,
      body: TryRequest,
      reply: Verdict,
      handle: async ({ params, body }) => assessments.weigh(params.scheme, body.answers),
    }),
  ];
}

function keptRoutes({ assessments }: AssessmentRouteParts): Route[] {
  return [
    route({
      method: "GET",
      path: "/api/v1/assets/:id/assessments",
      summary: "Assessments of a system, newest first",
      access: "assets.read",
      audit: "read",
      params: IdParams,
      reply: AssessmentList,
      handle: async ({ params }) => ({
        items: (await assessments.of(params.id)).map((each) =>
          shownAssessment(each, { isCurrent: assessments.isCurrent(each) }),
        ),
      }),
    }),
    route({
      method: "POST",
      path: "/api/v1/assets/:id/assessments",
      summary: "Keep an assessment: answers, result and the content they were given to",
      access: "assets.write",
      audit: "own",
      params: IdParams,
      body: AssessmentRequest,
      reply: Assessment,
      status: 201,
      handle: async ({ params, body, who, peer }) =>
        shownAssessment(await assessments.assess(params.id, body, { who, peer }), { isCurrent: true }),
    }),
    route({
      method: "GET",
      path: "/api/v1/assets/:id/assessments/:assessment",
      summary: "One assessment with the questions as they were",
      access: "assets.read",
      audit: "read",
      params: AssessmentParams,
      reply: AssessmentPage,
      handle: async ({ params }) => {
        const { system, assessment, content } = await assessments.dossier(params.id, params.assessment);
        const isCurrent = assessments.isCurrent(assessment);
        return { system: shownSystem(system), assessment: shownAssessment(assessment, { isCurrent }), content };
      },
    }),
  ];
}

function dossierRoute({ assessments, press, sayIn }: AssessmentRouteParts): Route {
  return route({
    method: "GET",
    path: "/api/v1/assets/:id/assessments/:assessment/dossier",
    summary: "The dossier of an assessment as PDF, Word document or JSON",
    access: "assets.read",
    audit: "assets.dossier.taken",
    params: AssessmentParams,
    query: DossierQuery,
    ratePerMinute: PAPERS_PER_MINUTE,
    reply: z.any(),
    handle: async ({ params, query: { format, language } }) => {
      const source = await assessments.dossier(params.id, params.assessment);
      const fileName = `dossier-${source.assessment.scheme}-${source.assessment.id.slice(0, 8)}.${format}`;
      const paper = dossierPaper({ ...source, language, say: sayIn(language) });
      if (format !== "json") {
        const bytes = await press.print(paper, format);
        return { download: Readable.from([bytes]), contentType: TYPES[format], fileName };
      }
      const { system, assessment, content } = source;
      const isCurrent = assessments.isCurrent(assessment);
      const whole = { system: shownSystem(system), assessment: shownAssessment(assessment, { isCurrent }), content };
      const text = `${JSON.stringify({ ...whole, paper }, null, 2)}\n`;
      return { download: Readable.from([text]), contentType: "application/json", fileName };
    },
  });
}
