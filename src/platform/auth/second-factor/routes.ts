import { type Route, route } from "../../http/index.ts";
import { z } from "../../schema/index.ts";
import type { Passkeys } from "../passkeys/passkeys.ts";
import { PasskeyCreation, PasskeyName, PasskeyRegistration } from "../passkeys/schemas.ts";
import { acting } from "../acting.ts";
import { type People } from "../people.ts";
import type { Factors } from "./factors.ts";
import type { FactorPolicy } from "./policy.ts";
import * as schemas from "./schemas.ts";

const Empty = z.strictObject({});
const Nothing = z.undefined();
const CredentialId = z.object({ id: z.string().min(1).max(1_400) });
const UserId = z.object({ id: z.string().min(1).max(64) });

export interface FactorServices {
  readonly factors: Factors;
  readonly passkeys: Passkeys;
  readonly people: People;
  readonly policy: FactorPolicy;
}

export function factorRoutes(services: FactorServices): Route[] {
  return [...ownRoutes(services), ...totpRoutes(services), ...passkeyRoutes(services), ...governingRoutes(services)];
}

const keeping = (asked: Parameters<typeof acting>[0]) => ({
  ...acting(asked),
  keepSession: asked.who.session?.id ?? "",
});

function ownRoutes({ factors }: FactorServices): Route[] {
  return [
    route({
      method: "GET",
      path: "/api/v1/session/factors",
      summary: "One's own second factors",
      access: "session",
      audit: "read",
      reply: schemas.FactorOverview,
      handle: ({ who }) => factors.overview(who.id),
    }),
    route({
      method: "POST",
      path: "/api/v1/session/recovery-codes",
      summary: "New recovery codes; the ones before stop working",
      access: "session",
      audit: "own",
      stepUp: true,
      body: Empty,
      reply: schemas.RecoveryCodes,
      handle: async (asked) => ({ recoveryCodes: await factors.renewRecoveryCodes(asked.who.id, acting(asked)) }),
    }),
  ];
}

function totpRoutes({ factors }: FactorServices): Route[] {
  return [
    route({
      method: "POST",
      path: "/api/v1/session/totp/begin",
      summary: "A new secret for an authenticator app, told once; nothing is kept before it is confirmed",
      access: "session",
      audit: "own",
      stepUp: true,
      body: Empty,
      reply: schemas.TotpBegun,
      handle: async ({ who, peer }) => factors.beginTotp({ id: who.id, username: who.name }, peer),
    }),
    route({
      method: "POST",
      path: "/api/v1/session/totp",
      summary: "Confirms the secret with a code of the app",
      access: "session",
      audit: "own",
      stepUp: true,
      ratePerMinute: 10,
      body: schemas.Code,
      reply: schemas.FactorAdded,
      status: 201,
      handle: async (asked) => ({
        recoveryCodes: await factors.confirmTotp(asked.who.id, asked.body.code.replace(/\s/gu, ""), keeping(asked)),
      }),
    }),
    route({
      method: "DELETE",
      path: "/api/v1/session/totp",
      summary: "Gives up one-time codes",
      access: "session",
      audit: "own",
      stepUp: true,
      reply: Nothing,
      status: 204,
      handle: async (asked) => {
        await factors.removeTotp(asked.who.id, acting(asked));
        return undefined;
      },
    }),
  ];
}

function passkeyRoutes({ factors, passkeys, people }: FactorServices): Route[] {
  return [
    route({
      method: "POST",
      path: "/api/v1/session/passkeys/begin",
      summary: "What the browser asks an authenticator for a new passkey",
      access: "session",
      audit: "own",
      stepUp: true,
      body: Empty,
      reply: PasskeyCreation,
      handle: async ({ who, peer }) => passkeys.beginAdding(await people.own(who.id), peer),
    }),
    route({
      method: "POST",
      path: "/api/v1/session/passkeys",
      summary: "Adds the passkey the authenticator made",
      access: "session",
      audit: "own",
      stepUp: true,
      body: z.strictObject({ name: PasskeyName, passkey: PasskeyRegistration }),
      reply: schemas.FactorAdded,
      status: 201,
      handle: async (asked) => {
        const { name, passkey } = asked.body;
        const as = { userId: asked.who.id, name };
        return { recoveryCodes: await factors.addPasskey(passkey, as, keeping(asked)) };
      },
    }),
    route({
      method: "PATCH",
      path: "/api/v1/session/passkeys/:id",
      summary: "Renames a passkey",
      access: "session",
      audit: "own",
      params: CredentialId,
      body: z.strictObject({ name: PasskeyName }),
      reply: Nothing,
      status: 204,
      handle: async (asked) => {
        const { id } = asked.params;
        await passkeys.rename({ id, userId: asked.who.id, name: asked.body.name }, acting(asked));
        return undefined;
      },
    }),
    route({
      method: "DELETE",
      path: "/api/v1/session/passkeys/:id",
      summary: "Removes a passkey",
      access: "session",
      audit: "own",
      stepUp: true,
      params: CredentialId,
      reply: Nothing,
      status: 204,
      handle: async (asked) => {
        await factors.removePasskey({ id: asked.params.id, userId: asked.who.id }, acting(asked));
        return undefined;
      },
    }),
  ];
}

function governingRoutes({ factors, people, policy }: FactorServices): Route[] {
  return [
    route({
      method: "DELETE",
      path: "/api/v1/users/:id/factors",
      summary: "Takes every second factor from a person who lost them; every session of the person ends",
      access: "users.admin",
      audit: "own",
      stepUp: true,
      params: UserId,
      reply: Nothing,
      status: 204,
      handle: async (asked) => {
        await people.requireBelow(asked.params.id, acting(asked));
        await factors.reset(asked.params.id, acting(asked));
        return undefined;
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/sign-in-policy",
      summary: "Roles whose people need a second factor",
      access: "users.admin",
      audit: "read",
      reply: schemas.FactorPolicy,
      handle: async () => ({ secondFactor: await policy.roles() }),
    }),
    route({
      method: "PUT",
      path: "/api/v1/sign-in-policy",
      summary: "Sets which roles need a second factor, from the next sign-in of each person on",
      access: "users.admin",
      audit: "own",
      stepUp: true,
      body: schemas.FactorPolicy,
      reply: schemas.FactorPolicy,
      handle: async (asked) => {
        await policy.set(asked.body.secondFactor, acting(asked));
        return { secondFactor: await policy.roles() };
      },
    }),
  ];
}
