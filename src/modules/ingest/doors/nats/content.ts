/** One message to the texts of its records. A function of the payload alone: a message delivered again gives the same. */
import { isUtf8 } from "node:buffer";
import { LineAssembler } from "../../core/assembler.ts";
import { MAX_LINE_BYTES, MAX_NATS_MESSAGE_BYTES, MAX_NATS_MESSAGE_RECORDS } from "../../limits.ts";
import { JsonElementSplitter } from "../../reading/json-elements.ts";
import { isSkipped, type Line, LineSplitter, type Splitter } from "../../reading/lines.ts";

/** Why something of a message was not taken. Shown under this name with the door. */
export type NatsRejection = "empty" | "too_large" | "not_utf8" | "line_too_long";

export interface NatsContent {
  readonly records: readonly { readonly raw: string; readonly format?: string }[];
  readonly rejected: readonly NatsRejection[];
}

const OPEN_BRACKET = 0x5b;
const OPEN_BRACE = 0x7b;

function refused(reason: NatsRejection): NatsContent {
  return { records: [], rejected: [reason] };
}

/** Objects one after another or a list of them in any layout are records each; all else is lines. */
export function readMessage(payload: Uint8Array): NatsContent {
  if (payload.length > MAX_NATS_MESSAGE_BYTES) return refused("too_large");
  if (!isUtf8(payload)) return refused("not_utf8");
  const first = payload.find((byte) => byte > 0x20);
  if (first === undefined) return refused("empty");
  const json = first === OPEN_BRACE || first === OPEN_BRACKET;
  const content = json ? elements(payload, first) : lines(payload);
  if (content.records.length + content.rejected.length === 0) return refused("empty");
  return content.records.length > MAX_NATS_MESSAGE_RECORDS ? refused("too_large") : content;
}

function cut(splitter: Splitter, payload: Uint8Array): Line[] {
  return [...splitter.push(payload), ...splitter.end()];
}

/** What is no JSON after all, a log line that begins with a bracket for one, is lines: nothing is lost for it. */
function elements(payload: Uint8Array, first: number): NatsContent {
  const parts = cut(new JsonElementSplitter(first === OPEN_BRACKET ? 1 : 0, MAX_LINE_BYTES), payload);
  const tooLong = (part: Line): boolean => isSkipped(part) && part.problem === "line.too_long";
  if (!parts.every((part) => tooLong(part) || (!isSkipped(part) && isJson(part.text)))) return lines(payload);
  return {
    records: parts.flatMap((part) => (isSkipped(part) ? [] : [{ raw: part.text }])),
    rejected: parts.filter(isSkipped).map(() => "line_too_long"),
  };
}

function lines(payload: Uint8Array): NatsContent {
  const assembler = new LineAssembler<undefined>();
  const records: { raw: string; format?: string }[] = [];
  const rejected: NatsRejection[] = [];
  const keep = (done: readonly { raw: string; format?: string }[]): void => {
    for (const { raw, format } of done) records.push(format === undefined ? { raw } : { raw, format });
  };
  for (const line of cut(new LineSplitter(MAX_LINE_BYTES), payload)) {
    if (isSkipped(line)) rejected.push("line_too_long");
    else if (line.text.trim() !== "") keep(assembler.push(line.text, undefined));
  }
  keep(assembler.flush());
  return { records, rejected };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
