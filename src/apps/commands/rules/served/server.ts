/** A running server as the commands of rules ask it. */
import { lstat } from "node:fs/promises";
import { type ContentProblem, Fault, isFault } from "../../../../kernel/index.ts";
import type { RuleDetailAnswer } from "../../../../modules/detection/index.ts";
import { type Parsed, text } from "../../../arguments.ts";
import { ask } from "../../../client.ts";
import { loadFedLogSources } from "../../../log-sources.ts";
import { SERVER_OPTIONS, serverOf } from "../../../server-address.ts";
import { CONFIG_OPTIONS, configOf } from "../../config.ts";
import { builtinDocuments, chooseRule, readRuleTexts } from "../sources.ts";

export const SERVED_OPTIONS = { ...CONFIG_OPTIONS, ...SERVER_OPTIONS } as const;

/** Part of the help of every command that asks a running server. */
export const SERVED_HELP = `  --url URL      the running server (default: where one with these settings listens)
  --token-file FILE
                 its token; or KHIEN_TOKEN`;

export const READS = ["rules.read"] as const;
export const WRITES = ["rules.read", "rules.write"] as const;
/** A hunt shows what events hold, so it also takes the right to read them. */
export const HUNTS = ["rules.read", "rules.write", "events.read"] as const;

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

export interface RuleServer {
  ask<Reply>(method: Method, path: string, body?: unknown): Promise<Reply>;
}

/** The server of --url, asked with the token. Who lacks a right is told which ones the command takes. */
export async function ruleServerOf(parsed: Parsed, rights: readonly string[]): Promise<RuleServer> {
  const server = await serverOf(parsed, configOf(parsed), `give ${tokenFor(rights)}`);
  return {
    ask: async <Reply>(method: Method, path: string, body?: unknown): Promise<Reply> => {
      try {
        return await ask<Reply>(server, method, path, body);
      } catch (error) {
        if (statusOf(error) !== 403) throw error;
        const detail = `${(error as Fault).message}; this command takes ${tokenFor(rights)}`;
        throw new Fault("forbidden", "rules.server.forbidden", detail, { status: 403 });
      }
    },
  };
}

/** No token scope changes rules or runs hunts: that is a program with a name, a role and somebody who answers for it. */
function tokenFor(rights: readonly string[]): string {
  if (rights.length === 1) return "a token of scope read";
  return `the secret of a service account whose role holds ${rights.join(", ")} (Settings → Service accounts)`;
}

/** Status and code of a refusal of the server. */
export function statusOf(error: unknown): number | undefined {
  return isFault(error) && typeof error.params.status === "number" ? error.params.status : undefined;
}
export function codeOf(error: unknown): string | undefined {
  return isFault(error) && typeof error.params.code === "string" ? error.params.code : undefined;
}

export async function isFile(given: string): Promise<boolean> {
  return (await lstat(given).catch(() => undefined)) !== undefined;
}

/** The id a RULE has on the server: of a file its rule's, of a built-in name that rule's, else it is taken for an id. */
export async function idOf(given: string | undefined, parsed: Parsed): Promise<string> {
  if (given === undefined) throw new Fault("invalid", "cli.arguments.missing", "name a rule: a file, or an id");
  const { map } = await loadFedLogSources(text(parsed, "placeholders"));
  const [path = ""] = given.split("#", 1);
  if (await isFile(path)) return statedId((await chooseRule(given, map)).main.id, path);
  const builtin = await builtinDocuments(map);
  return builtin.find(({ id, name }) => id === given || name === given)?.id ?? given;
}

/** A file without an id is another rule to the server each time it is sent. */
export function statedId(id: string, path: string): string {
  if (!id.startsWith("sigma-")) return id;
  throw new Fault("invalid", "rules.rule.no_id", `${path} states no id; khien rules lint --fix adds one`, { path });
}

/** The text of one rule file, as it is sent. */
export async function textOf(path: string): Promise<string> {
  const [only, ...others] = await readRuleTexts([path]);
  if (only !== undefined && others.length === 0) return only.text;
  throw new Fault("invalid", "rules.path.not_one", `${path} is not one rule file`, { path });
}

export function rulePath(id: string): string {
  return `/api/v1/rules/${encodeURIComponent(id)}`;
}

/** A problem as the API tells it. */
export function problemOf({ hint, ...problem }: RuleDetailAnswer["problems"][number]): ContentProblem {
  return hint === null ? problem : { ...problem, hint };
}

/** The argument RULE or FILE, and no other beside it. */
export function onlyArgument(parsed: Parsed, what: string): string {
  const [given, surplus] = parsed.positionals;
  if (given === undefined) throw new Fault("invalid", "cli.arguments.missing", `name ${what}`);
  if (surplus !== undefined)
    throw new Fault("invalid", "cli.arguments.invalid", `one ${what} at a time, not "${surplus}" too`);
  return given;
}

/** An option only one way of a command knows. */
export function refuseWith(parsed: Parsed, option: string, others: readonly string[]): void {
  const [other] = others.filter((name) => parsed.values[name] !== undefined);
  if (other === undefined || text(parsed, option) === undefined) return;
  throw new Fault("invalid", "cli.arguments.invalid", `--${option} and --${other} do not go together`, {
    option,
    other,
  });
}
