import { constants } from "node:os";
import { join } from "node:path";
import { Fault, type KhienEvent, LATEST, toIso } from "../../../kernel/index.ts";
import { alertKeyOf } from "../../../modules/alerts/index.ts";
import {
  alertsPerDay,
  compileEngine,
  type HuntReport,
  HuntTally,
  type HuntTarget,
  type LogSourceMap,
  runHunt,
  TargetMatcher,
  type TargetMatch,
  targetOf,
} from "../../../modules/detection/index.ts";
import { openLake, parseQuery, probeLake } from "../../../modules/lake/index.ts";
import { systemClock } from "../../../platform/clock/index.ts";
import { flag, instant, type Parsed, readArguments, text } from "../../arguments.ts";
import { printable } from "../../scan/progress.ts";
import { serverUrlOf } from "../../server-address.ts";
import { configOf } from "../config.ts";
import { readEvents } from "./events.ts";
import { type HuntEnd, huntOnServer } from "./served/hunt.ts";
import {
  HUNTS,
  idOf,
  isFile,
  onlyArgument,
  refuseWith,
  ruleServerOf,
  SERVED_OPTIONS,
  textOf,
} from "./served/server.ts";
import { KNOWLEDGE_OPTIONS, chooseRule, loadKnowledge } from "./sources.ts";

export const BACKTEST_HELP = `khien rules backtest RULE [--since TIME] [--until TIME] [--query QUERY] [--json]
                    [--url URL [--token-file FILE] | --data PATH | --data-dir DIR]

What a rule or correlation would have found, and how many alerts that would have been, before it is turned on.
  RULE           file (file.yml#id when it holds several), or the id or name of a built-in rule;
                 with --url also the id of any other rule of the server
  --since TIME   2026-11-21, 2026-11-21T08:00:00Z, 24h, 7d (default: 30d, everything with --data)
  --until TIME   until then (default: now)
  --query QUERY  narrow the stored events further, as in the console
  --placeholders FILE
                 values of %placeholders% (name: list of values); a server has its own
  --json         one JSON document

Whose events:
  --url URL      the event store of a running server, which does the work: with its filters, exceptions and
                 placeholders, as rules run there. A file need not be known to it. Ctrl-C cancels it there too.
  --token-file FILE
                 or KHIEN_TOKEN: the secret of a service account whose role holds rules.read, rules.write and events.read
  --data PATH    logs in files
                 without either: the event store in --data-dir DIR, while no server runs on it

Exit code: 0 nothing found, 2 something found, 1 rule or events could not be read, 130 cancelled.
`;

const OPTIONS = {
  ...KNOWLEDGE_OPTIONS,
  ...SERVED_OPTIONS,
  since: { type: "string" },
  until: { type: "string" },
  data: { type: "string" },
  query: { type: "string" },
  json: { type: "boolean" },
} as const;

const MONTH_MS = 30 * 86_400_000;

interface Range {
  readonly from: number;
  readonly to: number;
}
interface Told {
  readonly rule: { readonly id: string; readonly title: string; readonly level: string };
  readonly range: Range;
  readonly report: HuntReport;
}

export async function backtestCommand(args: readonly string[]): Promise<number> {
  const parsed = readArguments(args, OPTIONS);
  refuseWith(parsed, "url", ["data", "placeholders"]);
  refuseWith(parsed, "data", ["query"]);
  const told = await (text(parsed, "url") === undefined ? here(parsed) : onServer(parsed));
  if ("stoppedBy" in told) {
    process.stderr.write("the back-test was cancelled on the server\n");
    return 128 + constants.signals[told.stoppedBy];
  }
  const { rule, range, report } = told;
  const perDay = alertsPerDay(report.alerts, range);
  if (flag(parsed, "json")) {
    const { id, title, level } = rule;
    const all = { rule: { id, title, level }, from: toIso(range.from), to: toIso(range.to), ...report };
    process.stdout.write(`${JSON.stringify({ ...all, alertsPerDay: perDay }, null, 2)}\n`);
  } else process.stdout.write(tableOf(told, perDay));
  return report.matches === 0 ? 0 : 2;
}

async function onServer(parsed: Parsed): Promise<Told | Extract<HuntEnd, { stoppedBy: unknown }>> {
  const given = onlyArgument(parsed, "a rule: a file, or an id");
  const [path = "", document] = given.split("#", 2);
  const server = await ruleServerOf(parsed, HUNTS);
  const subject = (await isFile(path))
    ? { text: await textOf(path), ...(document === undefined ? {} : { document }) }
    : { ruleId: await idOf(given, parsed) };
  const range = storeRange(parsed);
  const end = await huntOnServer(server, { subject, ...range, query: text(parsed, "query") });
  return "stoppedBy" in end ? end : { ...end, range };
}

async function here(parsed: Parsed): Promise<Told> {
  const data = text(parsed, "data");
  if (data === undefined) await refuseServed(parsed);
  const { map } = await loadKnowledge(parsed);
  const { main: rule, known } = await chooseRule(parsed.positionals[0], map);
  const target = targetOf(rule, known);
  const found = await (data === undefined ? overStore(target, parsed, map) : overFiles(target, { parsed, map, data }));
  return { rule, ...found };
}

