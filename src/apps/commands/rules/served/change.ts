/** Turning a rule of a running server on and off, and how loud it is there. */
import { Fault, formatProblem } from "../../../../kernel/index.ts";
import type { RuleDetailAnswer, RuleSummaryAnswer } from "../../../../modules/detection/index.ts";
import { flag, oneOf, type Parsed, readArguments, text } from "../../../arguments.ts";
import { printable } from "../../../scan/progress.ts";
import { KNOWLEDGE_OPTIONS } from "../sources.ts";
import {
  idOf,
  onlyArgument,
  problemOf,
  rulePath,
  type RuleServer,
  ruleServerOf,
  SERVED_HELP,
  SERVED_OPTIONS,
  WRITES,
} from "./server.ts";

const CHANGE_HELP = `  RULE           its id; or a file of it, or the name of a built-in rule
  --reason TEXT  for the rule's history
  --version VERSION
                 of the text that is meant, as save told it; nothing is changed when the rule has another by now
${SERVED_HELP}: the secret of a service account whose role holds
                 rules.read and rules.write
  --json         the rule as one JSON document`;

export const ENABLE_HELP = `khien rules enable RULE --url URL [--token-file FILE] [--reason TEXT] [--version VERSION] [--json]

Turns a rule of a running server on, at once. Its choice is kept for the rule's id and survives updates.
${CHANGE_HELP}

Exit code: 0 it runs, 2 it is on and does not run (the reasons are told), 1 nothing was changed.
`;
export const DISABLE_HELP = `khien rules disable RULE --url URL [--token-file FILE] [--reason TEXT] [--version VERSION] [--json]

Turns a rule of a running server off, at once: it matches nothing until it is turned on again.
${CHANGE_HELP}

Exit code: 0 it is off, 1 nothing was changed.
`;
export const TUNE_HELP = `khien rules tune RULE [--level LEVEL|own] [--suppress FIELD,… --window 1h | --suppress off] --url URL
                [--token-file FILE] [--reason TEXT] [--version VERSION] [--json]

How loud a rule of a running server is (docs/tuning.md). What is not said stays as it is.
  --level LEVEL  informational, low, medium, high or critical for new alerts; own takes that back
  --suppress FIELD,…
                 findings with the same values of these fields within --window are counted, not raised; off takes it back
  --window SPAN  30s, 10m, 24h, 7d
${CHANGE_HELP}

Exit code: 0 done, 1 nothing was changed.
`;

const OPTIONS = {
  ...SERVED_OPTIONS,
  ...KNOWLEDGE_OPTIONS,
  reason: { type: "string" },
  version: { type: "string" },
  json: { type: "boolean" },
} as const;

export async function enableCommand(args: readonly string[]): Promise<number> {
  const parsed = readArguments(args, OPTIONS);
  const { server, rule } = await change(parsed, { enabled: true });
  if (!rule.runs) {
    const { problems } = await server.ask<RuleDetailAnswer>("GET", rulePath(rule.id));
    for (const problem of problems) process.stderr.write(`${printable(formatProblem(problemOf(problem)))}\n`);
  }
  tell(parsed, rule, rule.runs ? "is on" : "is on and does not run");
  return rule.runs ? 0 : 2;
}

export async function disableCommand(args: readonly string[]): Promise<number> {
  const parsed = readArguments(args, OPTIONS);
  const { rule } = await change(parsed, { enabled: false });
  tell(parsed, rule, "is off");
  return 0;
}

export async function tuneCommand(args: readonly string[]): Promise<number> {
  const parsed = readArguments(args, {
    ...OPTIONS,
    level: { type: "string" },
    suppress: { type: "string" },
    window: { type: "string" },
  });
  const level = oneOf(parsed, "level", ["informational", "low", "medium", "high", "critical", "own"]);
  const suppression = suppressionOf(parsed);
  if (level === undefined && suppression === undefined)
    throw new Fault("invalid", "cli.arguments.missing", "say --level or --suppress");
  const wanted = {
    ...(level === undefined ? {} : { level: level === "own" ? null : level }),
    ...(suppression === undefined ? {} : { suppression }),
  };
  const { rule } = await change(parsed, wanted);
  tell(parsed, rule, `is tuned: level ${rule.level}${rule.level === rule.ownLevel ? "" : ` (own: ${rule.ownLevel})`}`);
  return 0;
}

async function change(
  parsed: Parsed,
  wanted: Readonly<Record<string, unknown>>,
): Promise<{ readonly server: RuleServer; readonly rule: RuleSummaryAnswer }> {
  const given = onlyArgument(parsed, "a rule");
  const server = await ruleServerOf(parsed, WRITES);
  const [reason, version] = [text(parsed, "reason"), text(parsed, "version")];
  const path = rulePath(await idOf(given, parsed));
  const body = {
    ...wanted,
    ...(reason === undefined ? {} : { reason }),
    ...(version === undefined ? {} : { version }),
  };
  return { server, rule: await server.ask<RuleSummaryAnswer>("PATCH", path, body) };
}

function suppressionOf(parsed: Parsed): { fields: readonly string[]; windowMs: number } | null | undefined {
  const [given, window] = [text(parsed, "suppress"), text(parsed, "window")];
  if ((given === undefined || given === "off") && window !== undefined)
    throw new Fault("invalid", "cli.arguments.missing", "--window goes with --suppress FIELD,…");
  if (given === undefined) return undefined;
  if (given === "off") return null;
  const span = /^(\d{1,6})([smhd])$/u.exec(window ?? "");
  if (span === null)
    throw new Fault("invalid", "cli.arguments.time", "--suppress FIELD,… needs --window: 30s, 10m, 24h or 7d");
  const unitMs = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
  const windowMs = Number(span[1]) * unitMs[span[2] as keyof typeof unitMs];
  const fields = given.split(",").map((field) => field.trim());
  return { fields: fields.filter((field) => field !== ""), windowMs };
}

function tell(parsed: Parsed, rule: RuleSummaryAnswer, what: string): void {
  const line = flag(parsed, "json") ? JSON.stringify(rule) : printable(`"${rule.title}" ${what}`);
  process.stdout.write(`${line}\n`);
}
