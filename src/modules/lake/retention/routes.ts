import { Fault } from "../../../kernel/index.ts";
import type { Approvals } from "../../../platform/approvals/index.ts";
import { actorOf } from "../../../platform/audit/index.ts";
import type { Clock } from "../../../platform/clock/index.ts";
import { type Asked, type Principal, type Route, route } from "../../../platform/http/index.ts";
import { z } from "../../../platform/schema/index.ts";
import { CheckInput, EventProof } from "../integrity/schemas.ts";
import type { SegmentChecks } from "../integrity/segment-checks.ts";
import { holdRelease, quotaChange, termChange } from "./governed.ts";
import type { Asker, Retention } from "./retention.ts";
import { RunningCheck } from "../schemas.ts";
import {
  Applied,
  Hold,
  type Hold as HoldOfStore,
  HoldExtent,
  HoldInput,
  HoldRelease,
  HoldScope,
  Preview,
  QuotaInput,
  RetentionSettings,
  ShownHold,
  Storage,
  Term,
  TermInput,
} from "./schemas.ts";

const IdParams = z.object({ id: z.uuid() });
const EventParams = z.object({ id: z.string().regex(/^[0-9a-f]{32}$/u) });

/** Asks for a second person where that is wanted, else returns. */
type Gate = Approvals["gate"];

export interface StorageRoutesDeps {
  readonly gate: Gate;
  readonly sightOf: (who: Principal) => Promise<HoldSight>;
  readonly clock: Clock;
  readonly retention: Retention;
  readonly checks: SegmentChecks;
  readonly storage: () => Promise<Storage>;
  readonly prove: (id: string) => Promise<EventProof>;
}

/** What others placed holds for is told by who placed them. A hold protects whoever may know of it. */
export interface HoldSight {
  /** Their grounds are not told to this reader. */
  readonly hidden: ReadonlySet<string>;
  /** Released only where they were placed. */
  readonly bound: ReadonlySet<string>;
}

/** Storage, how long it keeps what, what holds it, and the proof of an event. Services write their own audit entries. */
export function storageRoutes(deps: StorageRoutesDeps): Route[] {
  const { retention, checks, storage, prove, gate, clock } = deps;
  return [
    route({
      method: "GET",
      path: "/api/v1/storage",
      summary: "What storage holds, by source, and how long it lasts",
      access: "watch.read",
      audit: "read",
      reply: Storage,
      handle: storage,
    }),
    route({
      method: "POST",
      path: "/api/v1/storage/checks",
      summary: "Check every segment and the audit log now; what was found is told in the audit log",
      access: "storage.admin",
      audit: "own",
      ratePerMinute: 6,
      body: CheckInput,
      reply: RunningCheck,
      status: 202,
      handle: (asked) => checks.start(asked.body, askerOf(asked)),
    }),
    route({
      method: "GET",
      path: "/api/v1/events/:id/proof",
      summary: "The proof that an event is what was sealed; check it with: khien verify --proof FILE",
      access: "events.read",
      audit: "lake.event.proved",
      ratePerMinute: 60,
      params: EventParams,
      reply: EventProof,
      handle: ({ params }) => prove(params.id),
    }),
    ...termRoutes({ retention, gate, clock }),
    ...holdRoutes(deps),
  ];
}

