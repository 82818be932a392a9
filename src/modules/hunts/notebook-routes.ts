import { toIso } from "../../kernel/index.ts";
import type { Clock } from "../../platform/clock/index.ts";
import { type Route, route } from "../../platform/http/index.ts";
import { z } from "../../platform/schema/index.ts";
import { rangeOf } from "../lake/index.ts";
import type { NotebookPage as Page, Notebooks } from "./notebooks.ts";
import {
  FreezeRequest,
  IdParams,
  NotebookChanges,
  NotebookCreate,
  NotebookHistory,
  NotebookList,
  NotebookPage,
  NotebookSettings,
  NotebookVerification,
} from "./schemas.ts";
import type { Notebook } from "./store/notebooks.ts";

const PageQuery = z.object({ entry: z.coerce.number().int().min(0).optional().describe("As it was at this entry") });

interface Deps {
  readonly notebooks: Notebooks;
  readonly clock: Clock;
}

export function notebookRoutes(deps: Deps): Route[] {
  return [...readingRoutes(deps), ...writingRoutes(deps)];
}

function readingRoutes({ notebooks }: Deps): Route[] {
  return [
    route({
      method: "GET",
      path: "/api/v1/notebooks",
      summary: "The caller's notebooks and shared ones, last changed first",
      access: "events.read",
      audit: "read",
      reply: NotebookList,
      handle: async ({ who }) => ({ items: (await notebooks.list(who)).map(shownBook) }),
    }),
    route({
      method: "GET",
      path: "/api/v1/notebooks/:id",
      summary: "A notebook, now or as it was",
      access: "events.read",
      audit: "read",
      params: IdParams,
      query: PageQuery,
      reply: NotebookPage,
      handle: async ({ params, query, who }) => shown(await notebooks.get(params.id, who, query.entry)),
    }),
    route({
      method: "GET",
      path: "/api/v1/notebooks/:id/history",
      summary: "Every entry ever written, with who, when and the hash that seals it",
      access: "events.read",
      audit: "read",
      params: IdParams,
      reply: NotebookHistory,
      handle: async ({ params, who }) => ({
        items: (await notebooks.history(params.id, who)).map((entry) => ({ ...entry, at: toIso(entry.at) })),
      }),
    }),
    route({
      method: "GET",
      path: "/api/v1/notebooks/:id/verification",
      summary: "Whether the history is what was written",
      access: "events.read",
      audit: "read",
      params: IdParams,
      reply: NotebookVerification,
      handle: async ({ params, who }) => notebooks.verify(params.id, who),
    }),
  ];
}

function writingRoutes({ notebooks, clock }: Deps): Route[] {
  return [
    route({
      method: "POST",
      path: "/api/v1/notebooks",
      summary: "Begin a notebook",
      access: "hunts.write",
      audit: "own",
      body: NotebookCreate,
      reply: NotebookPage,
      status: 201,
      handle: async ({ body, who, peer }) => shown(await notebooks.create(body, { who, peer })),
    }),
    route({
      method: "PATCH",
      path: "/api/v1/notebooks/:id",
      summary: "Title, sharing, archiving",
      access: "hunts.write",
      audit: "own",
      params: IdParams,
      body: NotebookSettings,
      reply: NotebookPage,
      handle: async ({ params, body, who, peer }) => shown(await notebooks.settings(params.id, body, { who, peer })),
    }),
    route({
      method: "POST",
      path: "/api/v1/notebooks/:id/changes",
      summary: "Write in a notebook: add, edit, move or remove cells",
      access: "hunts.write",
      audit: "own",
      params: IdParams,
      body: NotebookChanges,
      reply: NotebookPage,
      handle: async ({ params, body, who, peer }) => shown(await notebooks.change(params.id, body, { who, peer })),
    }),
    route({
      method: "POST",
      path: "/api/v1/notebooks/:id/results",
      summary: "Run a query now and freeze what it gives as a cell, with a hash",
      access: "hunts.write",
      audit: "own",
      params: IdParams,
      body: FreezeRequest,
      reply: NotebookPage,
      status: 201,
      handle: async ({ params, body, who, peer, signal }) => {
        const range = rangeOf({ query: body, signal }, clock);
        return shown(await notebooks.freeze(params.id, { ...range, after: body.after }, { who, peer, signal }));
      },
    }),
  ];
}

function shownBook(notebook: Notebook) {
  return { ...notebook, createdAt: toIso(notebook.createdAt), updatedAt: toIso(notebook.updatedAt) };
}

function shown(page: Page): z.input<typeof NotebookPage> {
  return { ...page, ...shownBook(page), cells: [...page.cells] as z.input<typeof NotebookPage>["cells"] };
}
