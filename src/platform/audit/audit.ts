import { setImmediate as turn } from "node:timers/promises";
import { toIso } from "../../kernel/index.ts";
import type { Clock } from "../clock/index.ts";
import type { Records, Tx } from "../db/index.ts";
import { type Log, silentLog } from "../log/index.ts";
import type { z } from "../schema/index.ts";
import { canonical, type Json } from "./core/canonical.ts";
import { boundedDetails, clipped } from "./core/entry.ts";
import { append, EMPTY, type Frontier, inclusionProof, leafHash, rootOf } from "./core/merkle.ts";
import { type HeadKey, openHeadKey, readPublicKey, type SignedHead, sha256 } from "./head.ts";
import { HeadsFile, readHeadLines } from "./heads-file.ts";
import * as limits from "./limits.ts";
import type { AuditEntry as AuditEntrySchema, EntryProof } from "./schemas.ts";

import {
  type EntryFilter,
  type EntryRow,
  findEntries,
  putEntry,
  putHead,
  readEntries,
  readHead,
  readLeafHashes,
} from "./store.ts";
import { type AuditVerification, Verifier } from "./verify.ts";

export type AuditEntry = z.infer<typeof AuditEntrySchema>;

/** What a service says happened. Bounded and stripped of secrets before it is kept. */
export interface AuditRecord {
  readonly actor: {
    readonly kind: "user" | "token" | "service" | "system" | "anonymous";
    readonly id: string;
    readonly name: string;
  };
  /** `<area>.<thing>.<did>`. */
  readonly verb: string;
  readonly object?: { readonly kind: string; readonly id: string } | null;
  readonly outcome?: "ok" | "denied" | "failed";
  readonly details?: Readonly<Record<string, unknown>>;
  readonly peer?: string | null;
}

export interface AuditDeps {
  readonly records: Records;
  readonly clock: Clock;
  readonly dataDir: string;
  /** Tree heads are told to it now and then: a copy of the log kept elsewhere is a witness. */
  readonly log?: Log;
}

const BOUNDS = {
  maxDepth: limits.MAX_DEPTH,
  maxItems: limits.MAX_ITEMS,
  maxTextChars: limits.MAX_TEXT_CHARS,
  maxDetailsChars: limits.MAX_DETAILS_CHARS,
};

interface Waiting {
  readonly record: AuditRecord;
  settle(result: { index: number } | { error: unknown }): void;
}

/**
 * The audit log: a Merkle tree over canonical JSON, one leaf per state change or security event.
 *
 * Invariants
 *  - Indexes are gapless: the place of an entry comes from the head, read and written in the entry's own transaction.
 *  - No state is kept in memory that a rolled-back transaction could make false.
 *  - Inside a transaction always pass `tx`; `record` without it waits for the connection that transaction holds.
 */
export class Audit {
  readonly #records: Records;
  readonly #clock: Clock;
  readonly #dataDir: string;
  readonly #log: Log;
  readonly #key: HeadKey;
  readonly #heads: HeadsFile;
  #waiting: Waiting[] = [];
  #writing: Promise<void> | undefined;
  /** One append at a time within a transaction, even when its owner does not wait between two. */
  #appending: Promise<unknown> = Promise.resolve();
  #sealing: NodeJS.Timeout | undefined;
  #toldAt = Number.NEGATIVE_INFINITY;

  private constructor(deps: AuditDeps, key: HeadKey, heads: HeadsFile) {
    this.#records = deps.records;
    this.#clock = deps.clock;
    this.#dataDir = deps.dataDir;
    this.#log = deps.log ?? silentLog;
    this.#key = key;
    this.#heads = heads;
  }

  static async open(deps: AuditDeps): Promise<Audit> {
    const key = openHeadKey(deps.dataDir);
    const audit = new Audit(deps, key, await HeadsFile.open(deps.dataDir));
    await audit.#greet();
    return audit;
  }

