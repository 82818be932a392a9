import { type Route, route, SESSION_COOKIE } from "../../http/index.ts";
import { z } from "../../schema/index.ts";
import type { Passkeys } from "../passkeys/passkeys.ts";
import { PasskeyRequest } from "../passkeys/schemas.ts";
import { acting } from "../acting.ts";
import * as schemas from "../schemas.ts";
import type { Sessions } from "../sessions.ts";
import { answer, browserOf, cookieOf, giveCookies, PENDING_COOKIE } from "./cookies.ts";
import type { Proof } from "./proof.ts";
import type { Setup } from "./setup.ts";
import type { SignIn } from "./sign-in.ts";

const Empty = z.strictObject({});

export interface SignInServices {
  readonly setup: Setup;
  readonly signIn: SignIn;
  readonly proof: Proof;
  readonly passkeys: Passkeys;
  readonly sessions: Sessions;
  readonly version: string;
  readonly oidc: { readonly label: string } | null;
  readonly passwords: "all" | "break-glass";
}

export function signInRoutes(services: SignInServices): Route[] {
  return [...setupRoutes(services), ...passwordRoutes(services), ...passkeyRoutes(services), ...proofRoutes(services)];
}

function setupRoutes({ setup, version, oidc, passwords }: SignInServices): Route[] {
  return [
    route({
      method: "GET",
      path: "/api/v1/setup",
      summary: "Whether the first admin is still to be created",
      access: "public",
      audit: "read",
      reply: schemas.SetupState,
      handle: async () => ({ needed: await setup.isNeeded(), version, oidc, passwords }),
    }),
    route({
      method: "POST",
      path: "/api/v1/setup",
      summary: "Creates the first admin with the one-time token and signs in",
      access: "public",
      audit: "own",
      ratePerMinute: 10,
      body: schemas.SetupRequest,
      reply: schemas.Session,
      handle: async (asked) => giveCookies(asked, await setup.run(asked.body, browserOf(asked))),
    }),
  ];
}

function passwordRoutes({ signIn, sessions }: SignInServices): Route[] {
  return [
    route({
      method: "POST",
      path: "/api/v1/session",
      summary: "Signs in, or asks for the second factor; a session the browser held before ends",
      access: "public",
      audit: "own",
      ratePerMinute: 60,
      body: schemas.SignInRequest,
      reply: z.union([schemas.Session, schemas.PendingSignIn]),
      handle: async (asked) => answer(asked, await signIn.withPassword({ ...asked.body, ...browserOf(asked) })),
    }),
    route({
      method: "POST",
      path: "/api/v1/session/second-step",
      summary: "Signs in with the second factor, after the password in the same browser",
      access: "public",
      audit: "own",
      ratePerMinute: 60,
      body: schemas.SecondStep,
      reply: schemas.Session,
      handle: async (asked) => {
        const ticket = cookieOf(asked, PENDING_COOKIE);
        return giveCookies(asked, await signIn.withSecondStep(ticket, asked.body, browserOf(asked)));
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/session",
      summary: "The present session",
      access: "session",
      audit: "read",
      reply: schemas.Session,
      handle: ({ who }) => sessions.describe(who),
    }),
    route({
      method: "DELETE",
      path: "/api/v1/session",
      summary: "Signs out",
      access: "session",
      audit: "own",
      status: 204,
      reply: z.undefined(),
      handle: async (asked) => {
        await sessions.signOut(asked.who, acting(asked));
        asked.clearCookie(SESSION_COOKIE);
        return undefined;
      },
    }),
  ];
}

function passkeyRoutes({ signIn, passkeys }: SignInServices): Route[] {
  return [
    route({
      method: "POST",
      path: "/api/v1/session/passkey-options",
      summary: "What the browser asks an authenticator: for a sign-in without password, or for its second step",
      access: "public",
      audit: "own",
      ratePerMinute: 60,
      body: z.strictObject({ as: z.enum(["first", "second"]) }),
      reply: PasskeyRequest,
      handle: (asked) =>
        asked.body.as === "second"
          ? signIn.passkeyOptions(cookieOf(asked, PENDING_COOKIE), asked.peer)
          : passkeys.beginProof({ purpose: "sign-in", userId: null, peer: asked.peer }),
    }),
    route({
      method: "POST",
      path: "/api/v1/session/passkey",
      summary: "Signs in with a passkey alone",
      access: "public",
      audit: "own",
      ratePerMinute: 60,
      body: schemas.PasskeySignIn,
      reply: schemas.Session,
      handle: async (asked) => giveCookies(asked, await signIn.withPasskey(asked.body.passkey, browserOf(asked))),
    }),
  ];
}

function proofRoutes({ proof }: SignInServices): Route[] {
  return [
    route({
      method: "POST",
      path: "/api/v1/session/proof/passkey-options",
      summary: "What the browser asks an authenticator to prove who is there",
      access: "session",
      audit: "own",
      ratePerMinute: 60,
      body: Empty,
      reply: PasskeyRequest,
      handle: ({ who, peer }) => proof.passkeyOptions(who, peer),
    }),
    route({
      method: "POST",
      path: "/api/v1/session/proof",
      summary: "Proves again who is there: what is dangerous opens for ten minutes",
      access: "session",
      audit: "own",
      ratePerMinute: 30,
      body: schemas.GivenProof,
      reply: z.undefined(),
      status: 204,
      handle: async (asked) => {
        await proof.give(asked.who, asked.body, acting(asked));
        return undefined;
      },
    }),
  ];
}
