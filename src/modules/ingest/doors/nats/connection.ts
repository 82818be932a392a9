/** One connection to one server of the bus. It never finds other servers by itself: each must be permitted. */
import {
  type Authenticator,
  connect,
  credsAuthenticator,
  errors,
  type NatsConnection,
  nkeyAuthenticator,
  type TlsOptions,
  usernamePasswordAuthenticator,
} from "@nats-io/transport-node";
import { Fault, isFault } from "../../../../kernel/index.ts";
import { NATS_CONNECT_TIMEOUT_MS } from "../../limits.ts";
import { checkSecrecy, destinationOf, type NatsCredentials, type NatsSecrets, type NatsServer } from "./servers.ts";

const PING_EVERY_MS = 20_000;

export async function connectTo(server: NatsServer, secrets: NatsSecrets): Promise<NatsConnection> {
  checkSecrecy(server, secrets);
  const tls = tlsOptions(server, secrets);
  const authenticator = authenticatorOf(secrets.credentials);
  return connect({
    servers: destinationOf(server),
    name: "khien",
    // Every further attempt is permitted, and its files are read, anew.
    reconnect: false,
    ignoreClusterUpdates: true,
    timeout: NATS_CONNECT_TIMEOUT_MS,
    pingInterval: PING_EVERY_MS,
    maxPingOut: 2,
    ...(tls === undefined ? {} : { tls }),
    ...(authenticator === undefined ? {} : { authenticator }),
  });
}

/** Undefined: encrypted when the server offers it, with the system's authorities. */
function tlsOptions({ host, tls }: NatsServer, { ca, certificate, key }: NatsSecrets): TlsOptions | undefined {
  if (!tls && ca === undefined && certificate === undefined) return undefined;
  const options: TlsOptions & { host: string } = { host: host.replace(/^\[|\]$/gu, "") };
  if (ca !== undefined) options.ca = ca;
  if (certificate !== undefined) options.cert = certificate;
  if (key !== undefined) options.key = key;
  return options;
}

function authenticatorOf(credentials: NatsCredentials | undefined): Authenticator | undefined {
  switch (credentials?.kind) {
    case undefined:
      return undefined;
    case "creds":
      return credsAuthenticator(Buffer.from(credentials.creds));
    case "nkey":
      return nkeyAuthenticator(Buffer.from(credentials.seed));
    case "password":
      return usernamePasswordAuthenticator(credentials.user, credentials.password);
  }
}

/** Why there is no connection, or none any more, as something to show. */
export function natsFault(error: unknown, server: NatsServer): Fault {
  if (isFault(error)) return error;
  const at = { server: destinationOf(server) };
  const detail = error instanceof Error ? error.message : String(error);
  const told = (code: string): Fault =>
    new Fault("unavailable", `ingest.nats.${code}`, `${at.server}: ${detail}`, { ...at, detail: detail.slice(0, 300) });
  if (error instanceof errors.AuthorizationError || error instanceof errors.UserAuthenticationExpiredError)
    return told("refused");
  if (error instanceof errors.PermissionViolationError) return told("not_permitted");
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  if (/CERT|TLS|SSL|SIGNATURE|ALTNAME/u.test(code) || /\btls\b|certificate/iu.test(detail)) return told("tls");
  return told("unreachable");
}
