/** A provider that answers whatever a test wants: its discovery is sound, its tokens need not be. */
import { createHmac, createPrivateKey, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { CLIENT } from "./provider.ts";

export type Claims = Record<string, unknown>;

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
const newKey = (): KeyObject => generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;

export class HostileProvider {
  readonly issuer: string;
  readonly #server: Server;
  readonly #key = newKey();
  readonly #foreign = newKey();
  /** What the token address answers. */
  tokens: (() => object) | undefined;
  /** What discovery says beside the ordinary. */
  metadata: object = {};

  private constructor(server: Server, issuer: string) {
    this.#server = server;
    this.issuer = issuer;
    server.on("request", (request, response) => {
      const answer = this.#answer(request.url ?? "");
      response.writeHead(answer === undefined ? 404 : 200, { "content-type": "application/json" });
      response.end(JSON.stringify(answer ?? {}));
    });
  }

  static async open(): Promise<HostileProvider> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new HostileProvider(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  }

  /** An ID token that holds for a sign-in with this nonce, before a test spoils it. */
  claims(nonce: string | null): Claims {
    const now = Math.floor(Date.now() / 1_000);
    const person = { sub: "s-1", preferred_username: "lan.nguyen", name: "Lan", groups: ["soc"] };
    return { iss: this.issuer, aud: CLIENT.id, iat: now, exp: now + 300, nonce, ...person };
  }

  signed(claims: Claims, by: "own" | "foreign" | "nobody" | "client-secret" = "own"): string {
    const alg = { own: "RS256", foreign: "RS256", nobody: "none", "client-secret": "HS256" }[by];
    const text = `${part({ alg, typ: "JWT", kid: "k-1" })}.${part(claims)}`;
    if (by === "nobody") return `${text}.`;
    if (by === "client-secret")
      return `${text}.${createHmac("sha256", CLIENT.secret).update(text).digest("base64url")}`;
    const key = by === "own" ? this.#key : this.#foreign;
    return `${text}.${sign("RSA-SHA256", Buffer.from(text), key).toString("base64url")}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #answer(url: string): object | undefined {
    const { issuer } = this;
    if (url === "/.well-known/openid-configuration") {
      return {
        issuer,
        authorization_endpoint: `${issuer}/auth`,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/keys`,
        response_types_supported: ["code"],
        subject_types_supported: ["public"],
        id_token_signing_alg_values_supported: ["RS256"],
        ...this.metadata,
      };
    }
    if (url === "/keys") {
      const { kty, n, e } = createPrivateKey(this.#key.export({ type: "pkcs8", format: "pem" })).export({
        format: "jwk",
      });
      return { keys: [{ kty, n, e, kid: "k-1", alg: "RS256", use: "sig" }] };
    }
    return url === "/token" ? this.tokens?.() : undefined;
  }
}