function termRoutes({ retention, gate, clock }: { retention: Retention; gate: Gate; clock: Clock }): Route[] {
  return [
    route({
      method: "GET",
      path: "/api/v1/retention",
      summary: "Terms, quota, and the rules of law they may follow",
      access: "watch.read",
      audit: "read",
      reply: RetentionSettings,
      handle: async () => ({
        terms: await retention.terms(),
        quotaBytes: (await retention.quota()) ?? null,
        rules: [...retention.rules.values()],
      }),
    }),
    route({
      method: "GET",
      path: "/api/v1/retention/preview",
      summary: "What would be dropped now, and what is held",
      access: "watch.read",
      audit: "read",
      ratePerMinute: 30,
      reply: Preview,
      handle: () => retention.preview(),
    }),
    route({
      method: "POST",
      path: "/api/v1/retention/terms",
      summary: "A new term",
      access: "storage.admin",
      audit: "own",
      stepUp: true,
      body: TermInput,
      reply: Term,
      status: 201,
      handle: async (asked) => {
        const wanted = await termChange(retention, { input: asked.body, now: clock.now() });
        if (wanted !== undefined) await gate(wanted, asked);
        return retention.setTerm(undefined, asked.body, askerOf(asked));
      },
    }),
    route({
      method: "PUT",
      path: "/api/v1/retention/terms/:id",
      summary: "Change a term",
      access: "storage.admin",
      audit: "own",
      stepUp: true,
      params: IdParams,
      body: TermInput,
      reply: Term,
      handle: async (asked) => {
        const wanted = await termChange(retention, { id: asked.params.id, input: asked.body, now: clock.now() });
        if (wanted !== undefined) await gate(wanted, asked);
        return retention.setTerm(asked.params.id, asked.body, askerOf(asked));
      },
    }),
    route({
      method: "DELETE",
      path: "/api/v1/retention/terms/:id",
      summary: "Remove a term; what no term fits is kept without end",
      access: "storage.admin",
      audit: "own",
      stepUp: true,
      params: IdParams,
      reply: z.object({ removed: z.literal(true) }),
      handle: async (asked) => {
        const wanted = await termChange(retention, { id: asked.params.id, now: clock.now() });
        if (wanted !== undefined) await gate(wanted, asked);
        await retention.removeTerm(asked.params.id, askerOf(asked));
        return { removed: true as const };
      },
    }),
    route({
      method: "PUT",
      path: "/api/v1/retention/quota",
      summary: "How much disk sealed events may take; null for no bound",
      access: "storage.admin",
      audit: "own",
      stepUp: true,
      body: QuotaInput,
      reply: QuotaInput,
      handle: async (asked) => {
        const wanted = await quotaChange(retention, asked.body.quotaBytes);
        if (wanted !== undefined) await gate(wanted, asked);
        await retention.setQuota(asked.body.quotaBytes, askerOf(asked));
        return asked.body;
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/retention/apply",
      summary: "Drop what is due, now",
      access: "storage.admin",
      audit: "lake.retention.applied",
      stepUp: true,
      body: z.strictObject({}),
      reply: Applied,
      handle: (asked) => retention.apply(askerOf(asked)),
    }),
  ];
}

function holdRoutes({ retention, gate, sightOf }: Pick<StorageRoutesDeps, "retention" | "gate" | "sightOf">): Route[] {
  return [
    route({
      method: "GET",
      path: "/api/v1/holds",
      summary: "Legal holds, in force and released",
      access: "watch.read",
      audit: "read",
      reply: z.object({ items: z.array(ShownHold) }),
      handle: async ({ who }) => {
        const sight = await sightOf(who);
        return { items: (await retention.holds()).map((hold) => shownHold(hold, sight)) };
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/holds",
      summary: "Place a hold: no segment goes in which it finds an event",
      access: "storage.admin",
      audit: "own",
      body: HoldInput,
      reply: Hold,
      status: 201,
      handle: (asked) => retention.placeHold(asked.body, askerOf(asked)),
    }),
    route({
      method: "POST",
      path: "/api/v1/holds/preview",
      summary: "What a hold would find, before it is placed",
      access: "events.read",
      audit: "read",
      asksOnly: true,
      ratePerMinute: 30,
      body: z.strictObject({ scope: HoldScope }),
      reply: HoldExtent,
      handle: (asked) => retention.wouldHold(asked.body.scope, asked.signal),
    }),
    route({
      method: "GET",
      path: "/api/v1/holds/:id/extent",
      summary: "What a hold in force finds now",
      access: "watch.read",
      audit: "read",
      params: IdParams,
      reply: HoldExtent,
      handle: async ({ params, who, signal }) => {
        const { hidden } = await sightOf(who);
        if (hidden.has(params.id))
          throw new Fault("forbidden", "lake.hold.concealed", "what this hold finds is not told to everybody");
        return retention.extentOf(params.id, signal);
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/holds/:id/release",
      summary: "Release a hold, with a reason",
      access: "storage.admin",
      audit: "own",
      stepUp: true,
      params: IdParams,
      body: HoldRelease,
      reply: z.object({ released: z.literal(true) }),
      handle: async (asked) => {
        const { hidden, bound } = await sightOf(asked.who);
        if (hidden.has(asked.params.id) || bound.has(asked.params.id))
          throw new Fault("conflict", "lake.hold.bound", "this hold is released only where it was placed");
        const wanted = await holdRelease(retention, asked.params.id, asked.body.reason);
        if (wanted !== undefined) await gate(wanted, asked);
        await retention.releaseHold(asked.params.id, asked.body.reason, askerOf(asked));
        return { released: true as const };
      },
    }),
  ];
}

/** When it was placed and released stays: who plans storage has to know that something is kept. */
function shownHold(hold: HoldOfStore, { hidden, bound }: HoldSight): z.input<typeof ShownHold> {
  const ofCase = bound.has(hold.id);
  if (!hidden.has(hold.id)) return { ...hold, concealed: false, ofCase };
  const { id, placedAt, releasedAt } = hold;
  const untold = { name: "", reason: "", placedBy: "", releasedBy: null, releaseReason: null, scope: null };
  return { id, placedAt, releasedAt, ...untold, concealed: true, ofCase };
}

function askerOf({ who, peer }: Pick<Asked<0, 0, 0>, "who" | "peer">): Asker {
  return { actor: actorOf(who), peer };
}
