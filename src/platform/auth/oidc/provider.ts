import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  ClientSecretPost,
  type Configuration,
  customFetch,
  discovery,
  enableNonRepudiationChecks,
  None,
  randomPKCECodeVerifier,
} from "openid-client";
import { Fault } from "../../../kernel/index.ts";
import { randomSecret } from "../secrets.ts";
import type { RoleRule } from "./role-mapping.ts";

export interface OidcSettings {
  readonly issuer: URL;
  readonly clientId: string;
  readonly clientSecret?: string | undefined;
  /** Words on the button. */
  readonly label: string;
  readonly roleClaim: string;
  readonly roles: readonly RoleRule[];
  readonly usernameClaim: string;
  /** People the provider knows and we do not are added at their first sign-in. */
  readonly createsPeople: boolean;
  /** The only way out, through the egress gate. */
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
}

/** What one sign-in has to come back with. */
export interface Expected {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  readonly redirectUri: string;
}

export type Claims = Readonly<Record<string, unknown>> & { readonly iss: string; readonly sub: string };

const SCOPE = "openid profile email";
const TIMEOUT_SECONDS = 10;

/** Code flow with PKCE, state and nonce; signatures, issuer, audience and times are checked by openid-client. */
export class OidcProvider {
  readonly settings: OidcSettings;
  #known: Promise<Configuration> | undefined;

  constructor(settings: OidcSettings) {
    this.settings = settings;
  }

  async begin(redirectUri: string): Promise<{ url: string; expected: Expected }> {
    const configuration = await this.#configuration();
    const expected = { state: randomSecret(), nonce: randomSecret(), verifier: randomPKCECodeVerifier(), redirectUri };
    const url = buildAuthorizationUrl(configuration, {
      redirect_uri: redirectUri,
      scope: SCOPE,
      state: expected.state,
      nonce: expected.nonce,
      code_challenge: await calculatePKCECodeChallenge(expected.verifier),
      code_challenge_method: "S256",
    });
    return { url: url.href, expected };
  }

  /** Fault auth.oidc.refused, whatever does not hold; `why` is for the audit log. */
  async finish(query: string, expected: Expected): Promise<Claims> {
    const configuration = await this.#configuration();
    const back = new URL(expected.redirectUri);
    back.search = query;
    const tokens = await authorizationCodeGrant(configuration, back, {
      pkceCodeVerifier: expected.verifier,
      expectedState: expected.state,
      expectedNonce: expected.nonce,
      idTokenExpected: true,
    }).catch((error: unknown) => {
      throw refused(error);
    });
    const claims = tokens.claims();
    if (claims === undefined) throw refused(undefined);
    return claims as Claims;
  }

  /** Asked for once; after a failure, again. */
  #configuration(): Promise<Configuration> {
    this.#known ??= this.#discover().catch((error: unknown) => {
      this.#known = undefined;
      const why = error instanceof Error ? error.message : "";
      throw new Fault("unavailable", "auth.oidc.unreachable", `the identity provider cannot be asked: ${why}`, {}, 10);
    });
    return this.#known;
  }

  #discover(): Promise<Configuration> {
    const { issuer, clientId, clientSecret, fetch } = this.settings;
    return discovery(
      issuer,
      clientId,
      undefined,
      clientSecret === undefined ? None() : ClientSecretPost(clientSecret),
      {
        [customFetch]: (url, init) => fetch(url, init as RequestInit),
        execute: [
          // Without it the signature of an ID token that comes straight from the provider is not looked at.
          enableNonRepudiationChecks,
          // Settings allow an address without TLS only on this machine.
          ...(issuer.protocol === "http:" ? [allowInsecureRequests] : []),
        ],
        timeout: TIMEOUT_SECONDS,
      },
    );
  }
}

function refused(error: unknown): Fault {
  const why = (error as { code?: unknown } | undefined)?.code;
  return new Fault("unauthenticated", "auth.oidc.refused", "the answer of the identity provider does not hold", {
    why: typeof why === "string" ? why : "",
  });
}