  /** With `tx`: part of that transaction. Without: on disk when it resolves. */
  async record(record: AuditRecord, tx?: Tx): Promise<{ index: number }> {
    if (tx !== undefined) {
      const first = await this.#append([record], tx);
      this.#sealSoon();
      return { index: first };
    }
    const outcome = new Promise<{ index: number }>((resolve, reject) => {
      this.#waiting.push({ record, settle: (result) => ("error" in result ? reject(result.error) : resolve(result)) });
    });
    this.#writing ??= this.#writeWaiting().finally(() => {
      this.#writing = undefined;
    });
    return outcome;
  }

  /** Newest first. */
  async list(filter: EntryFilter): Promise<AuditEntry[]> {
    return (await findEntries(this.#records.query, filter)).map(toEntry);
  }

  async head(): Promise<SignedHead & { readonly keyId: string }> {
    const stored = await readHead(this.#records.query);
    return { ...(stored?.head ?? this.#sign({ size: 0, root: rootHex(EMPTY) })), keyId: this.#key.id };
  }

  /** What shows, to somebody who has only the public key, that entry `index` is in the log; undefined when it is not. */
  async prove(index: number): Promise<EntryProof | undefined> {
    const [stored, [row]] = await Promise.all([
      readHead(this.#records.query),
      readEntries(this.#records.query, { from: index, limit: 1 }),
    ]);
    const publicKey = readPublicKey(this.#dataDir);
    if (stored === undefined || row?.idx !== index || index >= stored.head.size || publicKey === undefined)
      return undefined;
    const leaves = await readLeafHashes(this.#records.query, stored.head.size);
    return {
      entry: JSON.parse(row.entry) as Record<string, unknown>,
      index,
      path: inclusionProof(sha256, leaves, index).map((hash) => Buffer.from(hash).toString("hex")),
      head: stored.head,
      publicKey: String(publicKey.export({ type: "spki", format: "pem" })),
      keyId: this.#key.id,
    };
  }

  /** Checks everything up to the present end, a batch at a time so that the server goes on answering. */
  async verify(): Promise<AuditVerification> {
    const started = performance.now();
    // Heads before the end: what is written while this runs lies beyond both and is not judged.
    const lines = readHeadLines(this.#dataDir);
    const { stored, beyond } = await this.#records.transaction(async (tx) => {
      const head = await readHead(tx);
      return { stored: head, beyond: await readEntries(tx, { from: head?.head.size ?? 0, limit: 1 }) };
    });
    const end = stored?.head.size ?? 0;
    const verifier = new Verifier({ publicKey: readPublicKey(this.#dataDir), lines, stored });
    for (let from = 0; from < end && !verifier.failed; ) {
      const rows = await readEntries(this.#records.query, { from, limit: Math.min(limits.VERIFY_BATCH, end - from) });
      for (const row of rows) if (row.idx < end) verifier.feed(row);
      from = (rows.at(-1)?.idx ?? end) + 1;
      await turn();
    }
    for (const row of beyond) verifier.feed(row);
    return verifier.finish(performance.now() - started);
  }

  /** Puts the present head into the heads file. Runs by itself soon after every entry. */
  async seal(): Promise<void> {
    clearTimeout(this.#sealing);
    this.#sealing = undefined;
    const head = (await readHead(this.#records.query))?.head ?? this.#sign({ size: 0, root: rootHex(EMPTY) });
    if (head.size !== this.#heads.lastSize) await this.#heads.append(head);
    if (this.#clock.now() - this.#toldAt >= limits.TELL_HEAD_EVERY_MS) this.#tellHead(head);
  }

  async close(): Promise<void> {
    await this.#writing;
    await this.seal();
    const stored = await readHead(this.#records.query);
    if (stored !== undefined) this.#tellHead(stored.head);
    await this.#heads.close();
  }

  /** Heads that should be there and are not were taken away: the log says so itself before a new file hides it. */
  async #greet(): Promise<void> {
    const size = (await readHead(this.#records.query))?.head.size ?? 0;
    const promised = this.#heads.lastSize;
    const suspicious = promised === undefined ? size > 0 : promised > size;
    if (suspicious) {
      this.#log.error({ size, promised: promised ?? null }, "the audit log does not fit its heads; run: khien verify");
      const actor = { kind: "system", id: "audit", name: "audit" } as const;
      await this.record({
        actor,
        verb: "audit.heads.unfit",
        outcome: "failed",
        details: { size, promised: promised ?? null },
      });
    }
    await this.seal();
  }

  async #writeWaiting(): Promise<void> {
    while (this.#waiting.length > 0) {
      const group = this.#waiting.splice(0, limits.MAX_GROUP);
      try {
        const first = await this.#records.transaction((tx) =>
          this.#append(
            group.map(({ record }) => record),
            tx,
          ),
        );
        group.forEach(({ settle }, offset) => settle({ index: first + offset }));
      } catch (error) {
        for (const { settle } of group) settle({ error });
      }
      this.#sealSoon();
    }
  }

  /** Index of the first of them. */
  #append(group: readonly AuditRecord[], tx: Tx): Promise<number> {
    const appended = this.#appending.then(() => this.#appendNow(group, tx));
    this.#appending = appended.catch(() => undefined);
    return appended;
  }

  async #appendNow(group: readonly AuditRecord[], tx: Tx): Promise<number> {
    const first = (await readHead(tx))?.frontier ?? EMPTY;
    let frontier = first;
    for (const record of group) {
      const entry = canonical(this.#toContent(record, frontier.size));
      const leaf = leafHash(sha256, Buffer.from(entry));
      const grown = append(sha256, frontier, leaf);
      await putEntry(tx, { idx: frontier.size, entry, leafHash: leaf, root: rootOf(sha256, grown) });
      frontier = grown;
    }
    await putHead(tx, { frontier, head: this.#sign({ size: frontier.size, root: rootHex(frontier) }) });
    return first.size;
  }

  #toContent(record: AuditRecord, index: number): Record<string, Json> {
    const label = (text: string): string => clipped(text, limits.MAX_LABEL_CHARS);
    const { actor, object, peer } = record;
    return {
      index,
      at: toIso(this.#clock.now()),
      actor: { kind: actor.kind, id: label(actor.id), name: label(actor.name) },
      verb: label(record.verb),
      object: object == null ? null : { kind: label(object.kind), id: label(object.id) },
      outcome: record.outcome ?? "ok",
      details: boundedDetails(record.details ?? {}, BOUNDS),
      peer: peer == null ? null : label(peer),
    };
  }

  #sign(head: { size: number; root: string }): SignedHead {
    return this.#key.sign({ ...head, at: toIso(this.#clock.now()) });
  }

  #sealSoon(): void {
    this.#sealing ??= setTimeout(() => {
      this.seal().catch((error: unknown) => this.#log.error({ error: String(error) }, "audit head not sealed"));
    }, limits.SEAL_AFTER_MS).unref();
  }

  #tellHead(head: SignedHead): void {
    this.#toldAt = this.#clock.now();
    this.#log.info(
      { size: head.size, root: head.root, keyId: this.#key.id, signature: head.signature, at: head.at },
      "audit head",
    );
  }
}

function rootHex(frontier: Frontier): string {
  return Buffer.from(rootOf(sha256, frontier)).toString("hex");
}

function toEntry(row: EntryRow): AuditEntry {
  const content = JSON.parse(row.entry) as Omit<AuditEntry, "leafHash">;
  return { ...content, leafHash: Buffer.from(row.leafHash).toString("hex") };
}
