import { readFile, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { type ContentProblem, Fault, formatProblem } from "../../../kernel/index.ts";
import {
  NO_VALUES,
  packRules,
  type RuleImportAnswer,
  RuleLibrary,
  type RulePageAnswer,
} from "../../../modules/detection/index.ts";
import { openAudit } from "../../../platform/audit/index.ts";
import { systemClock } from "../../../platform/clock/index.ts";
import type { Principal } from "../../../platform/http/index.ts";
import { LiveChannel } from "../../../platform/live/index.ts";
import { flag, type Parsed, readArguments, text } from "../../arguments.ts";
import { loadFedLogSources } from "../../log-sources.ts";
import { RULES_DIR } from "../../places.ts";
import { printable } from "../../scan/progress.ts";
import { openRecordsOf } from "../../parts/records.ts";
import { configOf } from "../config.ts";
import { problemOf, READS, refuseWith, ruleServerOf, SERVED_OPTIONS, WRITES } from "./served/server.ts";

export const IMPORT_HELP = `khien rules import DIR|ARCHIVE [--name NAME] [--json]
khien rules import DIR|ARCHIVE --url URL [--token-file FILE] [--json]

Takes a folder, .zip, .tar.gz or .yml of Sigma rules in and reports every document: loaded, rejected with file:line and
reason, or without a data source. With --url a running server takes them in, at once; the token is the secret of a
service account whose role holds rules.read and rules.write. Without it the data directory does, and a server that runs
on it uses the rules from its next start.
Exit code: 0 all loaded, 2 some were rejected, 1 nothing could be read.
`;
export const LIST_HELP = `khien rules list [--url URL [--token-file FILE]] [--json]

Every rule of this installation, or of the running server at --url (a token of scope read will do): level, on or off,
id, title.
Exit code: 0 listed, 1 failed.
`;

const COMMAND_LINE: Principal = { kind: "system", id: "command-line", name: "command line", permissions: new Set() };
/** Rejections printed one by one without --json. */
const SHOWN = 200;

export async function importCommand(args: readonly string[]): Promise<number> {
  const options = { ...SERVED_OPTIONS, name: { type: "string" }, json: { type: "boolean" } } as const;
  const parsed = readArguments(args, options);
  const path = parsed.positionals[0];
  if (path === undefined) throw new Fault("invalid", "cli.arguments.missing", "name a folder or archive to import");
  // The server reads the kind of an upload from its name.
  refuseWith(parsed, "url", ["name"]);
  if (text(parsed, "url") !== undefined) return importOnServer(path, parsed);
  return withLibrary(parsed, (library) =>
    importRules(library, { path, name: text(parsed, "name"), json: flag(parsed, "json") }),
  );
}

export async function listCommand(args: readonly string[]): Promise<number> {
  const parsed = readArguments(args, { ...SERVED_OPTIONS, json: { type: "boolean" } });
  if (text(parsed, "url") !== undefined) return listOnServer(parsed);
  return withLibrary(parsed, async (library) => listRules(library, flag(parsed, "json")));
}

/** The rules of the data directory, as the server has them. */
export async function withLibrary<Result>(
  parsed: Parsed,
  work: (library: RuleLibrary) => Promise<Result>,
): Promise<Result> {
  const config = configOf(parsed);
  const records = openRecordsOf(config);
  const audit = await openAudit({ records, clock: systemClock, dataDir: config.dataDir });
  try {
    const library = new RuleLibrary({
      records,
      audit,
      clock: systemClock,
      live: new LiveChannel(),
      rulesDir: RULES_DIR,
      logSources: (await loadFedLogSources(config.placeholdersFile)).map,
    });
    await library.load();
    return await work(library);
  } finally {
    await audit.close();
    await records.close();
  }
}

async function importRules(
  library: RuleLibrary,
  asked: { path: string; name: string | undefined; json: boolean },
): Promise<number> {
  const source = { path: asked.path, name: asked.name ?? nameOf(asked.path) };
  const { record, problems, noDataSource } = await library.import(source, { who: COMMAND_LINE, peer: null });
  return report({ record, problems, noDataSource }, asked.json);
}

async function importOnServer(path: string, parsed: Parsed): Promise<number> {
  const { name, bytes } = await uploadOf(path);
  const server = await ruleServerOf(parsed, WRITES);
  const query = new URLSearchParams({ name });
  const answer = await server.ask<RuleImportAnswer>("POST", `/api/v1/rules/imports?${query.toString()}`, bytes);
  const { import: record, problems, noDataSource } = answer;
  return report({ record, problems: problems.map(problemOf), noDataSource }, flag(parsed, "json"));
}

/** A file as it is; of a folder what an import reads of it, packed. */
async function uploadOf(path: string): Promise<{ readonly name: string; readonly bytes: Uint8Array }> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile() === true) return { name: nameOf(path), bytes: await readFile(path) };
  if (found?.isDirectory() === true) return { name: `${nameOf(resolve(path))}.tar.gz`, bytes: await packRules(path) };
  throw new Fault("missing", "rules.path.missing", `${path} is not there`, { path });
}

