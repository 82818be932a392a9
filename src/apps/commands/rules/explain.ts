import { Fault, toIso } from "../../../kernel/index.ts";
import {
  compileEngine,
  distanceOf,
  type Explanation,
  type LogSourceMap,
  type Rule,
  type RuleDocument,
  TargetMatcher,
  targetOf,
} from "../../../modules/detection/index.ts";
import { flag, readArguments, wholeNumber } from "../../arguments.ts";
import { printable } from "../../scan/progress.ts";
import { type PlacedEvent, readEvents, readPiped } from "./events.ts";
import { KNOWLEDGE_OPTIONS, chooseRule, loadKnowledge } from "./sources.ts";

export const EXPLAIN_HELP = `khien rules explain RULE EVENTS|- [--limit N] [--json]

Says why events match a rule, or how near they come and which line of the rule they fail, the nearest first. Of a
correlation: its findings, and for every rule it looks at how many events matched.
  RULE       file (file.yml#id when it holds several), or the id or name of a built-in rule
  EVENTS     file or folder of logs in any format Khiên reads; - reads standard input
  --limit N  events told (default 20)
  --placeholders FILE
             values of %placeholders% (name: list of values)
  --json     one JSON document

Exit code: 0 something matches, 2 nothing does, 1 rule or events could not be read.
`;

const OPTIONS = { ...KNOWLEDGE_OPTIONS, limit: { type: "string" }, json: { type: "boolean" } } as const;
/** Events held while the nearest are chosen. */
const MAX_EVENTS = 200_000;

interface Judged extends PlacedEvent {
  readonly explanation: Explanation;
  readonly distance: number;
}

export async function explainCommand(args: readonly string[]): Promise<number> {
  const parsed = readArguments(args, OPTIONS);
  const [given, from] = parsed.positionals;
  if (from === undefined) throw new Fault("invalid", "cli.arguments.missing", "name a rule and a file of events");
  const { map } = await loadKnowledge(parsed);
  const { main, known } = await chooseRule(given, map);
  const limit = wholeNumber(parsed, "limit", 1, 10_000) ?? 20;
  const events = from === "-" ? await readPiped() : await collect(from);
  const asked = { map, limit, json: flag(parsed, "json") };
  if (main.kind === "detection") return explainEvents(main, events, asked);
  return explainCorrelation(main, { events, known }, asked);
}

async function collect(path: string): Promise<PlacedEvent[]> {
  const events: PlacedEvent[] = [];
  const onProblem = (text: string): void => void process.stderr.write(`${printable(text)}\n`);
  for await (const event of readEvents([path], { onProblem })) {
    if (events.length >= MAX_EVENTS) {
      process.stderr.write(`only the first ${MAX_EVENTS} events are looked at\n`);
      break;
    }
    events.push(event);
  }
  return events;
}

interface Asked {
  readonly map: LogSourceMap;
  readonly limit: number;
  readonly json: boolean;
}

function explainEvents(rule: Rule, events: readonly PlacedEvent[], { map, limit, json }: Asked): number {
  const engine = compileEngine([rule], map);
  const judged = events.map((placed): Judged => {
    const explanation = engine.explain(rule, placed.event);
    return { ...placed, explanation, distance: distanceOf(rule, explanation) };
  });
  const nearest = judged.toSorted((a, b) => a.distance - b.distance).slice(0, limit);
  const matched = judged.filter(({ explanation }) => explanation.matched).length;
  if (json) {
    const told = nearest.map(({ file, line, event, explanation }) => ({
      file,
      line,
      time: toIso(event.time),
      explanation,
    }));
    const rules = { id: rule.id, title: rule.title };
    process.stdout.write(
      `${JSON.stringify({ rule: rules, events: events.length, matched, nearest: told }, null, 2)}\n`,
    );
  } else {
    for (const one of nearest) process.stdout.write(printableLines(linesOf(one)));
    process.stdout.write(`${events.length} events, ${matched} match "${printable(rule.title)}"\n`);
  }
  return matched > 0 ? 0 : 2;
}

