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
import { openLake, parseQuery } from "../../../modules/lake/index.ts";
import { systemClock } from "../../../platform/clock/index.ts";
import { flag, instant, type Parsed, readArguments, text } from "../../arguments.ts";
import { printable } from "../../scan/progress.ts";
import { CONFIG_OPTIONS, configOf } from "../config.ts";
import { readEvents } from "./events.ts";
import { KNOWLEDGE_OPTIONS, chooseRule, loadKnowledge } from "./sources.ts";

export const BACKTEST_HELP = `khien rules backtest RULE [--since TIME] [--until TIME] [--data PATH] [--query QUERY] [--json]

What a rule or correlation would have found, and how many alerts that would have been, before it is turned on.
  RULE           file (file.yml#id when it holds several), or the id or name of a built-in rule
  --since TIME   2026-11-21, 2026-11-21T08:00:00Z, 24h, 7d (default: 30d with the event store, everything with --data)
  --until TIME   until then (default: now)
  --data PATH    logs in files instead of this installation's event store
  --query QUERY  narrow the stored events further, as in the console
  --placeholders FILE
                 values of %placeholders% (name: list of values)
  --json         one JSON document

The event store is read while the server is stopped; with a running server use the console, or POST /api/v1/retro-hunts.
Exit code: 0 nothing found, 2 something found, 1 rule or events could not be read.
`;

const OPTIONS = {
  ...KNOWLEDGE_OPTIONS,
  ...CONFIG_OPTIONS,
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
type Outcome = HuntReport & { readonly range: Range };

export async function backtestCommand(args: readonly string[]): Promise<number> {
  const parsed = readArguments(args, OPTIONS);
  const { map } = await loadKnowledge(parsed);
  const { main, known } = await chooseRule(parsed.positionals[0], map);
  const target = targetOf(main, known);
  const data = text(parsed, "data");
  const outcome = await (data === undefined
    ? overStore(target, parsed, map)
    : overFiles(target, { parsed, map, data }));
  const perDay = alertsPerDay(outcome.alerts, outcome.range);
  if (flag(parsed, "json")) {
    const { range, ...report } = outcome;
    const rule = { id: main.id, title: main.title, level: main.level };
    const told = { rule, from: toIso(range.from), to: toIso(range.to), ...report, alertsPerDay: perDay };
    process.stdout.write(`${JSON.stringify(told, null, 2)}\n`);
  } else process.stdout.write(tableOf(main.title, outcome, perDay));
  return outcome.matches === 0 ? 0 : 2;
}

async function overStore(target: HuntTarget, parsed: Parsed, map: LogSourceMap): Promise<Outcome> {
  const now = Date.now();
  const range = { from: instant(parsed, "since", now) ?? now - MONTH_MS, to: instant(parsed, "until", now) ?? now };
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
    return { ...(await runHunt(lake.store, order, quiet)), range };
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
): Promise<Outcome> {
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
  return {
    ...tally.counts(),
    scanned,
    total: scanned,
    ratio: 1,
    kept: 0,
    raised: 0,
    costPerEventUs: scanned === 0 ? null : Math.round((matchingMs * 100_000) / scanned) / 100,
    storeQuery: null,
    error: null,
    range,
  };
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

function tableOf(
  title: string,
  { range, matches, alerts, hosts, perDay, scanned, costPerEventUs }: Outcome,
  alertsADay: number,
): string {
  const cost = costPerEventUs === null ? "" : `, ${costPerEventUs} µs per event looked at`;
  return [
    `"${title}" from ${toIso(range.from)} to ${toIso(range.to)}`,
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
