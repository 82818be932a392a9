import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { Fault } from "../../kernel/index.ts";
import { z } from "../schema/index.ts";

const Port = z.coerce.number().int().min(0).max(65_535);
const List = z.preprocess(
  (value) => (typeof value === "string" ? value.split(",").filter((entry) => entry.trim() !== "") : value),
  z.array(z.string().trim().min(1)),
);
const File = z.string().min(1).optional();

/**
 * Every setting, its default and its meaning. The zero value is the safe one: nothing listens beyond loopback,
 * nothing connects outward. Names in the file are these keys; in the environment `KHIEN_` + upper snake case.
 */
export const Config = z.strictObject({
  dataDir: z.string().min(1).describe("Folder of everything that is kept"),
  httpHost: z
    .string()
    .min(1)
    .default("127.0.0.1")
    .describe("Address the console and the API listen on; beyond loopback it needs publicUrl"),
  httpPort: Port.default(7443).describe("0 = any free port"),
  /** Set when a TLS-terminating proxy serves the console under another origin, e.g. https://khien.example.vn */
  publicUrl: z.url().optional().describe("Address people open when a TLS-terminating proxy stands in front"),
  syslogHost: z.string().min(1).default("127.0.0.1").describe("Address the syslog doors listen on"),
  syslogUdpPort: Port.default(0).describe("0 = off"),
  syslogTcpPort: Port.default(0).describe("0 = off"),
  syslogTlsPort: Port.default(0).describe("Syslog over TLS with client certificates; 0 = off"),
  syslogTlsCertFile: File.describe("PEM file: the door's certificate, with its chain"),
  syslogTlsKeyFile: File.describe("PEM file: the key of that certificate"),
  syslogTlsCaFile: File.describe("PEM file: the authorities that sign the senders' certificates"),
  syslogTlsSenders: List.default([]).describe(
    "Senders let in, and their sensor: SHA-256 fingerprint=sensor, CN=name=sensor or DNS:name=sensor; empty: every certificate of the authorities, under its own name",
  ),
  netflowHost: z.string().min(1).default("127.0.0.1").describe("Address the NetFlow and IPFIX door listens on"),
  netflowPort: Port.default(0).describe("NetFlow v5, v9 and IPFIX over UDP; 0 = off"),
  netflowExporters: List.default([]).describe(
    "Exporters listened to: address, or address=sensor; * = any address. Needed when the door is open",
  ),
  watchFolders: List.default([]).describe(
    "Folders whose files are followed: path, or sensor=path; without a sensor the folder's name",
  ),
  natsServers: List.default([]).describe(
    "NATS servers Khiên fetches logs from: host:port, or tls://host:port to insist on encryption; naming one here permits connecting to it; empty = off",
  ),
  natsStream: z
    .string()
    .regex(/^[^\s.*>/\\]{0,255}$/u)
    .default("")
    .describe("JetStream stream; empty = a plain subject, from which messages are lost while Khiên is away"),
  natsSubject: z
    .string()
    .regex(/^\S{0,255}$/u)
    .default("")
    .describe("Subject filter inside the stream, empty = everything in it; without a stream the subject itself"),
  natsDurable: z
    .string()
    .regex(/^[\w-]{1,64}$/u)
    .default("khien")
    .describe("Name of the durable consumer in the stream; made when it is not there"),
  natsSensor: z.string().trim().max(120).default("").describe("Sensor of all messages; empty = each message's subject"),
  natsCredentialsFile: File.describe("File with credentials for NATS: .creds, an nkey seed, or user:password"),
  natsCaFile: File.describe(
    "PEM file: the authorities that sign the NATS servers' certificates; default: the system's",
  ),
  natsCertFile: File.describe("PEM file: Khiên's own certificate for NATS, where the servers ask for one"),
  natsKeyFile: File.describe("PEM file: the key of that certificate"),
  logLevel: z
    .enum(["auto", "debug", "info", "warn", "error", "silent"])
    .default("auto")
    .describe("auto: warn on a terminal, info elsewhere"),
  /** Hosts the program may connect to, `host:port`. Empty: it connects to nothing. */
  egressAllow: List.default([]).describe(
    "Hosts the program may connect to, host:port, comma-separated; empty: it connects to nothing",
  ),
  lakeMemoryMb: z.coerce
    .number()
    .int()
    .min(256)
    .max(65_536)
    .default(1024)
    .describe("Memory the event store may use, in MB"),
  journalSegmentMb: z.coerce
    .number()
    .int()
    .min(1)
    .max(1024)
    .default(64)
    .describe("Size at which a journal segment is closed, in MB"),
  matchThreads: z.coerce
    .number()
    .int()
    .min(0)
    .max(32)
    .default(0)
    .describe("Threads that parse and match; 0 = by the number of processors"),
  placeholdersFile: z
    .string()
    .min(1)
    .optional()
    .describe(
      "YAML file with the values of %placeholders% in rules: name: [value, …]; rules that miss some wait, and run from the next start with them",
    ),
  oidcIssuer: z
    .url()
    .optional()
    .describe("OpenID Connect provider people sign in through; naming it here permits connecting to it; empty = off"),
  oidcClientId: z.string().max(200).default("").describe("Client id the provider knows Khiên by"),
  oidcClientSecretFile: File.describe("File with the client secret; without it Khiên is a public client"),
  oidcLabel: z.string().trim().max(60).default("").describe("Words on the button of that sign-in"),
  oidcRoleClaim: z
    .string()
    .min(1)
    .max(100)
    .default("groups")
    .describe("Claim of the ID token that says what a person is"),
  oidcRoles: List.default([]).describe(
    "Which value of that claim gives which role: value=role, the most powerful first; nobody else gets in",
  ),
  oidcUsernameClaim: z.string().min(1).max(100).default("preferred_username").describe("Claim with the user name"),
  oidcUnknown: z
    .enum(["refuse", "create"])
    .default("refuse")
    .describe("People of the provider whom nobody added here: refuse them, or add them at their first sign-in"),
  passwordSignIn: z
    .enum(["all", "break-glass"])
    .default("all")
    .describe("Who signs in with a password; break-glass: only that account, everyone else through the provider"),
  sessionHours: z.coerce
    .number()
    .int()
    .min(1)
    .max(168)
    .default(12)
    .describe("Longest life of a browser session, in hours"),
  mailHost: z.string().trim().max(253).default("").describe("Mail server notices leave by; empty = no mail"),
  mailPort: Port.default(587).describe("Port of the mail server; naming host and port permits connecting to them"),
  mailTls: z
    .enum(["starttls", "tls", "none"])
    .default("starttls")
    .describe("starttls and tls insist on encryption; none only to this machine"),
  mailUser: z
    .string()
    .trim()
    .min(1)
    .max(254)
    .optional()
    .describe("User name at the mail server, where it asks for one"),
  mailPasswordFile: File.describe("File with the password of that user; read for every message"),
  mailFrom: z.email().max(254).optional().describe("Sender of notices; needed when mailHost is set"),
  mailCaFile: File.describe("PEM file: the authorities that sign the mail server's certificate; default: the system's"),
});
export type Config = Readonly<z.infer<typeof Config>>;

