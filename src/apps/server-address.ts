import { readFile } from "node:fs/promises";
import { Fault } from "../kernel/index.ts";
import { type Config, processEnvironment } from "../platform/config/index.ts";
import { type Parsed, text } from "./arguments.ts";
import type { ServerAddress } from "./client.ts";

/** Options of every command that may ask a running server. */
export const SERVER_OPTIONS = {
  url: { type: "string" },
  "token-file": { type: "string" },
} as const;

/**
 * The running server that is meant, and the token from --token-file or KHIEN_TOKEN. `wanted` says which token is missing.
 * Faults: cli.token.missing, cli.token.unreadable, cli.arguments.url.
 */
export async function serverOf(parsed: Parsed, config: Config, wanted: string): Promise<ServerAddress> {
  const url = serverUrlOf(parsed, config);
  const file = text(parsed, "token-file");
  const token = (file === undefined ? processEnvironment().KHIEN_TOKEN : await tokenIn(file))?.trim() ?? "";
  if (token === "") {
    throw new Fault("invalid", "cli.token.missing", `${wanted} by --token-file or KHIEN_TOKEN`);
  }
  return { url, token };
}

/** What --url says, else where a server with these settings listens. Fault cli.arguments.url. */
export function serverUrlOf(parsed: Parsed, config: Config): URL {
  const host = config.httpHost.includes(":") ? `[${config.httpHost}]` : config.httpHost;
  const given = text(parsed, "url") ?? `http://${host}:${config.httpPort}`;
  const url = URL.canParse(given) ? new URL(given) : undefined;
  if (url?.protocol === "http:" || url?.protocol === "https:") return url;
  throw new Fault("invalid", "cli.arguments.url", `--url: "${given}" is no address`);
}

async function tokenIn(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    throw new Fault("missing", "cli.token.unreadable", `--token-file: ${file} cannot be read: ${code}`, { file });
  }
}