/** Only one process at a time has the event store. */
async function refuseServed(parsed: Parsed): Promise<void> {
  const config = configOf(parsed);
  if ((await probeLake(join(config.dataDir, "lake"))) !== "in_use") return;
  const url = serverUrlOf(parsed, config).origin;
  const detail = `a server is running on this data: ask it with --url ${url} and --token-file FILE, or stop it first`;
  throw new Fault("conflict", "rules.backtest.served", detail, { url });
}

type Found = Omit<Told, "rule">;

/** The last 30 days, unless something else is said. */
function storeRange(parsed: Parsed): Range {
  const now = Date.now();
  return { from: instant(parsed, "since", now) ?? now - MONTH_MS, to: instant(parsed, "until", now) ?? now };
}

async function overStore(target: HuntTarget, parsed: Parsed, map: LogSourceMap): Promise<Found> {
  const range = storeRange(parsed);
  const config = configOf(parsed);
  const lake = await openLake({
    dir: join(config.dataDir, "lake"),
    clock: systemClock,
    memoryLimitMb: config.lakeMemoryMb,
  });
  try {
    const order = {
      target,
      map,
      ...range,
      narrow: narrowOf(parsed),
      alertKey: alertKeyOf,
      signal: new AbortController().signal,
    };
    const quiet = { onProgress: () => undefined, onMatches: async () => undefined };
    return { report: await runHunt(lake.store, order, quiet), range };
  } finally {
    await lake.close();
  }
}

function narrowOf(parsed: Parsed) {
  const query = text(parsed, "query");
  if (query === undefined) return undefined;
  const result = parseQuery(query);
  if (result.ok) return result.query;
  throw new Fault("invalid", `lake.${result.error.code}`, `the query is wrong at ${result.error.from}`);
}

/** Files come in no order: only what a base rule matches is kept until everything is read. */
const MAX_HELD = 1_000_000;

async function overFiles(
  target: HuntTarget,
  { parsed, map, data }: { readonly parsed: Parsed; readonly map: LogSourceMap; readonly data: string },
): Promise<Found> {
  const now = Date.now();
  const [since, until] = [instant(parsed, "since", now), instant(parsed, "until", now)];
  const engine = compileEngine(target.rules, map);
  const held: KhienEvent[] = [];
  const span = { from: Number.POSITIVE_INFINITY, to: Number.NEGATIVE_INFINITY };
  let scanned = 0;
  let matchingMs = 0;
  const onProblem = (problem: string): void => void process.stderr.write(`${printable(problem)}\n`);
  for await (const { event } of readEvents([data], { onProblem })) {
    if (event.time < (since ?? Number.NEGATIVE_INFINITY) || event.time >= (until ?? LATEST)) continue;
    scanned += 1;
    span.from = Math.min(span.from, event.time);
    span.to = Math.max(span.to, event.time);
    const started = performance.now();
    const matched = engine.match(event).length > 0;
    matchingMs += performance.now() - started;
    if (!matched) continue;
    if (held.length >= MAX_HELD)
      throw new Fault("too_large", "rules.backtest.too_many", "more matching events than can be held; narrow the time");
    held.push(event);
  }
  const tally = tallyOf(target, held, map);
  const range =
    scanned === 0 ? { from: since ?? now, to: until ?? now } : { from: since ?? span.from, to: until ?? span.to };
  const costPerEventUs = scanned === 0 ? null : Math.round((matchingMs * 100_000) / scanned) / 100;
  const counts = { scanned, total: scanned, ratio: 1, kept: 0, raised: 0, costPerEventUs };
  return { report: { ...tally.counts(), ...counts, storeQuery: null, error: null }, range };
}

function tallyOf(target: HuntTarget, held: readonly KhienEvent[], map: LogSourceMap): HuntTally {
  const matcher = new TargetMatcher(target, map);
  const tally = new HuntTally();
  const count = ({ event, groupBy, found }: TargetMatch): void => {
    const alertKey = alertKeyOf({ ruleId: target.main.id, event, groupBy });
    tally.add({ time: found?.to ?? event.time, host: event.host, alertKey });
  };
  for (const event of held.toSorted((a, b) => a.time - b.time || (a.id < b.id ? -1 : 1))) {
    for (const match of matcher.take(event)) count(match);
  }
  for (const match of matcher.finish()) count(match);
  return tally;
}

function tableOf({ rule, range, report }: Told, alertsADay: number): string {
  const { matches, alerts, hosts, perDay, scanned, costPerEventUs } = report;
  const cost = costPerEventUs === null ? "" : `, ${costPerEventUs} µs per event looked at`;
  return [
    `"${rule.title}" from ${toIso(range.from)} to ${toIso(range.to)}`,
    `${matches} findings, about ${alerts} alerts (${alertsADay} a day); ${scanned} events looked at${cost}`,
    ...perDay.map(
      (day) => `  ${day.day}  ${String(day.matches).padStart(8)} findings  ${String(day.alerts).padStart(6)} alerts`,
    ),
    ...hosts.map(({ host, count }) => `  ${host}: ${count}`),
    "",
  ]
    .map((line) => printable(line))
    .join("\n");
}
