/**
 * The body of an HTTP delivery to journal records, streamed: bounded in bytes, ratio, line length and count, whatever
 * the sender claims. Independent of the web framework.
 *
 * Invariants
 *  - A line counts as accepted only after `sink` has resolved for it, that is when it is durable.
 *  - A bad line is told by number and skipped; the others are taken.
 *  - When the body breaks off (truncated gzip, limits, a full journal) what was whole before it is kept, counted and
 *    acknowledged; `stopped` says why and `stoppedAtLine` where. A retry of the same body gives the same ids.
 */
import type { ExerciseId, Instant } from "../../kernel/index.ts";
import { Fault } from "../../kernel/index.ts";
import { openBody } from "./body.ts";
import { LineAssembler } from "./core/assembler.ts";
import { asFault, Intake, type Receipt, type Sink } from "./intake.ts";
import { MAX_BODY_BYTES, MAX_BODY_LINES, MAX_LINE_BYTES, MAX_UNPACK_RATIO, MAX_UNPACKED_BODY_BYTES } from "./limits.ts";
import { JsonElementSplitter } from "./reading/json-elements.ts";
import type { Line, Splitter, TextLine } from "./reading/lines.ts";
import { isSkipped, LineSplitter, splitLines } from "./reading/lines.ts";
import { isObjectLine } from "./reading/object-line.ts";
import { sniff } from "./reading/sniff.ts";

export interface ReceiveLimits {
  readonly maxBodyBytes: number;
  readonly maxUnpackedBytes: number;
  readonly maxUnpackRatio: number;
  readonly maxLineBytes: number;
  readonly maxLines: number;
}

export const RECEIVE_LIMITS: ReceiveLimits = {
  maxBodyBytes: MAX_BODY_BYTES,
  maxUnpackedBytes: MAX_UNPACKED_BODY_BYTES,
  maxUnpackRatio: MAX_UNPACK_RATIO,
  maxLineBytes: MAX_LINE_BYTES,
  maxLines: MAX_BODY_LINES,
};

export interface Delivery {
  readonly body: AsyncIterable<Uint8Array>;
  readonly contentType: string | undefined;
  readonly contentEncoding: string | undefined;
  readonly sensor: string;
  /** Name of the file or stream the lines come from; with `firstLine` it makes the ids depend on the line number. */
  readonly source?: string;
  /** Number the first line of this body has in `source`. */
  readonly firstLine?: number;
  /** Format of all lines, when the sender knows: see JournalRecord.format. */
  readonly format?: string;
  readonly exerciseId?: ExerciseId;
  readonly peer?: string;
  readonly receivedAt: Instant;
  readonly sink: Sink;
  readonly limits?: Partial<ReceiveLimits>;
}

type BodyKind = "ndjson" | "json" | "text";

const KINDS: ReadonlyMap<string, BodyKind> = new Map([
  ["application/x-ndjson", "ndjson"],
  ["application/ndjson", "ndjson"],
  ["application/jsonl", "ndjson"],
  ["application/x-jsonlines", "ndjson"],
  ["application/json", "json"],
  ["text/plain", "text"],
]);

function kindOf(contentType: string | undefined): BodyKind {
  const essence = contentType?.split(";", 1)[0]?.trim().toLowerCase() ?? "";
  if (essence === "" || essence === "application/octet-stream") return "ndjson";
  const kind = KINDS.get(essence);
  if (kind !== undefined) return kind;
  throw new Fault(
    "unsupported",
    "ingest.body.content_type",
    "the content type is not one this door takes: send application/x-ndjson, application/json or text/plain",
    {
      contentType: essence.slice(0, 100),
    },
  );
}

/** Why a line is no JSON object, or undefined when it is one. */
function jsonComplaint({ bytes, text }: TextLine): { code: string; detail: string } | undefined {
  return bytes !== undefined && isObjectLine(bytes) ? undefined : textComplaint(text);
}

