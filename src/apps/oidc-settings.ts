import { readFileSync } from "node:fs";
import { Fault } from "../kernel/index.ts";
import { type OidcSettings, parseRoleRule } from "../platform/auth/index.ts";
import type { Config } from "../platform/config/index.ts";
import type { EgressGate } from "../platform/egress/index.ts";

const PURPOSE = "oidc";
const MAX_SECRET_CHARS = 4_096;
const HERE: ReadonlySet<string> = new Set(["127.0.0.1", "[::1]", "localhost"]);

/** Refuses settings that would let nobody in, or send people's codes in clear. */
export function checkOidcSettings(config: Config): void {
  const wrong = (key: string, detail: string): Fault =>
    new Fault("invalid", "config.value.invalid", `setting ${key}: ${detail}`, { key, origin: "settings" });
  if (config.oidcIssuer === undefined) {
    if (config.passwordSignIn === "break-glass")
      throw wrong("passwordSignIn", "without oidcIssuer nobody could sign in");
    return;
  }
  const { protocol, hostname } = new URL(config.oidcIssuer);
  if (protocol !== "https:" && !HERE.has(hostname)) throw wrong("oidcIssuer", "must be https");
  if (config.oidcClientId === "") throw wrong("oidcClientId", "is needed with oidcIssuer");
  if (config.oidcRoles.length === 0) throw wrong("oidcRoles", "is needed with oidcIssuer: nobody would have a role");
  const bad = config.oidcRoles.find((text) => parseRoleRule(text) === undefined);
  if (bad !== undefined) throw wrong("oidcRoles", `${bad} is not value=role`);
}

/** The provider itself; what it names besides (its keys elsewhere) has to stand in egressAllow. */
export function oidcDestinations({ oidcIssuer }: Config): string[] {
  if (oidcIssuer === undefined) return [];
  const { hostname, port, protocol } = new URL(oidcIssuer);
  return [`${hostname}:${port === "" ? (protocol === "https:" ? "443" : "80") : port}`];
}

export function oidcSettings(config: Config, egress: EgressGate): OidcSettings | undefined {
  if (config.oidcIssuer === undefined) return undefined;
  const { oidcClientSecretFile: file } = config;
  const issuer = new URL(config.oidcIssuer);
  return {
    issuer,
    clientId: config.oidcClientId,
    clientSecret: file === undefined ? undefined : readFileSync(file, "utf8").trim().slice(0, MAX_SECRET_CHARS),
    label: config.oidcLabel === "" ? issuer.hostname : config.oidcLabel,
    roleClaim: config.oidcRoleClaim,
    roles: config.oidcRoles.map(parseRoleRule).filter((rule) => rule !== undefined),
    usernameClaim: config.oidcUsernameClaim,
    createsPeople: config.oidcUnknown === "create",
    fetch: (url, init) => egress.request(new URL(url), init, PURPOSE),
  };
}
