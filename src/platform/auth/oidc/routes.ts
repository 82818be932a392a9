import { Fault } from "../../../kernel/index.ts";
import { type Route, route } from "../../http/index.ts";
import { z } from "../../schema/index.ts";
import { PENDING_MS } from "../limits.ts";
import * as schemas from "../schemas.ts";
import { answer, browserOf, cookieOf } from "../sign-in/cookies.ts";
import type { Oidc } from "./oidc.ts";

/** Ties the provider's answer to the browser that asked. */
const OIDC_COOKIE = "khien_oidc";

/** The console is the page the provider sends people back to: its request is ours, so the cookie can stay strict. */
export function oidcRoutes(oidc: Oidc | undefined): Route[] {
  const configured = (): Oidc => {
    if (oidc === undefined) throw new Fault("missing", "auth.oidc.off", "no identity provider is configured");
    return oidc;
  };
  return [
    route({
      method: "POST",
      path: "/api/v1/oidc/begin",
      summary: "The address of the organisation's sign-in page",
      access: "public",
      audit: "own",
      ratePerMinute: 30,
      body: z.strictObject({}),
      reply: z.object({ url: z.url() }),
      handle: async (asked) => {
        const { url, ticket } = await configured().begin(asked.peer);
        asked.setCookie(OIDC_COOKIE, ticket, { maxAgeSeconds: PENDING_MS / 1000 });
        return { url };
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/oidc/finish",
      summary: "Signs in with what the provider's page came back with",
      access: "public",
      audit: "own",
      ratePerMinute: 30,
      body: z.strictObject({ query: z.string().max(8_192) }),
      reply: z.union([schemas.Session, schemas.PendingSignIn]),
      handle: async (asked) => {
        const ticket = cookieOf(asked, OIDC_COOKIE);
        asked.clearCookie(OIDC_COOKIE);
        return answer(asked, await configured().finish(ticket, asked.body.query, browserOf(asked)));
      },
    }),
  ];
}