function textComplaint(text: string): { code: string; detail: string } | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return undefined;
    return { code: "ingest.line.not_object", detail: value === null ? "null" : typeof value };
  } catch (error) {
    return { code: "ingest.line.not_json", detail: error instanceof Error ? error.message.slice(0, 200) : "" };
  }
}

interface Cutting {
  readonly splitter: Splitter & { readonly line: number };
  readonly chunks: AsyncIterable<Uint8Array>;
}

async function cut(kind: BodyKind, body: AsyncIterable<Uint8Array>, maxLineBytes: number): Promise<Cutting> {
  // A body's chunks are nobody else's.
  const lines = new LineSplitter(maxLineBytes, { keepsBytes: true });
  if (kind === "ndjson") return { splitter: lines, chunks: body };
  if (kind === "text") return { splitter: new LineSplitter(maxLineBytes), chunks: body };
  const { shape, chunks } = await sniff(body);
  if (shape.kind === "elements") return { splitter: new JsonElementSplitter(shape.depth, maxLineBytes), chunks };
  return { splitter: lines, chunks };
}

async function takeLines(intake: Intake, lines: readonly Line[], assembler?: LineAssembler<number>): Promise<void> {
  for (const line of lines) {
    if (isSkipped(line)) {
      intake.reject(line.line, `ingest.${line.problem}`, String(line.bytes));
      continue;
    }
    if (line.bytes === undefined ? line.text === "" : line.bytes.length === 0) continue;
    if (assembler !== undefined) {
      for (const done of assembler.push(line.text, line.line)) await intake.add(done.raw, { ...done, line: done.tag });
    } else {
      const complaint = jsonComplaint(line);
      if (complaint !== undefined) {
        intake.reject(line.line, complaint.code, complaint.detail);
        continue;
      }
      intake.put(line.bytes ?? line.text, { line: line.line, lines: 1 });
      if (intake.isFull) await intake.flush();
    }
    if (line.replaced === true) intake.replacedUtf8++;
  }
}

/** Takes one body. Throws Fault `unsupported` before anything is read; everything later is in the receipt. */
export async function receiveBatch(delivery: Delivery): Promise<Receipt> {
  const limits: ReceiveLimits = { ...RECEIVE_LIMITS, ...delivery.limits };
  const kind = kindOf(delivery.contentType);
  const body = openBody(delivery.body, {
    contentEncoding: delivery.contentEncoding,
    maxBytes: limits.maxBodyBytes,
    maxUnpackedBytes: limits.maxUnpackedBytes,
    maxRatio: limits.maxUnpackRatio,
  });
  const intake = new Intake({ ...delivery, door: "http" });
  const assembler = kind === "text" ? new LineAssembler<number>() : undefined;
  let reached = 1;
  let broken: Fault | undefined;
  try {
    const { splitter, chunks } = await cut(kind, body, limits.maxLineBytes);
    for await (const lines of splitLines(chunks, splitter)) {
      reached = lines[0]?.line ?? reached;
      if ((lines.at(-1)?.line ?? 0) > limits.maxLines) {
        throw new Fault("too_large", "ingest.body.too_many_lines", "too many lines", { limit: limits.maxLines });
      }
      await takeLines(intake, lines, assembler);
      reached = splitter.line;
    }
  } catch (error) {
    broken = asFault(error);
  }
  // The journal said no: nothing more can be taken.
  if (broken !== undefined && (broken.kind === "busy" || broken.kind === "unavailable")) {
    return intake.stoppedReceipt(broken, reached);
  }
  try {
    for (const done of assembler?.flush() ?? []) await intake.add(done.raw, { ...done, line: done.tag });
    await intake.flush();
  } catch (error) {
    return intake.stoppedReceipt(asFault(error), reached);
  }
  return broken === undefined ? intake.receipt() : intake.stoppedReceipt(broken, reached);
}
