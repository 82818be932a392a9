/** What the parsers make of pasted lines, told in a way a person can work with. Nothing is kept. */
import { ContentFault, type EventId, type Instant, type KhienEvent, toIso } from "../../kernel/index.ts";
import type { z } from "../../platform/schema/index.ts";
import { type NearMiss, ParserSet } from "./core/definitions/index.ts";
import { contentParsers, judgeParser, parseRecord } from "./parsers.ts";
import type { ParserTrial, TriedLine } from "./schemas.ts";

/** Only the frame around the message was understood, or nothing. */
const FRAMES: ReadonlySet<string> = new Set(["raw", "syslog-3164", "syslog-5424", "journald", "azure-syslog"]);

/** The parsers to try with: those that run, or a draft alone. */
function parsersFor(draft: string | undefined): ParserSet {
  if (draft === undefined) return contentParsers();
  const name = /^name:\s*['"]?([a-z0-9-]{1,63})/m.exec(draft)?.[1] ?? "draft";
  const { items, problems } = judgeParser({ path: `${name}.yml`, text: draft });
  if (items.length === 0) throw new ContentFault("ingest.parser.wrong", "the definition does not load", problems);
  return new ParserSet(items);
}

function nearestOf(set: ParserSet, event: KhienEvent): z.input<typeof TriedLine>["nearest"] {
  const { message, program } = event.fields;
  const inFrame = typeof message === "string" && event.format !== "raw";
  const text = inFrame ? message.trimStart() : event.raw.trim();
  const miss: NearMiss | undefined = set.nearest(text, inFrame && typeof program === "string" ? program : undefined);
  if (miss === undefined) return null;
  const { name, file, line, at, expected } = miss;
  return { parser: name, file, line, at: Math.max(0, event.raw.indexOf(text)) + at, expected };
}

export function tryParsers(
  { lines, format, definition }: z.output<typeof ParserTrial>,
  now: Instant,
): z.input<typeof TriedLine>[] {
  const set = parsersFor(definition);
  return lines.map((raw) => {
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
  });
}
