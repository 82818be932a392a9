import { Fault } from "../../kernel/index.ts";
import { openAudit } from "../../platform/audit/index.ts";
import { BUILT_IN_ROLES, openAuth, Username } from "../../platform/auth/index.ts";
import { systemClock } from "../../platform/clock/index.ts";
import type { Config } from "../../platform/config/index.ts";
import { flag, oneOf, readArguments, text, wholeNumber } from "../arguments.ts";
import { version } from "../version.ts";
import { openRecordsOf } from "../parts/records.ts";
import { CONFIG_OPTIONS, configOf } from "./config.ts";

export const USER_HELP = `khien user add [USERNAME] --role ROLE --password-stdin [--name "Full Name"] [--lang vi|en]

Creates a person without a browser. Roles: ${BUILT_IN_ROLES.join(", ")}, or the id of an own one. Without a user name the role's name is used. The password is read from standard input (first line), never from the command line.
`;

export const TOKEN_HELP = `khien token create --scope ingest|read|backup --name NAME [--sensor NAME] [--expires-days N]

Prints the new token's secret on standard output, once. Only its hash is kept.
`;

const LONGEST_PASSWORD = 4_096;

/** `khien user add`. */
export async function userCommand(args: readonly string[]): Promise<number> {
  const [verb, ...rest] = args;
  const parsed = readArguments(rest, {
    ...CONFIG_OPTIONS,
    username: { type: "string" },
    name: { type: "string" },
    role: { type: "string" },
    lang: { type: "string" },
    "password-stdin": { type: "boolean" },
  });
  if (verb !== "add") throw new Fault("invalid", "cli.command.unknown", `khien user knows: add\n${USER_HELP}`);
  const role = text(parsed, "role");
  if (role === undefined)
    throw new Fault("invalid", "cli.arguments.missing", `--role is needed: ${BUILT_IN_ROLES.join(", ")}`);
  if (!flag(parsed, "password-stdin"))
    throw new Fault(
      "invalid",
      "cli.arguments.missing",
      "--password-stdin is needed: the password comes on standard input",
    );
  const name = text(parsed, "name");
  const username = text(parsed, "username") ?? parsed.positionals[0] ?? (isUsername(name) ? name : role);
  const language = oneOf(parsed, "lang", ["vi", "en"]) ?? "vi";
  const password = await firstLineOfStdin();
  const user = await withAuth(configOf(parsed), ({ service }) =>
    service.addUser({ username, displayName: name ?? username, role, language, password }),
  );
  process.stdout.write(`${user.username} (${user.role}) created\n`);
  return 0;
}

/** `khien token create`. */
export async function tokenCommand(args: readonly string[]): Promise<number> {
  const [verb, ...rest] = args;
  const parsed = readArguments(rest, {
    ...CONFIG_OPTIONS,
    scope: { type: "string" },
    name: { type: "string" },
    sensor: { type: "string" },
    "expires-days": { type: "string" },
  });
  if (verb !== "create") throw new Fault("invalid", "cli.command.unknown", `khien token knows: create\n${TOKEN_HELP}`);
  const scope = oneOf(parsed, "scope", ["ingest", "read", "backup"]);
  if (scope === undefined)
    throw new Fault("invalid", "cli.arguments.missing", "--scope is needed: ingest, read or backup");
  const sensor = text(parsed, "sensor");
  const days = wholeNumber(parsed, "expires-days", 1, 3650);
  const name = text(parsed, "name") ?? `${scope} (command line)`;
  const { secret } = await withAuth(configOf(parsed), ({ service }) =>
    service.createToken({
      name,
      scope,
      ...(sensor === undefined ? {} : { sensor }),
      ...(days === undefined ? {} : { expiresInDays: days }),
    }),
  );
  process.stdout.write(`${secret}\n`);
  return 0;
}

function isUsername(name: string | undefined): name is string {
  return name !== undefined && Username.safeParse(name).success;
}

type Auth = Awaited<ReturnType<typeof openAuth>>;

/** Identity on the records of a data directory; safe beside a running server. */
async function withAuth<T>(config: Config, work: (auth: Auth) => Promise<T>): Promise<T> {
  const records = openRecordsOf(config);
  const audit = await openAudit({ records, clock: systemClock, dataDir: config.dataDir });
  try {
    return await work(await openAuth({ ...config, records, audit, clock: systemClock, version }));
  } finally {
    await audit.close();
    await records.close();
  }
}

async function firstLineOfStdin(): Promise<string> {
  let received = "";
  for await (const chunk of process.stdin) {
    received += String(chunk);
    if (received.includes("\n") || received.length > LONGEST_PASSWORD) break;
  }
  return received.split(/\r?\n/u, 1)[0] ?? "";
}