/** Keys whose values are never printed. */
const SECRET_KEYS: ReadonlySet<string> = new Set<keyof Config>([]);

export interface ConfigSources {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** From the command line; wins over everything. */
  readonly flags: Readonly<Partial<Record<keyof Config, string>>>;
}

/** Environment variables of ours that are not settings. */
const NOT_SETTINGS: ReadonlySet<string> = new Set([
  "KHIEN_CONFIG",
  "KHIEN_TOKEN",
  "KHIEN_BOOTSTRAPPED",
  "KHIEN_NO_INSTALL",
  "KHIEN_TEST_OUT",
]);

/**
 * Flags > environment > file (`KHIEN_CONFIG`, else `<dataDir>/khien.json` when there) > defaults.
 * Throws Fault config.* naming the key and where it came from; unknown keys are fatal everywhere.
 */
export function loadConfig({ env, flags }: ConfigSources): Config {
  const fromEnv = readEnvironment(env);
  const dataDir = resolve(flags.dataDir ?? fromEnv.dataDir ?? join(homedir(), ".local", "share", "khien"));
  const file = env.KHIEN_CONFIG ?? join(dataDir, "khien.json");
  const fromFile = existsSync(file) || env.KHIEN_CONFIG !== undefined ? readFile(file) : {};
  const parsed = Config.safeParse({ ...fromFile, ...fromEnv, ...definedOnly(flags), dataDir });
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const key = issue?.code === "unrecognized_keys" ? (issue.keys[0] ?? "?") : String(issue?.path[0] ?? "?");
  const origin = key in flags ? "command line" : key in fromEnv ? `environment ${variableOf(key)}` : file;
  throw new Fault("invalid", "config.value.invalid", `setting ${key} (${origin}): ${issue?.message ?? "invalid"}`, {
    key,
    origin,
  });
}

/** The environment of this process. The only place in the program that reads it. */
export function processEnvironment(): Readonly<Record<string, string | undefined>> {
  return process.env;
}

/** Effective settings as `key: value` pairs, secrets masked. */
export function printableConfig(config: Config): Record<string, unknown> {
  return Object.fromEntries(Object.entries(config).map(([key, value]) => [key, SECRET_KEYS.has(key) ? "***" : value]));
}

function readEnvironment(env: ConfigSources["env"]): Partial<Record<string, string>> {
  const known = new Map(Object.keys(Config.shape).map((key) => [variableOf(key), key]));
  const settings: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (!name.startsWith("KHIEN_") || NOT_SETTINGS.has(name) || value === undefined) continue;
    const key = known.get(name);
    if (key === undefined) {
      throw new Fault(
        "invalid",
        "config.variable.unknown",
        `unknown environment variable ${name}; known: ${[...known.keys()].join(", ")}`,
        { name },
      );
    }
    settings[key] = value;
  }
  return settings;
}

function readFile(file: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(readFileSync(file, "utf8"));
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
    throw new SyntaxError("expected an object of settings");
  } catch (error) {
    throw new Fault("invalid", "config.file.unreadable", `${file}: ${(error as Error).message}`, { file });
  }
}

function definedOnly(flags: ConfigSources["flags"]): Record<string, string> {
  return Object.fromEntries(Object.entries(flags).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

function variableOf(key: string): string {
  return `KHIEN_${key.replace(/[A-Z]/gu, (letter) => `_${letter}`).toUpperCase()}`;
}
