import { toIso } from "../../kernel/index.ts";
import { type Route, route } from "../../platform/http/index.ts";
import { z } from "../../platform/schema/index.ts";
import { readCustody } from "./evidence/custody.ts";
import type { EvidenceRecord, SealedEntry } from "./evidence/records.ts";
import {
  Custody,
  Evidence,
  EvidenceList,
  EvidenceParams,
  EventsAdded,
  FileAdded,
  HoldChange,
  NotebookAdded,
  Proved,
} from "./evidence/schemas.ts";
import type { Incidents } from "./incidents.ts";
import type { HoldGate } from "./evidence/holds.ts";
import { BAGS_PER_MINUTE } from "./limits.ts";
import { presentPage } from "./present.ts";
import type { CaseRecord } from "./records.ts";
import { CasePage, CaseParams } from "./schemas.ts";

const adding = { method: "POST", access: "cases.write", audit: "own", params: CaseParams, status: 201 } as const;

export function evidenceRoutes(incidents: Incidents, deps: { readonly gate: HoldGate }): Route[] {
  return [...addingRoutes(incidents), ...leavingRoutes(incidents), ...holdRoutes(incidents, deps)];
}

function addingRoutes({ evidence, bagging }: Incidents): Route[] {
  return [
    route({
      method: "GET",
      path: "/api/v1/cases/:id/evidence",
      summary: "Evidence of a case, with who did what with it",
      access: "cases.read",
      audit: "read",
      params: CaseParams,
      reply: EvidenceList,
      handle: async ({ params, who }) => {
        const all = await evidence.list(params.id, who);
        return {
          items: all.flatMap(({ record, items }) => items.map((one) => shown(one, fromCase(record, params.id)))),
          custody: all
            .flatMap(({ record, custody }) => custody.map((entry) => shownCustody(entry, fromCase(record, params.id))))
            .toSorted((one, other) => Date.parse(one.at) - Date.parse(other.at)),
          keyId: bagging.keyId,
        };
      },
    }),
    route({
      ...adding,
      path: "/api/v1/cases/:id/evidence/files",
      summary: "Keep a file as evidence; the body is its bytes",
      query: FileAdded,
      reply: Evidence,
      rawBody: true,
      handle: async ({ params, query, raw, who, peer }) =>
        shown(await evidence.addFile(params.id, { ...query, content: raw }, { who, peer })),
    }),
    route({
      ...adding,
      path: "/api/v1/cases/:id/evidence/events",
      summary: "Freeze events as evidence, with their proofs once they are sealed",
      body: EventsAdded,
      reply: z.object({ items: z.array(Evidence) }),
      handle: async ({ params, body, who, peer }) => {
        const added = new Set((await evidence.addEvents(params.id, body, { who, peer })).map(({ id }) => id));
        const [own] = await evidence.list(params.id, who);
        return { items: (own?.items ?? []).filter(({ id }) => added.has(id)).map((one) => shown(one)) };
      },
    }),
    route({
      ...adding,
      path: "/api/v1/cases/:id/evidence/notebooks",
      summary: "Keep a notebook as it is now, with every entry of it",
      body: NotebookAdded,
      reply: Evidence,
      handle: async ({ params, body, who, peer }) => shown(await evidence.addNotebook(params.id, body, { who, peer })),
    }),
    route({
      ...adding,
      path: "/api/v1/cases/:id/evidence/proofs",
      summary: "Ask again for proofs that were not there yet",
      body: z.strictObject({}),
      reply: Proved,
      status: 200,
      handle: async ({ params, who, peer }) => ({ waiting: await evidence.prove(params.id, { who, peer }) }),
    }),
  ];
}

function leavingRoutes({ evidence, bagging }: Incidents): Route[] {
  return [
    route({
      method: "POST",
      path: "/api/v1/cases/:id/evidence/:evidence/content",
      summary: "The bytes of a piece of evidence, as a download; who took them is written down",
      access: "cases.write",
      audit: "own",
      params: EvidenceParams,
      body: z.strictObject({}),
      reply: z.any(),
      handle: async ({ params, who, peer }) => {
        const { record, content } = await evidence.read(params.id, params.evidence, { who, peer });
        return { download: content, contentType: "application/octet-stream", fileName: safeName(record) };
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/cases/:id/bag",
      summary: "All evidence as a signed BagIt bag (tar), checkable without Khiên",
      access: "evidence.export",
      audit: "own",
      ratePerMinute: BAGS_PER_MINUTE,
      params: CaseParams,
      body: z.strictObject({}),
      reply: z.any(),
      handle: async ({ params, who, peer }) => {
        const { fileName, content } = await bagging.bag(params.id, { who, peer });
        return { download: content, contentType: "application/x-tar", fileName };
      },
    }),
  ];
}

function holdRoutes({ holds, views, templates }: Incidents, { gate }: { readonly gate: HoldGate }): Route[] {
  return [
    route({
      method: "PUT",
      path: "/api/v1/cases/:id/hold",
      summary: "Hold the events a case names so that retention keeps them",
      access: "cases.lead",
      audit: "own",
      params: CaseParams,
      body: HoldChange,
      reply: CasePage,
      handle: async ({ params, body, who, peer }) => {
        await holds.place(params.id, body.reason, { who, peer });
        return presentPage(await views.page(params.id, who), who, templates);
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/cases/:id/hold/release",
      summary: "Let the events a case names go; a second person may have to agree",
      access: "cases.lead",
      audit: "own",
      stepUp: true,
      params: CaseParams,
      body: HoldChange,
      reply: CasePage,
      handle: async (asked) => {
        const { params, body, who, peer } = asked;
        await holds.release(params.id, body.reason, { who, peer }, (wanted) => gate(wanted, asked));
        return presentPage(await views.page(params.id, who), who, templates);
      },
    }),
  ];
}

/** Nothing that a double click would run: what it was called is told in the list. */
function safeName({ name, kind }: EvidenceRecord): string {
  return kind === "file" ? `${name.slice(-120)}.evidence` : name;
}

type FromCase = z.input<typeof Evidence>["fromCase"];

function fromCase({ id, number }: CaseRecord, asked: string): FromCase {
  return id === asked ? null : { id, number };
}

function shownCustody(entry: SealedEntry, from: FromCase): z.input<typeof Custody> {
  const { details: _details, ...told } = readCustody(entry);
  return { ...told, fromCase: from };
}

function shown(record: EvidenceRecord, from: FromCase = null): z.input<typeof Evidence> {
  const { id, kind, name, description, bytes, sha256, media, mismatch, executable, sourceId, proof, addedBy } = record;
  return {
    id,
    fromCase: from,
    kind,
    name,
    description,
    bytes,
    sha256,
    media,
    mismatch,
    executable,
    sourceId,
    proved: proof !== null,
    addedAt: toIso(record.addedAt),
    addedBy,
  };
}
