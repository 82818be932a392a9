/**
 * The two bodies of the collector. `event`: JSON objects one after another, each an envelope (time, host, source,
 * sourcetype, fields) around the event; the envelope is the record, so that nothing the sender said is lost. `raw`: lines.
 * The first bad event ends a request, as it does in Splunk; those before it are kept, and a retry changes nothing.
 */
import { Fault } from "../../../../kernel/index.ts";
import { LineAssembler } from "../../core/assembler.ts";
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

/** Resolves when all events are durable, with their number. */
export async function takeEvents(intake: Intake, body: AsyncIterable<Uint8Array>): Promise<number> {
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
  return count;
}

/** Resolves when all lines are durable, with the number of those that were too long. */
export async function takeRaw(intake: Intake, body: AsyncIterable<Uint8Array>): Promise<number> {
  const assembler = new LineAssembler<number>();
  let lines = 0;
  let tooLong = 0;
  for await (const cut of splitLines(body, new LineSplitter(MAX_LINE_BYTES))) {
    for (const line of cut) {
      if (++lines > MAX_HEC_EVENTS) throw tooMany();
      if (isSkipped(line)) tooLong++;
      else if (line.text.trim() !== "")
        for (const done of assembler.push(line.text, line.line))
          await intake.add(done.raw, { ...done, line: done.tag });
    }
  }
  for (const done of assembler.flush()) await intake.add(done.raw, { ...done, line: done.tag });
  await intake.flush();
  if (intake.accepted === 0 && tooLong === 0) throw hecFault(5);
  return tooLong;
}
