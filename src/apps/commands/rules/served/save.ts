/** A rule file as a rule of one's own on a running server. */
import { Fault } from "../../../../kernel/index.ts";
import type { RuleDetailAnswer } from "../../../../modules/detection/index.ts";
import { flag, type Parsed, readArguments, text } from "../../../arguments.ts";
import { printable } from "../../../scan/progress.ts";
import { KNOWLEDGE_OPTIONS } from "../sources.ts";
import {
  codeOf,
  idOf,
  isFile,
  onlyArgument,
  rulePath,
  type RuleServer,
  ruleServerOf,
  SERVED_HELP,
  SERVED_OPTIONS,
  statusOf,
  textOf,
  WRITES,
} from "./server.ts";

export const SAVE_HELP = `khien rules save FILE --url URL [--token-file FILE] [--version VERSION] [--json]

Keeps a rule file on a running server as a rule written there, with its history. A new one is off until it is enabled.
  FILE           one document: a detection, a correlation or a filter, with an id
  --version VERSION
                 of a rule that is there already: the version this text started from, as an earlier save told it.
                 What somebody else saved in between is never overwritten.
${SERVED_HELP}: the secret of a service account whose role holds
                 rules.read and rules.write
  --json         id, version, enabled as one JSON document

Exit code: 0 the server has this text, 2 it has another version than the one named, 1 failed; 1 and 2 change nothing.
`;

export async function saveCommand(args: readonly string[]): Promise<number> {
  const parsed = readArguments(args, {
    ...SERVED_OPTIONS,
    ...KNOWLEDGE_OPTIONS,
    version: { type: "string" },
    json: { type: "boolean" },
  });
  const path = onlyArgument(parsed, "a rule file");
  if (!(await isFile(path))) throw new Fault("missing", "rules.path.missing", `${path} is not there`, { path });
  const server = await ruleServerOf(parsed, WRITES);
  const [id, written] = [await idOf(path, parsed), await textOf(path)];
  const before = await find(server, id);
  if (before === undefined) return tell(parsed, await create(server, written), "saved, off until it is enabled");
  if (before.text === written) return tell(parsed, before, "unchanged");
  const version = text(parsed, "version");
  if (before.editable && version === undefined) return tellOther(before);
  try {
    const own = `/api/v1/rules/own/${encodeURIComponent(id)}`;
    const body = { text: written, version: version ?? before.version };
    return tell(parsed, await server.ask<RuleDetailAnswer>("PUT", own, body), "saved");
  } catch (error) {
    if (codeOf(error) !== "detection.own.conflict") throw error;
    return tellOther((await find(server, id)) ?? before);
  }
}

async function find(server: RuleServer, id: string): Promise<RuleDetailAnswer | undefined> {
  try {
    return await server.ask<RuleDetailAnswer>("GET", rulePath(id));
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}

function create(server: RuleServer, written: string): Promise<RuleDetailAnswer> {
  return server.ask("POST", "/api/v1/rules/own", { text: written });
}

function tell(parsed: Parsed, { rule, version }: RuleDetailAnswer, what: string): number {
  const { id, enabled } = rule;
  const line = flag(parsed, "json")
    ? JSON.stringify({ id, version, enabled })
    : printable(`"${rule.title}" ${what}; id ${id}, version ${version}`);
  process.stdout.write(`${line}\n`);
  return 0;
}

function tellOther({ version, rule }: RuleDetailAnswer): number {
  const told = `"${rule.title}" was not saved: the server has version ${version}. If your text started from it, say --version ${version}`;
  process.stderr.write(`${printable(told)}\n`);
  return 2;
}
