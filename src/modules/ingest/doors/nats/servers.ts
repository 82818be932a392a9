/** Where the bus is and how Khiên proves who it is. Each of these throws a Fault that names the setting or the file. */
import { readFile } from "node:fs/promises";
import { Fault } from "../../../../kernel/index.ts";

export interface NatsServer {
  readonly host: string;
  readonly port: number;
  /** Refuses to go on without encryption. Otherwise the server decides. */
  readonly tls: boolean;
}

export interface NatsFiles {
  readonly credentials?: string | undefined;
  readonly ca?: string | undefined;
  readonly certificate?: string | undefined;
  readonly key?: string | undefined;
}

export type NatsCredentials =
  | { readonly kind: "creds"; readonly creds: string }
  | { readonly kind: "nkey"; readonly seed: string }
  | { readonly kind: "password"; readonly user: string; readonly password: string };

export interface NatsSecrets {
  readonly credentials: NatsCredentials | undefined;
  readonly ca: string | undefined;
  readonly certificate: string | undefined;
  readonly key: string | undefined;
}

const NKEY_SEED = /^SU[A-Z2-7]{56}$/u;

/** `host:port`, `nats://host:port` or `tls://host:port`, one entry each. */
export function natsServers(entries: readonly string[]): NatsServer[] {
  return entries.map((entry) => {
    const [, scheme = "nats", host = "", port = ""] =
      /^(?:(nats|tls):\/\/)?([\w.-]{1,253}|\[[0-9a-fA-F:.]{2,45}\]):(\d{1,5})$/u.exec(entry) ?? [];
    if (host === "" || Number(port) < 1 || Number(port) > 65_535) {
      throw new Fault("invalid", "ingest.nats.server", `"${entry}" is no host:port and no tls://host:port`, { entry });
    }
    return { host: host.toLowerCase(), port: Number(port), tls: scheme === "tls" };
  });
}

export function destinationOf({ host, port }: NatsServer): string {
  return `${host}:${port}`;
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "[::1]" || /^127(?:\.\d{1,3}){3}$/u.test(host);
}

async function readSecret(file: string | undefined): Promise<string | undefined> {
  if (file === undefined) return undefined;
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    throw new Fault("invalid", "ingest.nats.file", `${file}: ${(error as Error).message}`, { file });
  }
}

/** Read anew for each connection: what was renewed holds from then on. */
export async function readSecrets(files: NatsFiles): Promise<NatsSecrets> {
  const credentials = await readSecret(files.credentials);
  return {
    credentials: credentials === undefined ? undefined : credentialsIn(credentials, files.credentials ?? ""),
    ca: await readSecret(files.ca),
    certificate: await readSecret(files.certificate),
    key: await readSecret(files.key),
  };
}

/** A `.creds` file, the seed of an nkey, or `user:password` on one line. */
export function credentialsIn(text: string, file: string): NatsCredentials {
  if (text.includes("-----BEGIN NATS USER JWT-----")) return { kind: "creds", creds: text };
  const line = text.trim();
  if (NKEY_SEED.test(line)) return { kind: "nkey", seed: line };
  const colon = line.indexOf(":");
  if (colon > 0 && !line.includes("\n"))
    return { kind: "password", user: line.slice(0, colon), password: line.slice(colon + 1) };
  throw new Fault("invalid", "ingest.nats.credentials", `${file} is no credentials file, nkey seed or user:password`, {
    file,
  });
}

/** A password travels as it is; a signature does not give its key away. */
export function checkSecrecy(server: NatsServer, { credentials }: NatsSecrets): void {
  if (credentials?.kind !== "password" || server.tls || isLoopback(server.host)) return;
  throw new Fault(
    "invalid",
    "ingest.nats.plain_password",
    `a password would go to ${destinationOf(server)} unencrypted: write tls:// in natsServers`,
    { server: destinationOf(server) },
  );
}