function printableLines(lines: readonly string[]): string {
  return `${lines.map((line) => printable(line)).join("\n")}\n`;
}

function linesOf({ file, line, event, explanation }: Judged): string[] {
  const where = `${file}:${line}: ${toIso(event.time)} ${event.host ?? ""}`.trimEnd();
  if (!explanation.routed) {
    const { product, category, service } = event.logsource;
    const source = [product, category, service].filter((part) => part !== undefined).join(" / ");
    return [`${where}: no: of another log source (${source === "" ? "unknown" : source})`];
  }
  const verdict = explanation.matched ? "match" : "no match";
  return [`${where}: ${verdict}`, ...explanation.selections.flatMap(selectionLines)];
}

function selectionLines({ name, line, holds, items }: Explanation["selections"][number]): string[] {
  return [
    `  ${holds ? "holds" : "fails"}  ${name} (line ${line})`,
    ...items.map((item) => {
      const held =
        item.field === undefined
          ? ""
          : item.value === undefined
            ? `, the event has no ${item.field}`
            : `, ${item.field} is ${short(item.value)}`;
      const hits = item.hits.map((hit) => `line ${hit.line}`).slice(0, 3);
      const met = item.holds && hits.length > 0 ? ` by ${[...new Set(hits)].join(", ")}` : "";
      return `    ${item.holds ? "yes" : "no "} line ${item.line} ${item.key === "" ? "keywords" : item.key}${met}${held}`;
    }),
  ];
}

const MAX_SHOWN = 160;

function short(value: unknown): string {
  const text = JSON.stringify(value) ?? "";
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN - 1)}…` : text;
}

function explainCorrelation(
  main: Exclude<RuleDocument, { kind: "filter" | "detection" }>,
  { events, known }: { readonly events: readonly PlacedEvent[]; readonly known: readonly RuleDocument[] },
  { map, limit, json }: Asked,
): number {
  const target = targetOf(
    main,
    known.filter(({ kind }) => kind !== "filter"),
  );
  const matcher = new TargetMatcher(target, map);
  const engine = compileEngine(target.rules, map);
  const counts = new Map(target.rules.map((rule) => [rule.id, 0]));
  const ordered = events.toSorted((a, b) => a.event.time - b.event.time || (a.event.id < b.event.id ? -1 : 1));
  const places = new Map(events.map(({ event, file, line }) => [event.id as string, `${file}:${line}`]));
  for (const { event } of ordered) {
    for (const { id } of engine.match(event)) counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  const found = [...ordered.flatMap(({ event }) => [...matcher.take(event)]), ...matcher.finish()].flatMap((match) =>
    match.found === undefined ? [] : [match.found],
  );
  const rules = target.rules.map(({ id, title }) => ({ id, title, events: counts.get(id) ?? 0 }));
  if (json) {
    const findings = found
      .slice(0, limit)
      .map((one) => ({ ...one, from: toIso(one.from), to: toIso(one.to), anchor: undefined }));
    process.stdout.write(
      `${JSON.stringify({ rule: { id: main.id, title: main.title }, events: events.length, rules, findings }, null, 2)}\n`,
    );
    return found.length > 0 ? 0 : 2;
  }
  for (const { title, events: count } of rules)
    process.stdout.write(`${printable(`${count} events match "${title}"`)}\n`);
  for (const one of found.slice(0, limit)) {
    const group = one.group.map(({ field, value }) => `${field}=${value}`).join(" ");
    process.stdout.write(
      printableLines([
        `finding ${toIso(one.from)} to ${toIso(one.to)} ${group}: ${one.count} events, value ${one.value}`,
        ...one.events.map(
          ({ id, time, ruleId }) => `  ${toIso(time)} ${places.get(id) ?? id} ${titleOf(target.rules, ruleId)}`,
        ),
      ]),
    );
  }
  process.stdout.write(`${events.length} events, ${found.length} findings of "${printable(main.title)}"\n`);
  return found.length > 0 ? 0 : 2;
}

function titleOf(rules: readonly Rule[], id: string): string {
  return rules.find((rule) => rule.id === id)?.title ?? id;
}
