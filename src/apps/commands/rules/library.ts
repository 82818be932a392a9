import { Fault, formatProblem } from "../../../kernel/index.ts";
import { RuleLibrary } from "../../../modules/detection/index.ts";
import { openAudit } from "../../../platform/audit/index.ts";
import { systemClock } from "../../../platform/clock/index.ts";
import type { Principal } from "../../../platform/http/index.ts";
import { LiveChannel } from "../../../platform/live/index.ts";
import { flag, type Parsed, readArguments, text } from "../../arguments.ts";
import { loadFedLogSources } from "../../log-sources.ts";
import { RULES_DIR } from "../../places.ts";
import { printable } from "../../scan/progress.ts";
import { openRecordsOf } from "../../parts/records.ts";
import { CONFIG_OPTIONS, configOf } from "../config.ts";

export const IMPORT_HELP = `khien rules import DIR|ARCHIVE [--name NAME] [--json]

Takes a folder, .zip, .tar.gz or .yml of Sigma rules in and reports every document: loaded, rejected with file:line and
reason, or without a data source. A running server uses them from its next start; importing in the console takes
effect at once.
Exit code: 0 all loaded, 2 some were rejected, 1 nothing could be read.
`;
export const LIST_HELP = `khien rules list [--json]

Every rule of this installation: level, on or off, id, title.
`;

const COMMAND_LINE: Principal = { kind: "system", id: "command-line", name: "command line", permissions: new Set() };
/** Rejections printed one by one without --json. */
const SHOWN = 200;

export async function importCommand(args: readonly string[]): Promise<number> {
  const options = { ...CONFIG_OPTIONS, name: { type: "string" }, json: { type: "boolean" } } as const;
  const parsed = readArguments(args, options);
  const path = parsed.positionals[0];
  if (path === undefined) throw new Fault("invalid", "cli.arguments.missing", "name a folder or archive to import");
  return withLibrary(parsed, (library) =>
    importRules(library, { path, name: text(parsed, "name"), json: flag(parsed, "json") }),
  );
}

export async function listCommand(args: readonly string[]): Promise<number> {
  const parsed = readArguments(args, { ...CONFIG_OPTIONS, json: { type: "boolean" } });
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
  const name =
    asked.name ??
    asked.path
      .replaceAll("\\", "/")
      .split("/")
      .findLast((part) => part !== "") ??
    asked.path;
  const source = { path: asked.path, name };
  const { record, problems, noDataSource } = await library.import(source, { who: COMMAND_LINE, peer: null });
  if (asked.json) process.stdout.write(`${JSON.stringify({ ...record, problems, noDataSource })}\n`);
  else {
    for (const problem of problems.slice(0, SHOWN)) process.stdout.write(`${printable(formatProblem(problem))}\n`);
    if (problems.length > SHOWN) process.stdout.write(`… and ${problems.length - SHOWN} more; --json lists all\n`);
    process.stdout.write(
      `${record.loaded} loaded, ${record.rejected} files rejected, ${record.noDataSource} without a data source; licence: ${record.licence ?? "not stated"}\n`,
    );
  }
  return record.rejected === 0 ? 0 : 2;
}

function listRules(library: RuleLibrary, json: boolean): number {
  for (const { rule, origin, enabled } of library.all()) {
    const { id, title, level, kind } = rule;
    const line = json
      ? JSON.stringify({
          id,
          kind,
          title,
          level,
          author: rule.author ?? null,
          licence: rule.licence ?? null,
          origin,
          enabled,
        })
      : `${level.padEnd(14)}${enabled ? "on " : "off"}  ${id}  ${printable(title)}`;
    process.stdout.write(`${line}\n`);
  }
  return 0;
}
