/**
 * What the log is told of a file's events: the leaf of every one and who sent how much. Made where the events are
 * encoded, from the bytes the file is made of, so that sealing need not have the engine read everything again. A file
 * without one (written before the start, or by the engine) is read for it, see witness.ts; both say the same.
 */
import { hash } from "node:crypto";
import type { KhienEvent, LogSource } from "../../../kernel/index.ts";
import { ByteSink } from "../columnar/sink.ts";
import type { SplicedText, TextValue } from "../columnar/column-chunk.ts";
import { ID_BYTES, type Leaves } from "../integrity/core/difference.ts";
import { LEAF_COLUMNS, LEAF_PREFIX, type LeafColumn } from "../integrity/core/leaf.ts";
import { HASH_BYTES } from "../integrity/core/packed-tree.ts";
import type { EventColumns } from "./event-columns.ts";

/** Who sent what of a segment. */
export interface SourceShare {
  readonly sensor: string;
  readonly product: string | null;
  readonly category: string | null;
  readonly service: string | null;
  readonly events: number;
  readonly rawBytes: number;
  readonly oldest: number;
  readonly newest: number;
  readonly newestIngest: number;
}

export interface Inventory {
  /** In the order of the file's rows. */
  readonly leaves: Leaves & {
    readonly hashes: Uint8Array<ArrayBuffer>;
    readonly ids: Uint8Array<ArrayBuffer>;
  };
  readonly sources: readonly SourceShare[];
}

const NUL = "\0";
const COMMA = 44;
const LONG: ReadonlySet<LeafColumn> = new Set(["fields", "raw", "search"]);
/** They stand last in a leaf, and are its most. */
const SHORT_COLUMNS = LEAF_COLUMNS.filter((name) => !LONG.has(name));
const LONG_COLUMNS = LEAF_COLUMNS.filter((name) => LONG.has(name)) as readonly ("fields" | "raw" | "search")[];

/** Hashes events as `readLeaves` does what the engine reads of them. */
export class LeafHasher {
  readonly #leaf = new ByteSink(64 * 1024);

  hashes(events: EventColumns<TextValue>): Uint8Array<ArrayBuffer> {
    const hashes = Buffer.allocUnsafeSlow(events.count * HASH_BYTES);
    for (let row = 0; row < events.count; row++) {
      this.#write(events, row);
      // Digests as text: a buffer for each would be garbage.
      hashes.write(hash("sha256", this.#leaf.bytes, "binary"), row * HASH_BYTES, "latin1");
    }
    return hashes;
  }

  #write(events: EventColumns<TextValue>, row: number): void {
    const leaf = this.#leaf;
    leaf.clear();
    // Nearly all are ASCII, whose length need not be counted.
    const head = headOf(events, row, (text) => text.length);
    leaf.text(head);
    if (leaf.length !== head.length) {
      leaf.clear();
      leaf.text(headOf(events, row, Buffer.byteLength));
    }
    for (const name of LONG_COLUMNS) {
      const value = events.texts[name][row];
      if (value === undefined || typeof value === "string") leaf.text(entryOf(value, Buffer.byteLength));
      else this.#writeBytes(value);
    }
  }

  #writeBytes(value: Uint8Array | SplicedText): void {
    const leaf = this.#leaf;
    const [bytes, edits] = value instanceof Uint8Array ? [value, []] : [value.bytes, value.edits];
    let length = bytes.length;
    for (const { from, to, text } of edits) length += Buffer.byteLength(text) - (to - from);
    leaf.text(`${length}:`);
    leaf.spliced(bytes, edits);
    leaf.byte(COMMA);
  }
}

type Measure = (text: string) => number;

function headOf(events: EventColumns<TextValue>, row: number, measure: Measure): string {
  let head = NUL + LEAF_PREFIX;
  for (const name of SHORT_COLUMNS) head += entryOf(shortValue(events, name, row), measure);
  return head;
}

