/** A real OpenID Connect provider on loopback; its sign-in page knows who comes. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import Provider from "oidc-provider";

export interface Known {
  readonly sub: string;
  readonly preferred_username?: string;
  readonly name?: string;
  readonly groups: readonly string[];
}

export const CLIENT = { id: "khien", secret: "a secret of the test" } as const;

export class LocalProvider {
  readonly issuer: string;
  readonly #server: Server;
  readonly #build: (redirectUri: string) => void;
  /** Who sits before the browser. */
  person: Known = { sub: "nobody", groups: [] };

  private constructor(of: { server: Server; issuer: string; build: (redirectUri: string) => void }) {
    this.#server = of.server;
    this.issuer = of.issuer;
    this.#build = of.build;
  }

  static async open(): Promise<LocalProvider> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    let local: LocalProvider | undefined;
    let provider: Provider | undefined;
    const build = (redirectUri: string) => {
      provider = providerFor(issuer, redirectUri, () => local?.person ?? { sub: "nobody", groups: [] });
    };
    server.on("request", (request, response) => {
      const current = provider;
      if (current === undefined) return void response.writeHead(503).end();
      if (request.url?.startsWith("/interaction/")) {
        const login = { accountId: local?.person.sub ?? "nobody" };
        return void current.interactionFinished(request, response, { login });
      }
      return void current.callback()(request, response);
    });
    local = new LocalProvider({ server, issuer, build });
    return local;
  }

  /** Where the console is, which the provider has to know before anybody is sent to it. */
  expect(redirectUri: string): void {
    this.#build(redirectUri);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

function providerFor(issuer: string, redirectUri: string, person: () => Known): Provider {
  return new Provider(issuer, {
    clients: [
      {
        client_id: CLIENT.id,
        client_secret: CLIENT.secret,
        redirect_uris: [redirectUri],
        token_endpoint_auth_method: "client_secret_post",
      },
    ],
    claims: { openid: ["sub"], profile: ["preferred_username", "name", "groups"], email: ["email"] },
    conformIdTokenClaims: false,
    ttl: { AccessToken: 600, Grant: 600, IdToken: 600, Interaction: 600, Session: 600 },
    cookies: { keys: ["a key of the test"] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
    findAccount: (_ctx, accountId) => ({ accountId, claims: () => ({ ...person(), sub: accountId }) }),
    // Nobody is asked for consent by their own organisation.
    loadExistingGrant: async (ctx) => {
      const grant = new ctx.oidc.provider.Grant({
        clientId: ctx.oidc.client?.clientId ?? "",
        accountId: ctx.oidc.session?.accountId ?? "",
      });
      grant.addOIDCScope("openid profile email");
      await grant.save();
      return grant;
    },
  });
}

/** What a browser does at the provider: follows its redirects, keeps its cookies, ends at the console's own address. */
export async function passThrough(url: string, stopAt: string): Promise<URL> {
  const jar = new Map<string, string>();
  let next = url;
  for (let hop = 0; hop < 10; hop++) {
    if (next.startsWith(stopAt)) return new URL(next);
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
    const answer = await fetch(next, { redirect: "manual", headers: { cookie } });
    for (const one of answer.headers.getSetCookie()) {
      const [name = "", ...value] = (one.split(";", 1)[0] ?? "").split("=");
      jar.set(name, value.join("="));
    }
    const location = answer.headers.get("location");
    if (location === null) throw new Error(`the provider stopped at ${next}: ${answer.status} ${await answer.text()}`);
    next = new URL(location, next).href;
  }
  throw new Error("the provider sends in circles");
}
