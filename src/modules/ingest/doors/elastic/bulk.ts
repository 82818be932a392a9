/**
 * The bulk body of the Elasticsearch API: an action line, then (for all but delete) a line with the document. Cut and
 * handed on while it arrives; each item gets its own status.
 *
 * Invariants
 *  - An item's 201 is only ever sent when its record is durable: the answer is written after the last flush.
 *  - When the journal refuses, the whole request is refused (429, 503) and not single items: a client that sent only
 *    some of two equal documents again would give the second the id of the first.
 *  - A broken action line ends the request (400): what follows it cannot be told apart any more.
 */
import { Fault } from "../../../../kernel/index.ts";
import type { Intake } from "../../intake.ts";
import { MAX_BULK_ACTION_BYTES, MAX_BULK_ID_CHARS, MAX_BULK_ITEMS, MAX_LINE_BYTES } from "../../limits.ts";
import type { Line } from "../../reading/lines.ts";
import { isSkipped, LineSplitter, splitLines } from "../../reading/lines.ts";
import { isObjectLine } from "../../reading/object-line.ts";

export type BulkAction = "index" | "create" | "update" | "delete";

export interface BulkItem {
  readonly action: BulkAction;
  readonly index: string;
  readonly id: string;
  readonly status: 201 | 400;
  readonly error?: { readonly type: string; readonly reason: string };
}

interface Action {
  readonly action: BulkAction;
  readonly index: string;
  readonly id: string | undefined;
}

const ACTIONS: ReadonlySet<string> = new Set<BulkAction>(["index", "create", "update", "delete"]);

function malformed(line: number, reason: string): Fault {
  return new Fault("invalid", "ingest.bulk.action", `Malformed action/metadata line [${line}], ${reason}`, { line });
}

function objectOf(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

/** `{"create":{"_index":"logs","_id":"7"}}`; every client writes at least `{"index":{}}`. */
function readAction(text: string, line: number, defaultIndex: string): Action {
  const members = text.length > MAX_BULK_ACTION_BYTES ? undefined : objectOf(text);
  const names = Object.keys(members ?? {});
  const name = names[0] ?? "";
  if (names.length !== 1 || !ACTIONS.has(name)) throw malformed(line, "expected one of index, create");
  const metadata = members?.[name];
  if (typeof metadata !== "object" || metadata === null) throw malformed(line, "expected an object");
  const { _index: index, _id: id } = metadata as { _index?: unknown; _id?: unknown };
  const stated = typeof id === "number" ? String(id) : id;
  if (stated !== undefined && stated !== null && (typeof stated !== "string" || stated.length > MAX_BULK_ID_CHARS))
    throw malformed(line, "the id is no text, or too long");
  return {
    action: name as BulkAction,
    index: typeof index === "string" ? index.slice(0, 255) : defaultIndex,
    id: typeof stated === "string" && stated !== "" ? stated : undefined,
  };
}

function failed(action: Action, type: string, reason: string): BulkItem {
  return { action: action.action, index: action.index, id: action.id ?? "", status: 400, error: { type, reason } };
}

const NOT_KEPT = "events are never changed or removed: only index and create are taken";

async function takeDocument(intake: Intake, action: Action, line: Line): Promise<BulkItem> {
  if (action.action === "update") {
    intake.reject(line.line, "ingest.bulk.not_kept");
    return failed(action, "illegal_argument_exception", NOT_KEPT);
  }
  if (isSkipped(line)) {
    intake.reject(line.line, "ingest.line.too_long");
    return failed(action, "document_parsing_exception", `longer than ${MAX_LINE_BYTES} bytes`);
  }
  const isObject = (line.bytes !== undefined && isObjectLine(line.bytes)) || objectOf(line.text) !== undefined;
  if (!isObject) {
    intake.reject(line.line, "ingest.line.not_object");
    return failed(action, "document_parsing_exception", "the document is no JSON object");
  }
  const id = intake.put(line.bytes ?? line.text, {
    line: line.line,
    lines: 1,
    ordinal: action.id === undefined ? undefined : `i${action.id}`,
  });
  if (intake.isFull) await intake.flush();
  return { action: action.action, index: action.index, id: action.id ?? id, status: 201 };
}

/** Resolves when every item with status 201 is durable. */
export async function takeBulk(
  intake: Intake,
  body: AsyncIterable<Uint8Array>,
  defaultIndex: string,
): Promise<BulkItem[]> {
  const items: BulkItem[] = [];
  let action: Action | undefined;
  for await (const lines of splitLines(body, new LineSplitter(MAX_LINE_BYTES, { keepsBytes: true }))) {
    for (const line of lines) {
      if (action !== undefined) {
        items.push(await takeDocument(intake, action, line));
        action = undefined;
        continue;
      }
      if (isSkipped(line)) throw malformed(line.line, "too long");
      if (line.text.trim() === "") continue;
      if (items.length >= MAX_BULK_ITEMS)
        throw new Fault("too_large", "ingest.bulk.too_many", "too many items", { limit: MAX_BULK_ITEMS });
      const read = readAction(line.text, line.line, defaultIndex);
      if (read.action === "delete") {
        intake.reject(line.line, "ingest.bulk.not_kept");
        items.push(failed(read, "illegal_argument_exception", NOT_KEPT));
      } else action = read;
    }
  }
  if (action !== undefined) throw new Fault("invalid", "ingest.bulk.ends_early", "the last action has no document");
  await intake.flush();
  return items;
}

/** The answer as text. `brief`: what clients ask for that filter it (`filter_path=errors,items.*.status,…`). */
export function bulkAnswer(
  items: readonly BulkItem[],
  told: { readonly tookMs: number; readonly brief: boolean },
): string {
  const errors = items.some(({ status }) => status !== 201);
  const texts = items.map((item) => {
    if (told.brief && item.error === undefined) return `{"${item.action}":{"status":${item.status}}}`;
    const { action, index, id, status, error } = item;
    const whole = {
      _index: index,
      _id: id,
      ...(error === undefined ? { _version: 1, result: "created" } : {}),
      status,
    };
    return JSON.stringify({ [action]: error === undefined ? whole : { ...whole, error } });
  });
  return `{"took":${told.tookMs},"errors":${errors},"items":[${texts.join()}]}`;
}
