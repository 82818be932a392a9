/**
 * The chain from events to the audit log: every sealed segment is witnessed once, its root told to the log, and its end
 * told before it goes. Reads its work from what is there (`reconcile`), so a crash at any place only means doing the
 * rest later.
 *
 * Invariants
 *  - An entry about a segment, its row in `lake_seals` and the chain change in one transaction.
 *  - A file leaves the disk only after the log says so.
 */
import { join } from "node:path";
import type { Instant } from "../../../kernel/index.ts";
import { type Audit, type AuditRecord, sha256 } from "../../../platform/audit/index.ts";
import type { Clock } from "../../../platform/clock/index.ts";
import type { Records, Tx } from "../../../platform/db/index.ts";
import type { Log } from "../../../platform/log/index.ts";
import type { Journal } from "../journal/journal.ts";
import { Lane } from "../store/lane.ts";
import type { LakeStore } from "../store/lake-store.ts";
import { DROPPED, type LedgerVerb, MERGED, SEALED, statementOf } from "./core/ledger.ts";
import { choosePortion } from "./core/portion.ts";
import { leavesFileOf, readLeavesFile } from "./leaves-file.ts";
import { holdsTheSame } from "./merge-check.ts";
import {
  endSeal,
  firstSeals,
  liveSeals,
  markRemoved,
  putChain,
  putSeal,
  readChain,
  type StoredSeal,
  sealStates,
} from "./store.ts";

export interface IntegrityDeps {
  readonly store: LakeStore;
  readonly records: Records;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly log: Log;
  readonly segmentDir: string;
  /** Damage met while reading it is told to the log as well. */
  readonly journal?: Pick<Journal, "stats">;
}

/** Why a segment is dropped, as the log tells it. */
export interface DropReason {
  readonly actor: AuditRecord["actor"];
  readonly peer: string | null;
  readonly cause: "retention" | "quota";
  /** Terms that ran out. */
  readonly terms: readonly string[];
}

export interface IntegrityState {
  /** Segments that should be there and are not. */
  readonly missing: readonly string[];
  readonly lastError: string | undefined;
  readonly reconciledAt: Instant | undefined;
}

/** A disk that falls apart must not fill the audit log. */
const MAX_TOLD_PROBLEMS = 1_000;
const SYSTEM = { kind: "system", id: "lake", name: "lake" } as const;

export class Integrity {
  readonly #deps: IntegrityDeps;
  readonly #lane = new Lane();
  /** While a backup reads, nothing is dropped or merged. */
  #pauses = 0;
  #missing: readonly string[] = [];
  readonly #toldProblems = new Set<string>();
  #lastError: string | undefined;
  #reconciledAt: Instant | undefined;
  #isFirst = true;

  constructor(deps: IntegrityDeps) {
    this.#deps = deps;
  }