function nameOf(path: string): string {
  const parts = path.replaceAll("\\", "/").split("/");
  return parts.findLast((part) => part !== "") ?? path;
}

interface Imported {
  readonly record: {
    readonly loaded: number;
    readonly rejected: number;
    readonly noDataSource: number;
    readonly licence: string | null;
  };
  readonly problems: readonly ContentProblem[];
  readonly noDataSource: readonly unknown[];
}

function report({ record, problems, noDataSource }: Imported, json: boolean): number {
  if (json) process.stdout.write(`${JSON.stringify({ ...record, problems, noDataSource })}\n`);
  else {
    for (const problem of problems.slice(0, SHOWN)) process.stdout.write(`${printable(formatProblem(problem))}\n`);
    if (problems.length > SHOWN) process.stdout.write(`… and ${problems.length - SHOWN} more; --json lists all\n`);
    const waiting = new Set(problems.flatMap(({ file, code }) => (code === NO_VALUES ? [file] : [])));
    const waits = waiting.size === 0 ? "" : `, ${waiting.size} wait for values of placeholders`;
    process.stdout.write(
      `${record.loaded} loaded, ${record.rejected} files rejected, ${record.noDataSource} without a data source${waits}; licence: ${record.licence ?? "not stated"}\n`,
    );
  }
  return record.rejected === 0 ? 0 : 2;
}

interface Listed {
  readonly id: string;
  readonly kind: string;
  readonly title: string;
  readonly level: string;
  readonly author: string | null;
  readonly licence: string | null;
  readonly origin: string;
  readonly enabled: boolean;
}

function listRules(library: RuleLibrary, json: boolean): number {
  for (const { rule, origin, enabled } of library.all()) {
    const { id, title, level, kind, author = null, licence = null } = rule;
    printRule({ id, kind, title, level, author, licence, origin, enabled }, json);
  }
  return 0;
}

async function listOnServer(parsed: Parsed): Promise<number> {
  const server = await ruleServerOf(parsed, READS);
  let cursor: string | null = null;
  do {
    const query = new URLSearchParams({ limit: "500", ...(cursor === null ? {} : { cursor }) });
    const page: RulePageAnswer = await server.ask("GET", `/api/v1/rules?${query.toString()}`);
    for (const rule of page.items) {
      const { id, kind, title, level, author, licence, origin, enabled } = rule;
      printRule({ id, kind, title, level, author, licence, origin, enabled }, flag(parsed, "json"));
    }
    cursor = page.nextCursor;
  } while (cursor !== null);
  return 0;
}

function printRule(rule: Listed, json: boolean): void {
  const { level, enabled, id, title } = rule;
  const line = json
    ? JSON.stringify(rule)
    : `${level.padEnd(14)}${enabled ? "on " : "off"}  ${id}  ${printable(title)}`;
  process.stdout.write(`${line}\n`);
}
