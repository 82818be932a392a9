/**
 * Event ids. The id is a function of where the record came from and what it says, so that a shipper's retry is the
 * same event and two equal lines of one batch stay two.
 */
import { hash } from "node:crypto";
import type { EventId } from "../../kernel/index.ts";

/** What makes a record this one and no other. */
export interface RecordIdentity {
  readonly sensor: string;
  /** File or stream the sender names; "" when none. */
  readonly source: string;
  /** Line number, count of equal lines before it, or a listener's sequence: unique among equal content. */
  readonly ordinal: string;
  /** Text, or the same as UTF-8. */
  readonly content: string | Uint8Array;
}

/** First 128 bits of SHA-256 over the length-prefixed parts, so that no two splits of the same text collide. */
export function eventId(identity: RecordIdentity): EventId {
  const { sensor, source, ordinal, content } = identity;
  const head = `${sensor.length}:${sensor}${source.length}:${source}${ordinal.length}:${ordinal}`;
  const hashed = typeof content === "string" ? head + content : joined(head, content);
  return hash("sha256", hashed, "hex").slice(0, 32) as EventId;
}

let scratch = Buffer.allocUnsafe(64 * 1024);

/** Valid until the next call. */
function joined(head: string, content: Uint8Array): Buffer {
  const most = head.length * 3 + content.length;
  if (scratch.length < most) scratch = Buffer.allocUnsafe(2 * most);
  const at = scratch.write(head, "utf8");
  scratch.set(content, at);
  return scratch.subarray(0, at + content.length);
}

/**
 * Ids of one HTTP request. With `source` and `firstLine` the ordinal is the line number in that source; without, it is
 * the number of equal lines before it in the same request: a retried request gives the same ids again.
 */
export class BatchIdentity {
  readonly #sensor: string;
  readonly #source: string;
  readonly #firstLine: number | undefined;
  /** Content digest → times seen. Only repeats need it, but which repeat is known only afterwards. */
  readonly #seen = new Map<string, number>();

  constructor(sensor: string, source?: string, firstLine?: number) {
    this.#sensor = sensor;
    this.#source = source ?? "";
    this.#firstLine = source === undefined ? undefined : firstLine;
  }

  next(content: string | Uint8Array, line: number): EventId {
    const base = { sensor: this.#sensor, source: this.#source, content };
    if (this.#firstLine !== undefined) {
      return eventId({ ...base, ordinal: `l${this.#firstLine + line - 1}` });
    }
    const first = eventId({ ...base, ordinal: "0" });
    const before = this.#seen.get(first) ?? 0;
    this.#seen.set(first, before + 1);
    return before === 0 ? first : eventId({ ...base, ordinal: String(before) });
  }
}

/** Ids of one syslog listener: nothing is ever sent twice on purpose, so each line is its own. */
export class ListenerIdentity {
  readonly #listener: string;
  #sequence = 0;

  /** `listener` must differ between listeners and between starts of the program. */
  constructor(listener: string) {
    this.#listener = listener;
  }

  next(sensor: string, content: string, receivedAt: number): EventId {
    const ordinal = `${receivedAt}.${this.#sequence++}`;
    return eventId({ sensor, source: this.#listener, ordinal, content });
  }
}