  get state(): IntegrityState {
    return { missing: this.#missing, lastError: this.#lastError, reconciledAt: this.#reconciledAt };
  }

  get segmentDir(): string {
    return this.#deps.segmentDir;
  }

  /** Live segments as the log knows them, oldest first. */
  seals(): Promise<StoredSeal[]> {
    return liveSeals(this.#deps.records.query);
  }

  /** What was sealed since then, as it was sealed first. */
  arrivals(since: Instant): Promise<StoredSeal[]> {
    return firstSeals(this.#deps.records.query, since);
  }

  /** Brings log and folder together: seals what is new, takes away what the log has let go. */
  reconcile(): Promise<void> {
    return this.#lane.run(async () => {
      try {
        await this.#reconcile();
        this.#lastError = undefined;
        this.#reconciledAt = this.#deps.clock.now();
      } catch (error) {
        this.#lastError = String(error).slice(0, 500);
        throw error;
      }
    });
  }

  /** Tells the log, then takes the segment away. */
  drop(name: string, reason: DropReason): Promise<boolean> {
    return this.#lane.run(async () => {
      if (this.#pauses > 0) return false;
      const seal = (await this.seals()).find((one) => one.name === name);
      if (seal === undefined) return false;
      const { actor, peer, cause, terms } = reason;
      await this.#deps.records.transaction(async (tx) => {
        await this.#end(tx, { seal, verb: DROPPED, actor, peer, more: { cause, terms } });
      });
      await this.#remove(name);
      return true;
    });
  }

  /** Merges one run of small neighbours, when there is one; says whether it did. */
  mergeSmall(): Promise<boolean> {
    return this.#lane.run(async () => {
      if (this.#pauses > 0) return false;
      const listed = new Set((await this.#deps.store.upkeep("segments", {})).map(({ name }) => name));
      const names = choosePortion((await this.seals()).filter(({ name }) => listed.has(name)));
      if (names.length === 0) return false;
      await this.#deps.store.upkeep("mergeSegments", { names });
      await this.#reconcile();
      return true;
    });
  }

  /** From now on until the function it gives is called, no segment goes. */
  async pause(): Promise<() => void> {
    let isOver = false;
    await this.#lane.run(async () => {
      this.#pauses += 1;
    });
    return () => {
      if (!isOver) this.#pauses -= 1;
      isOver = true;
    };
  }

  async #reconcile(): Promise<void> {
    const { store, records } = this.#deps;
    const states = await sealStates(records.query);
    const listed = await store.upkeep("segments", {});
    const present = new Set(listed.map(({ name }) => name));
    for (const { name } of listed) if (!states.has(name)) await this.#seal(name, this.#isFirst);
    this.#isFirst = false;
    for (const [name, state] of await sealStates(records.query)) if (state === "going") await this.#remove(name);
    const live = [...states].filter(([, state]) => state === "live").map(([name]) => name);
    const ended = await sealStates(records.query);
    const { problems } = await store.stats();
    const damaged = new Set(problems.filter(({ code }) => code === "segment_damaged").map(({ detail }) => detail));
    this.#missing = live.filter((name) => !present.has(name) && !damaged.has(name) && ended.get(name) === "live");
    for (const name of this.#missing) await this.#tell("lake.segment.missing", { kind: "segment", id: name }, {});
    await this.#tellDamage();
  }

  /** What opening and reading had to work round: cut, isolated, rebuilt. The log is not open yet when it is met. */
  async #tellDamage(): Promise<void> {
    const { store, journal, records } = this.#deps;
    const states = await sealStates(records.query);
    for (const { code, detail, at } of (await store.stats()).problems) {
      const isEnded = code === "segment_missing" && ["going", "gone"].includes(states.get(detail) ?? "");
      // The manifest lost its last entries, the log has them: the file went lawfully.
      if (isEnded) await store.upkeep("dropSegment", { name: detail });
      else await this.#tell(`lake.store.${code}`, null, { detail, at });
    }
    for (const { code, segment, position, resumes, bytes } of journal?.stats().problems ?? []) {
      await this.#tell(`lake.journal.${code}`, { kind: "journal-segment", id: segment }, { position, resumes, bytes });
    }
  }

  async #seal(name: string, foundAtStart: boolean): Promise<void> {
    const { store, records, audit, clock } = this.#deps;
    const witnessed = await store.upkeep("witness", { name });
    const { sequence, upTo, events, bytes, root, fileHash, leavesHash, merged } = witnessed;
    if (merged.length > 0 && !(await this.#isTheSame(name, merged))) {
      await this.#tell("lake.segment.merge_differs", { kind: "segment", id: name }, { merged });
      return;
    }
    await records.transaction(async (tx) => {
      const details = { sequence, upTo, events, bytes, root, fileHash, leavesHash };
      const chain = await this.#link(tx, SEALED, name, details);
      const { index } = await audit.record(
        {
          actor: SYSTEM,
          verb: SEALED,
          object: { kind: "segment", id: name },
          details: { ...details, chain, ...(foundAtStart ? { foundAtStart } : {}) },
        },
        tx,
      );
      await putSeal(tx, { ...witnessed, auditIndex: index, sealedAt: clock.now() });
      const replaced = (await liveSeals(tx)).filter((seal) => merged.includes(seal.name));
      for (const seal of replaced) {
        await this.#end(tx, { seal, verb: MERGED, actor: SYSTEM, peer: null, more: { into: name } });
      }
    });
  }

  /** Those that are still live: what ended before, ended by the log's word. */
  async #isTheSame(name: string, merged: readonly string[]): Promise<boolean> {
    const sources = (await this.seals()).filter((seal) => merged.includes(seal.name));
    const { segmentDir } = this.#deps;
    const own = await readLeavesFile(leavesFileOf(join(segmentDir, name)));
    return own !== undefined && (await holdsTheSame(own.leaves, segmentDir, sources));
  }

  async #end(
    tx: Tx,
    end: {
      seal: StoredSeal;
      verb: LedgerVerb;
      actor: AuditRecord["actor"];
      peer: string | null;
      more: Readonly<Record<string, unknown>>;
    },
  ): Promise<void> {
    const { audit, clock } = this.#deps;
    const { seal, verb, actor, peer } = end;
    const { name, sequence, upTo, events, bytes, root } = seal;
    const details = { sequence, upTo, events, bytes, root, ...end.more };
    const chain = await this.#link(tx, verb, name, details);
    const object = { kind: "segment", id: name };
    const { index } = await audit.record({ actor, verb, object, details: { ...details, chain }, peer }, tx);
    await endSeal(tx, { name, at: clock.now(), index });
  }

  async #link(tx: Tx, verb: LedgerVerb, name: string, details: Readonly<Record<string, unknown>>): Promise<string> {
    const chain = chainOf(statementOf(await readChain(tx), verb, name, details));
    await putChain(tx, chain);
    return chain;
  }

  async #remove(name: string): Promise<void> {
    if (this.#pauses > 0) return;
    await this.#deps.store.upkeep("dropSegment", { name });
    await markRemoved(this.#deps.records.query, name);
  }

  /** Once while the process lives. */
  async #tell(
    verb: string,
    object: { readonly kind: string; readonly id: string } | null,
    details: Readonly<Record<string, unknown>>,
  ): Promise<void> {
    const key = JSON.stringify([verb, object, details]);
    if (this.#toldProblems.has(key) || this.#toldProblems.size >= MAX_TOLD_PROBLEMS) return;
    this.#toldProblems.add(key);
    this.#deps.log.error({ verb, object: object?.id, ...details }, "damage in the lake");
    await this.#deps.audit.record({ actor: SYSTEM, verb, object, outcome: "failed", details });
  }
}

export function chainOf(text: string): string {
  return Buffer.from(sha256(Buffer.from(text))).toString("hex");
}

/** Where a lake keeps its segments. */
export function segmentDirOf(lakeDir: string): string {
  return join(lakeDir, "events", "segments");
}
