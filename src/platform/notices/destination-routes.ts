import { type Instant, toIso } from "../../kernel/index.ts";
import { type Route, route } from "../http/index.ts";
import { z } from "../schema/index.ts";
import type { Urgency } from "./core/urgency.ts";
import type { Destinations } from "./destinations.ts";
import type { Preferences } from "./preferences.ts";
import {
  Destination,
  DestinationChange,
  DestinationCreate,
  DestinationList,
  DestinationSecret,
  IdParams,
  LetterIds,
  LetterList,
  LetterQuery,
  ReadReply,
  TryReply,
} from "./schemas.ts";
import type { Destination as StoredDestination, StoredLetter } from "./store/index.ts";
import type { MailSettings } from "./ways/mail.ts";

interface Deps {
  readonly destinations: Destinations;
  readonly preferences: Preferences;
  readonly kinds: ReadonlyMap<string, Urgency>;
  readonly mail: MailSettings | undefined;
}

const TryNumber = z.object({
  number: z
    .string()
    .regex(/^\+[0-9]{6,15}$/u)
    .optional()
    .describe("Of a gateway; left out: the caller's own"),
});

/** Ways out of the installation, and what did not get out. */
export function destinationRoutes(deps: Deps): Route[] {
  return [...listRoutes(deps), ...changeRoutes(deps), ...letterRoutes(deps.destinations)];
}

function listRoutes({ destinations, kinds, mail }: Deps): Route[] {
  return [
    route({
      method: "GET",
      path: "/api/v1/notices/destinations",
      summary: "Webhooks and text-message gateways",
      access: "users.admin",
      audit: "read",
      reply: DestinationList,
      handle: async () => ({
        items: (await destinations.list()).map(shown),
        kinds: [...kinds].map(([kind, urgency]) => ({ kind, urgency })),
        mail: mail === undefined ? null : { host: mail.host, from: mail.from, tls: mail.tls },
      }),
    }),
    route({
      method: "POST",
      path: "/api/v1/notices/destinations",
      summary: "Add a destination; the answer holds its secret, once",
      access: "users.admin",
      audit: "own",
      body: DestinationCreate,
      reply: DestinationSecret,
      status: 201,
      handle: async ({ body, who, peer }) => secretShown(await destinations.create(body, { who, peer })),
    }),
  ];
}

function changeRoutes({ destinations, preferences }: Deps): Route[] {
  return [
    route({
      method: "PUT",
      path: "/api/v1/notices/destinations/:id",
      summary: "Change a destination",
      access: "users.admin",
      audit: "own",
      params: IdParams,
      body: DestinationChange,
      reply: Destination,
      handle: async ({ params, body, who, peer }) => shown(await destinations.change(params.id, body, { who, peer })),
    }),
    route({
      method: "DELETE",
      path: "/api/v1/notices/destinations/:id",
      summary: "Remove a destination",
      access: "users.admin",
      audit: "own",
      params: IdParams,
      reply: z.undefined(),
      status: 204,
      handle: async ({ params, who, peer }) => {
        await destinations.remove(params.id, { who, peer });
        return undefined;
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/notices/destinations/:id/secret",
      summary: "Make a new secret; the old one signs nothing any more",
      access: "users.admin",
      audit: "own",
      params: IdParams,
      reply: DestinationSecret,
      handle: async ({ params, who, peer }) => secretShown(await destinations.renewSecret(params.id, { who, peer })),
    }),
    route({
      method: "POST",
      path: "/api/v1/notices/destinations/:id/try",
      summary: "Send a test message there, now",
      access: "users.admin",
      audit: "notices.destination.tried",
      params: IdParams,
      body: TryNumber,
      reply: TryReply,
      ratePerMinute: 12,
      handle: async ({ params, body, who }) => {
        const own = (await preferences.of(who.id)).rules.phone;
        return destinations.try(params.id, body.number ?? own);
      },
    }),
  ];
}

function letterRoutes(destinations: Destinations): Route[] {
  return [
    route({
      method: "GET",
      path: "/api/v1/notices/letters",
      summary: "Messages that wait, left, or could not leave",
      access: "users.admin",
      audit: "read",
      query: LetterQuery,
      reply: LetterList,
      handle: async ({ query }) => {
        const { items, counts } = await destinations.letters(query.state, query.limit);
        return { items: items.map(letterShown), counts };
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/notices/letters/repeat",
      summary: "Try messages again that could not leave, under the same ids",
      access: "users.admin",
      audit: "own",
      body: LetterIds,
      reply: ReadReply,
      handle: async ({ body, who, peer }) => ({ changed: await destinations.repeat(body.ids, { who, peer }) }),
    }),
    route({
      method: "POST",
      path: "/api/v1/notices/letters/drop",
      summary: "Give up messages",
      access: "users.admin",
      audit: "own",
      body: LetterIds,
      reply: ReadReply,
      handle: async ({ body, who, peer }) => ({ changed: await destinations.drop(body.ids, { who, peer }) }),
    }),
  ];
}

const iso = (at: Instant | null) => (at === null ? null : toIso(at));

/** Secrets, sealed or not, are left behind. */
function shown({ secret: _, authorization, ...one }: StoredDestination) {
  return {
    ...one,
    team: { ...one.team, kinds: [...one.team.kinds] },
    hasAuthorization: authorization !== null,
    createdAt: toIso(one.createdAt),
    lastOkAt: iso(one.lastOkAt),
    lastFailedAt: iso(one.lastFailedAt),
  };
}

function secretShown({ destination, secret }: { destination: StoredDestination; secret: string }) {
  return { destination: shown(destination), secret };
}

function letterShown(letter: StoredLetter) {
  return {
    id: letter.id,
    kind: letter.matter.kind,
    urgency: letter.matter.urgency,
    way: letter.way,
    recipient: letter.recipientName,
    createdAt: toIso(letter.createdAt),
    dueAt: toIso(letter.dueAt),
    endedAt: iso(letter.endedAt),
    attempts: letter.attempts,
    held: letter.held,
    code: letter.lastCode,
  };
}
