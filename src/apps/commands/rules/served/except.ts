/** Exceptions of a rule of a running server: made, tried, listed, ended. */
import { readFile } from "node:fs/promises";
import { Fault } from "../../../../kernel/index.ts";
import type {
  ExceptionAnswer,
  ExceptionPageAnswer,
  ExceptionPreviewAnswer,
} from "../../../../modules/detection/index.ts";
import { deadline, flag, type Parsed, readArguments, required, text } from "../../../arguments.ts";
import { printable } from "../../../scan/progress.ts";
import { KNOWLEDGE_OPTIONS } from "../sources.ts";
import {
  codeOf,
  idOf,
  onlyArgument,
  READS,
  rulePath,
  type RuleServer,
  ruleServerOf,
  SERVED_HELP,
  SERVED_OPTIONS,
  WRITES,
} from "./server.ts";

export const EXCEPT_HELP = `khien rules except RULE --filter FILE --reason TEXT --expires TIME|never [--owner NAME] [--title TEXT] --url URL
khien rules except RULE --filter FILE --preview | --list | --end ID   --url URL [--token-file FILE] [--json]

Exceptions of a rule of a running server: what it finds and need not be told (docs/tuning.md). They hold at once.
  RULE           its id; or a file of it, or the name of a built-in rule
  --filter FILE  YAML of selections and a condition, as under filter: of a Sigma filter, without rules;
                 "condition: not selection" hides what the selection matches
  --reason TEXT  why            --owner NAME  who answers for it (default: the account of the token)
  --expires TIME 2027-03-01, 2027-03-01T08:00:00Z, 30d (from now), or never
  --title TEXT   what lists call it (default: the reason)
  --preview      makes none; tells what it would have hidden in the last 30 days
  --accept-hiding-true-positives
                 makes it although it would hide confirmed true positives; the acceptance is in the audit log
  --list         those of the rule, newest first, ended ones too
  --end ID       ends one now; it stays listed
${SERVED_HELP}: the secret of a service account whose role holds
                 rules.read and rules.write (--list: a token of scope read will do)
  --json         what the server answers, as JSON

Exit code: 0 done, 2 it hides or would hide confirmed true positives and was not made, 1 failed.
`;

export async function exceptCommand(args: readonly string[]): Promise<number> {
  const parsed = readArguments(args, {
    ...SERVED_OPTIONS,
    ...KNOWLEDGE_OPTIONS,
    filter: { type: "string" },
    reason: { type: "string" },
    owner: { type: "string" },
    expires: { type: "string" },
    title: { type: "string" },
    end: { type: "string" },
    list: { type: "boolean" },
    preview: { type: "boolean" },
    "accept-hiding-true-positives": { type: "boolean" },
    json: { type: "boolean" },
  });
  const given = onlyArgument(parsed, "a rule");
  const isList = flag(parsed, "list");
  const isEnd = text(parsed, "end") !== undefined;
  if ([isList, isEnd, text(parsed, "filter") !== undefined].filter(Boolean).length !== 1)
    throw new Fault("invalid", "cli.arguments.missing", "say one of --filter FILE, --list and --end ID");
  const wish = isList || isEnd ? undefined : await wishOf(parsed);
  const server = await ruleServerOf(parsed, isList ? READS : WRITES);
  const path = `${rulePath(await idOf(given, parsed))}/exceptions`;
  if (isList) return list(server, path, parsed);
  if (wish === undefined) return end(server, path, parsed);
  return flag(parsed, "preview") ? preview(server, { path, wish, parsed }) : make(server, { path, wish, parsed });
}

async function wishOf(parsed: Parsed): Promise<Readonly<Record<string, unknown>>> {
  const file = required(parsed, "filter");
  const body = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw new Fault("missing", "rules.path.missing", `--filter: ${file} cannot be read: ${error.code ?? ""}`, { file });
  });
  const owner = text(parsed, "owner");
  const what = { text: body, ...(owner === undefined ? {} : { owner }) };
  if (flag(parsed, "preview")) return what;
  const reason = required(parsed, "reason");
  const isEndless = required(parsed, "expires") === "never";
  const until = isEndless ? null : new Date(deadline(parsed, "expires", Date.now())).toISOString();
  const title = text(parsed, "title") ?? reason.slice(0, LONGEST_TITLE);
  return { ...what, reason, title, until, acceptHidingTruePositives: flag(parsed, "accept-hiding-true-positives") };
}

const LONGEST_TITLE = 200;

interface Wanted {
  readonly path: string;
  readonly wish: Readonly<Record<string, unknown>>;
  readonly parsed: Parsed;
}

async function make(server: RuleServer, { path, wish, parsed }: Wanted): Promise<number> {
  try {
    const made = await server.ask<ExceptionAnswer>("POST", path, wish);
    print(parsed, made, [lineOf(made)]);
    return 0;
  } catch (error) {
    if (codeOf(error) !== "detection.exception.hides_true_positive") throw error;
    const told = `${(error as Fault).message}; --preview names them, --accept-hiding-true-positives makes it all the same`;
    process.stderr.write(`not made: ${told}\n`);
    return 2;
  }
}

async function preview(server: RuleServer, { path, wish, parsed }: Wanted): Promise<number> {
  const told = await server.ask<ExceptionPreviewAnswer>("POST", `${path}/preview`, wish);
  const { days, findings, alerts, truePositives, unreadable } = told;
  print(parsed, told, [
    `in the last ${days} days: ${findings.hidden} of ${findings.looked} findings looked at would be hidden (${findings.total} in all)`,
    `${alerts.hidden} of ${alerts.total} alerts would not be there; ${unreadable} findings can no longer be judged`,
    ...truePositives.map(({ at, alertId, title }) => `  confirmed true positive ${at}  ${alertId}  ${title}`),
  ]);
  return truePositives.length === 0 ? 0 : 2;
}

async function list(server: RuleServer, path: string, parsed: Parsed): Promise<number> {
  const items = await all(server, path);
  print(parsed, items, items.map(lineOf));
  return 0;
}

/** Only one of this rule: an id that slipped must not end another rule's. */
async function end(server: RuleServer, path: string, parsed: Parsed): Promise<number> {
  const id = required(parsed, "end");
  if (!(await all(server, path)).some((one) => one.id === id))
    throw new Fault("missing", "rules.exception.missing", `the rule has no exception ${id}`, { id });
  const ended = await server.ask<ExceptionAnswer>("POST", `/api/v1/exceptions/${encodeURIComponent(id)}/end`);
  print(parsed, ended, [lineOf(ended)]);
  return 0;
}

async function all(server: RuleServer, path: string): Promise<ExceptionAnswer[]> {
  const found: ExceptionAnswer[] = [];
  let cursor: string | null = null;
  do {
    const more: string = cursor === null ? "" : `?cursor=${encodeURIComponent(cursor)}`;
    const page: ExceptionPageAnswer = await server.ask("GET", `${path}${more}`);
    found.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return found;
}

function lineOf({ id, state, until, owner, title, hidden }: ExceptionAnswer): string {
  return `${id}  ${state.padEnd(7)}  until ${until ?? "never"}  ${owner}  ${hidden} hidden  ${title}`;
}

function print(parsed: Parsed, answer: unknown, lines: readonly string[]): void {
  const told = flag(parsed, "json") ? [JSON.stringify(answer)] : lines.map((line) => printable(line));
  for (const line of told) process.stdout.write(`${line}\n`);
}