function entryOf(value: string | undefined, measure: Measure): string {
  return value === undefined ? "-," : `${measure(value)}:${value},`;
}

function shortValue(events: EventColumns<TextValue>, name: LeafColumn, row: number): string | undefined {
  switch (name) {
    case "time":
      return String(events.time[row]);
    case "ingested_at":
      return String(events.ingestedAt[row]);
    case "time_missing":
      return events.timeMissing[row] === 1 ? "true" : "false";
    case "src_port":
      return port(events.srcPort[row]);
    case "dst_port":
      return port(events.dstPort[row]);
    default:
      // Of the texts only the long ones are ever held as bytes.
      return events.texts[name][row] as string | undefined;
  }
}

function port(value = -1): string | undefined {
  return value < 0 ? undefined : String(value);
}

type OpenShare = { -readonly [Key in keyof SourceShare]: SourceShare[Key] };

/** Counts events by sender. */
export class SourceShares {
  /** Parsers share one object among the events of a source. */
  readonly #open = new Map<LogSource, Map<string, OpenShare>>();

  add({ logsource, sensor, time, ingestedAt }: KhienEvent, rawBytes: number): void {
    let bySensor = this.#open.get(logsource);
    if (bySensor === undefined) this.#open.set(logsource, (bySensor = new Map()));
    const known = bySensor.get(sensor);
    if (known === undefined) {
      const times = { oldest: time, newest: time, newestIngest: ingestedAt };
      bySensor.set(sensor, { ...named(sensor, logsource), events: 1, rawBytes, ...times });
      return;
    }
    known.events += 1;
    known.rawBytes += rawBytes;
    known.oldest = Math.min(known.oldest, time);
    known.newest = Math.max(known.newest, time);
    known.newestIngest = Math.max(known.newestIngest, ingestedAt);
  }

  shares(): SourceShare[] {
    return sumOfShares([...this.#open.values()].flatMap((bySensor) => [...bySensor.values()]));
  }
}

/** As they are stored. */
function named(sensor: string, { product, category, service }: LogSource) {
  return {
    sensor: sensor.toWellFormed(),
    product: product?.toWellFormed() ?? null,
    category: category?.toWellFormed() ?? null,
    service: service?.toWellFormed() ?? null,
  };
}

/** One for each sender, most events first. */
function sumOfShares(shares: readonly SourceShare[]): SourceShare[] {
  const byKey = new Map<string, SourceShare>();
  for (const share of shares) {
    const key = JSON.stringify([share.sensor, share.product, share.category, share.service]);
    const known = byKey.get(key);
    byKey.set(key, known === undefined ? share : joinedShare(known, share));
  }
  return [...byKey.values()].sort((one, other) => other.events - one.events);
}

/** Of one sender. */
export function joinedShare(one: SourceShare, other: SourceShare): SourceShare {
  return {
    ...one,
    events: one.events + other.events,
    rawBytes: one.rawBytes + other.rawBytes,
    oldest: Math.min(one.oldest, other.oldest),
    newest: Math.max(one.newest, other.newest),
    newestIngest: Math.max(one.newestIngest, other.newestIngest),
  };
}

/** Of files that are joined end to end; nothing when one of them has none. */
export function joinedInventory(parts: readonly (Inventory | undefined)[]): Inventory | undefined {
  const known = parts.filter((one) => one !== undefined);
  if (known.length < parts.length) return undefined;
  const count = known.reduce((sum, { leaves }) => sum + leaves.count, 0);
  const hashes = new Uint8Array(count * HASH_BYTES);
  const ids = new Uint8Array(count * ID_BYTES);
  let row = 0;
  for (const { leaves } of known) {
    hashes.set(leaves.hashes, row * HASH_BYTES);
    ids.set(leaves.ids, row * ID_BYTES);
    row += leaves.count;
  }
  return { leaves: { count, hashes, ids }, sources: sumOfShares(known.flatMap(({ sources }) => sources)) };
}
