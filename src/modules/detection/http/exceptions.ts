import { decodeCursor, encodeCursor, type Route, route } from "../../../platform/http/index.ts";
import type { z } from "../../../platform/schema/index.ts";
import type { ExceptionWish } from "../exceptions/exceptions.ts";
import type { LibraryException } from "../library/catalogue.ts";
import {
  Exception,
  ExceptionChange,
  ExceptionDraft,
  ExceptionList,
  ExceptionPreview,
  ExceptionQuery,
  ExceptionTrial,
  RuleExceptionQuery,
} from "../schemas.ts";
import { IdParams, OffsetCursor, type RuleRouteParts } from "./parts.ts";
import { presentException, presentPreview } from "./present.ts";

/** What a preview is called that nobody has named yet; it is never kept. */
const UNNAMED = "preview";

type Shown = z.input<typeof Exception>;

export function exceptionRoutes(parts: RuleRouteParts): Route[] {
  const present = async (known: readonly LibraryException[]): Promise<Shown[]> => {
    const counts = await parts.statistics.hiddenBy(known.map(({ record }) => record.ruleId));
    return known.map((one) => presentException(one, { library: parts.library, hidden: counts.get(one.record.id) }));
  };
  return [...allExceptions(parts, present), ...exceptionsOfRule(parts, present)];
}

type Present = (known: readonly LibraryException[]) => Promise<Shown[]>;

function allExceptions({ library, exceptions }: RuleRouteParts, present: Present): Route[] {
  return [
    route({
      method: "GET",
      path: "/api/v1/exceptions",
      summary: "Exceptions of all rules, newest first",
      access: "rules.read",
      audit: "read",
      query: ExceptionQuery,
      reply: ExceptionList,
      handle: async ({ query: { state, cursor, limit } }) => {
        const fitting = library.exceptions().filter(({ record }) => isAmong(state, library.exceptionState(record)));
        return pageOf(fitting, { cursor, limit }, present);
      },
    }),
    route({
      method: "PATCH",
      path: "/api/v1/exceptions/:id",
      summary: "Change until when an exception holds, or why",
      access: "rules.write",
      audit: "own",
      params: IdParams,
      body: ExceptionChange,
      reply: Exception,
      handle: async ({ params, body: { until, reason }, who, peer }) => {
        const change = {
          ...(until === undefined ? {} : { until: until === null ? null : Date.parse(until) }),
          ...(reason === undefined ? {} : { reason }),
        };
        return onlyOf(present, await exceptions.change(params.id, change, { who, peer }));
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/exceptions/:id/end",
      summary: "End an exception now; it stays in the list",
      access: "rules.write",
      audit: "own",
      params: IdParams,
      reply: Exception,
      handle: async ({ params, who, peer }) => onlyOf(present, await exceptions.end(params.id, { who, peer })),
    }),
  ];
}

function exceptionsOfRule({ library, exceptions }: RuleRouteParts, present: Present): Route[] {
  return [
    route({
      method: "GET",
      path: "/api/v1/rules/:id/exceptions",
      summary: "Exceptions of a rule, newest first, ended ones too",
      access: "rules.read",
      audit: "read",
      params: IdParams,
      query: RuleExceptionQuery,
      reply: ExceptionList,
      handle: async ({ params, query }) => {
        const known = library.exceptions(params.id);
        if (known.length === 0) library.get(params.id);
        return pageOf(known, query, present);
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/rules/:id/exceptions",
      summary: "Make an exception; 409 when it would hide a confirmed true positive and that was not accepted",
      access: "rules.write",
      audit: "own",
      params: IdParams,
      body: ExceptionDraft,
      reply: Exception,
      status: 201,
      ratePerMinute: 60,
      handle: async ({ params, body, who, peer, signal }) => {
        const wish = { ...wishOf(body), mayHideTruePositives: body.acceptHidingTruePositives === true };
        return onlyOf(present, await exceptions.create(params.id, wish, { who, peer }, signal));
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/rules/:id/exceptions/preview",
      summary: "What an exception would have hidden in the last 30 days, and which confirmed true positives ever",
      access: "rules.write",
      audit: "detection.exception.previewed",
      params: IdParams,
      body: ExceptionTrial,
      reply: ExceptionPreview,
      ratePerMinute: 60,
      handle: async ({ params, body, who, peer, signal }) =>
        presentPreview(await exceptions.preview(params.id, wishOf(body), { who, peer }, signal)),
    }),
  ];
}

async function pageOf(
  known: readonly LibraryException[],
  { cursor, limit }: { readonly cursor?: string | undefined; readonly limit: number },
  present: Present,
): Promise<{ items: Shown[]; nextCursor: string | null }> {
  const offset = decodeCursor(cursor, OffsetCursor)?.offset ?? 0;
  const end = offset + limit;
  const nextCursor = end < known.length ? encodeCursor({ offset: end }) : null;
  return { items: await present(known.slice(offset, end)), nextCursor };
}

async function onlyOf(present: Present, known: LibraryException): Promise<Shown> {
  return (await present([known]))[0] as Shown;
}

function wishOf(draft: z.output<typeof ExceptionTrial>): ExceptionWish {
  const { title = UNNAMED, reason = UNNAMED, from = null, until = null } = draft;
  return {
    title,
    reason,
    owner: draft.owner,
    from: from === null ? null : Date.parse(from),
    until: until === null ? null : Date.parse(until),
    tests: draft.tests,
    text: draft.text,
  };
}

function isAmong<Value>(wanted: readonly Value[] | undefined, value: Value): boolean {
  return wanted === undefined || wanted.length === 0 || wanted.includes(value);
}
