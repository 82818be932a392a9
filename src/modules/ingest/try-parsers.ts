/** What the parsers make of pasted lines, told in a way a person can work with. Nothing is kept. */
import { type ContentProblem, type EventId, type Instant, type KhienEvent, toIso } from "../../kernel/index.ts";
import type { Clock } from "../../platform/clock/index.ts";
import type { z } from "../../platform/schema/index.ts";
import { type NearMiss, ParserSet } from "./core/definitions/index.ts";
import { MAX_NEAREST_CHARS, MAX_TRIAL_MS } from "./limits.ts";
import { contentParsers, judgeParser, parseRecord } from "./parsers.ts";
import type { ParserTrial, ParserTrialResult, TriedLine } from "./schemas.ts";

/** Only the frame around the message was understood, or nothing. */
const FRAMES: ReadonlySet<string> = new Set(["raw", "syslog-3164", "syslog-5424", "journald", "azure-syslog"]);

/** The parsers to try with: those that run, or a draft alone, or what is wrong with the draft. */
function parsersFor(draft: string | undefined): ParserSet | readonly ContentProblem[] {
  if (draft === undefined) return contentParsers();
  const name = /^name:\s*['"]?([a-z0-9-]{1,63})/m.exec(draft)?.[1] ?? "draft";
  const { items, problems } = judgeParser({ path: `${name}.yml`, text: draft });
  return items.length === 0 ? problems : new ParserSet(items);
}

function nearestOf(set: ParserSet, event: KhienEvent): z.input<typeof TriedLine>["nearest"] {
  const { message, program } = event.fields;
  const inFrame = typeof message === "string" && event.format !== "raw";
  const text = inFrame ? message.trimStart() : event.raw.trim();
  const start = text.slice(0, MAX_NEAREST_CHARS);
  const miss: NearMiss | undefined = set.nearest(start, inFrame && typeof program === "string" ? program : undefined);
  if (miss === undefined) return null;
  const { name, file, line, at, expected } = miss;
  return { parser: name, file, line, at: Math.max(0, event.raw.indexOf(text)) + at, expected };
}

function tryLine(
  raw: string,
  { set, format, now }: { set: ParserSet; format: string | undefined; now: Instant },
): z.input<typeof TriedLine> {
  const record = { id: "" as EventId, door: "http" as const, sensor: "", receivedAt: now, raw };
  const event = parseRecord(format === undefined ? record : { ...record, format }, { parsers: set });
  const { product, category, service } = event.logsource;
  return {
    parser: event.parseFailure === undefined ? event.format : null,
    defined: set.has(event.format),
    logsource: { product: product ?? null, category: category ?? null, service: service ?? null },
    time: event.timeMissing === true ? null : toIso(event.time),
    host: event.host ?? null,
    entities: Object.fromEntries(Object.entries(event.entities).filter(([, value]) => value !== undefined)),
    fields: { ...event.fields } as Record<string, string>,
    failure: event.parseFailure ?? null,
    nearest: FRAMES.has(event.format) ? nearestOf(set, event) : null,
  };
}

/** One line costs a bounded time whatever stands in it; a hundred of the worst would keep everybody else waiting. */
export function tryParsers(
  { lines, format, definition }: z.output<typeof ParserTrial>,
  clock: Clock,
): z.input<typeof ParserTrialResult> {
  const set = parsersFor(definition);
  if (!(set instanceof ParserSet)) {
    const problems = set.map(({ line, code, message, hint }) => ({ line, code, message, hint: hint ?? null }));
    return { items: [], problems, untried: 0 };
  }
  const now = clock.now();
  const items: z.input<typeof TriedLine>[] = [];
  for (const raw of lines) {
    if (clock.now() - now > MAX_TRIAL_MS) break;
    items.push(tryLine(raw, { set, format, now }));
  }
  return { items, problems: [], untried: lines.length - items.length };
}
