/**
 * The two bodies of the collector. `event`: JSON objects one after another, each an envelope (time, host, source,
 * sourcetype, fields) around the event; the envelope is the record, so that nothing the sender said is lost. `raw`: lines.
 * The first bad event ends a request, as it does in Splunk; those before it are kept, and a retry changes nothing.
 */
import { Fault } from "../../../../kernel/index.ts";
import { type Assembled, LineAssembler } from "../../core/assembler.ts";
import type { Intake } from "../../intake.ts";
import { MAX_HEC_EVENTS, MAX_LINE_BYTES } from "../../limits.ts";
import { JsonElementSplitter } from "../../reading/json-elements.ts";
import { isSkipped, LineSplitter, splitLines } from "../../reading/lines.ts";
import { hecFault } from "./dialect.ts";

function tooMany(): Fault {
  return new Fault("too_large", "ingest.hec.too_many", "too many events", { limit: MAX_HEC_EVENTS });
}

/** The collector's number for what is wrong with an envelope, or undefined. */
function complaintAbout(text: string): number | undefined {
  let envelope: unknown;
  try {
    envelope = JSON.parse(text);
  } catch {
    return 6;
  }
  if (typeof envelope !== "object" || envelope === null || Array.isArray(envelope)) return 6;
  const { event, fields } = envelope as { event?: unknown; fields?: unknown };
  if (event === undefined || event === null) return 12;
  if (typeof event === "string" && event.trim() === "") return 13;
  if (fields === undefined) return undefined;
  if (typeof fields !== "object" || fields === null || Array.isArray(fields)) return 15;
  const nested = Object.values(fields).some(
    (value) => typeof value === "object" && value !== null && !Array.isArray(value),
  );
  return nested ? 15 : undefined;
}

/** Resolves when all events are durable. */
export async function takeEvents(intake: Intake, body: AsyncIterable<Uint8Array>): Promise<void> {
  let count = 0;
  let bad: number | undefined;
  for await (const elements of splitLines(body, new JsonElementSplitter(0, MAX_LINE_BYTES))) {
    for (const element of elements) {
      bad = isSkipped(element) ? 6 : complaintAbout(element.text);
      if (bad !== undefined || isSkipped(element)) break;
      if (count >= MAX_HEC_EVENTS) throw tooMany();
      await intake.add(element.text, { line: count + 1, lines: 1, format: "splunk-hec" });
      count++;
    }
    if (bad !== undefined) break;
  }
  await intake.flush();
  if (bad !== undefined) throw hecFault(bad, count);
  if (count === 0) throw hecFault(5);
}

/** What the sender says of all lines in the address of the request, under the names the envelope of an event has. */
export interface RawMetadata {
  readonly host?: string;
  readonly source?: string;
  readonly sourcetype?: string;
  readonly index?: string;
  /** Seconds since 1970. */
  readonly time?: number;
}

const NAMES = ["host", "source", "sourcetype", "index"] as const;
const MAX_METADATA_CHARS = 1_024;

/** Undefined when nothing is said. What is no text, or too long for a name, is not said. */
export function rawMetadata(query: Readonly<Record<string, unknown>>): RawMetadata | undefined {
  const told = NAMES.flatMap((name): [string, string][] => {
    const value = query[name];
    return typeof value === "string" && value !== "" && value.length <= MAX_METADATA_CHARS ? [[name, value]] : [];
  });
  const time =
    typeof query.time === "string" && /^\d{1,11}(?:\.\d{1,9})?$/u.test(query.time) ? Number(query.time) : undefined;
  if (told.length === 0 && time === undefined) return undefined;
  return { ...(time === undefined ? {} : { time }), ...Object.fromEntries(told) };
}

/**
 * Resolves when all lines are durable but those the intake was told of. With metadata each line becomes the event of an
 * envelope, so that both ways of sending the same thing are kept alike.
 */
export async function takeRaw(intake: Intake, body: AsyncIterable<Uint8Array>, metadata?: RawMetadata): Promise<void> {
  const assembler = new LineAssembler<number>();
  const keep = async (done: Assembled<number>): Promise<void> => {
    // A line that means nothing without the header above it keeps the format that says so.
    if (metadata === undefined || done.format !== undefined) await intake.add(done.raw, { ...done, line: done.tag });
    else {
      const raw = JSON.stringify({ ...metadata, event: done.raw });
      await intake.add(raw, { line: done.tag, lines: done.lines, format: "splunk-hec" });
    }
  };
  let lines = 0;
  for await (const cut of splitLines(body, new LineSplitter(MAX_LINE_BYTES))) {
    for (const line of cut) {
      if (++lines > MAX_HEC_EVENTS) throw tooMany();
      if (isSkipped(line)) intake.reject(line.line, "ingest.line.too_long");
      else if (line.text.trim() !== "") for (const done of assembler.push(line.text, line.line)) await keep(done);
    }
  }
  for (const done of assembler.flush()) await keep(done);
  await intake.flush();
  if (intake.accepted === 0 && intake.rejectedTotal === 0) throw hecFault(5);
}
