/**
 * Retention: terms by source and by law, a quota, legal holds. Looks before it drops, and tells the audit log who
 * asked. Dropping itself is integrity's: the log first, then the disk.
 *
 * Invariants
 *  - Nothing is dropped because of a time an event states, nor while a hold finds an event in the segment.
 *  - A term whose rule is gone from content keeps without end: losing a file must not lose evidence.
 */
import { randomUUID } from "node:crypto";
import { Fault, toIso } from "../../../kernel/index.ts";
import type { Audit, AuditRecord } from "../../../platform/audit/index.ts";
import type { Clock } from "../../../platform/clock/index.ts";
import type { Records, Tx } from "../../../platform/db/index.ts";
import type { Log } from "../../../platform/log/index.ts";
import type { Integrity } from "../integrity/integrity.ts";
import type { StoredSeal } from "../integrity/store.ts";
import { MAX_HOLDS, MAX_TERMS } from "../limits.ts";
import type { LakeStore } from "../store/lake-store.ts";
import { planRetention, type RetentionPlan } from "./core/plan.ts";
import type { AppliedTerm } from "./core/term.ts";
import { HeldSegments } from "./held-segments.ts";
import { holdQuery } from "./hold-query.ts";
import type { Hold, HoldExtent, HoldInput, Preview, RetentionRule, Term, TermInput } from "./schemas.ts";
import {
  deleteTerm,
  putHold,
  putQuota,
  putTerm,
  readHolds,
  readQuota,
  readTerms,
  releaseHold,
  type TermRow,
} from "./store.ts";

/** Who asks, as the audit log names them. */
export interface Asker {
  readonly actor: AuditRecord["actor"];
  readonly peer: string | null;
}

export interface RetentionDeps {
  readonly integrity: Integrity;
  readonly store: LakeStore;
  readonly records: Records;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly log: Log;
  readonly rules: ReadonlyMap<string, RetentionRule>;
}

const SYSTEM: Asker = { actor: { kind: "system", id: "lake", name: "lake" }, peer: null };
/** A length no segment reaches. */
const WITHOUT_END = "P9999Y";

export class Retention {
  readonly #deps: RetentionDeps;
  readonly #held: HeldSegments;
  #toldOverQuota = false;
  overQuotaBytes = 0;

  constructor(deps: RetentionDeps) {
    this.#deps = deps;
    this.#held = new HeldSegments(deps);
  }

  get rules(): ReadonlyMap<string, RetentionRule> {
    return this.#deps.rules;
  }

  async terms(): Promise<Term[]> {
    return (await readTerms(this.#deps.records.query)).map((row) => this.#told(row));
  }

  quota(): Promise<number | undefined> {
    return readQuota(this.#deps.records.query);
  }

  /** Fault lake.retention.rule_unknown, .level_needed, .terms_full. */
  async setTerm(id: string | undefined, input: TermInput, asker: Asker, inside?: Tx): Promise<Term> {
    const { records, audit, clock } = this.#deps;
    this.#checkRule(input);
    const known = await readTerms(inside ?? records.query);
    if (id !== undefined && !known.some((term) => term.id === id)) throw noTerm(id);
    if (id === undefined && known.length >= MAX_TERMS) {
      throw new Fault("conflict", "lake.retention.terms_full", "too many terms", { limit: MAX_TERMS });
    }
    const { name, sensor, product, category, service, rule = null, level = null, keep = null } = input;
    const row: TermRow = {
      id: id ?? randomUUID(),
      name,
      sensor,
      product,
      category,
      service,
      rule,
      level,
      keep,
      changed_at: clock.now(),
      changed_by: asker.actor.name,
    };
    await this.#within(inside, async (tx) => {
      await putTerm(tx, row);
      const verb = id === undefined ? "lake.retention.term_set" : "lake.retention.term_changed";
      await audit.record({ ...asker, verb, object: { kind: "retention-term", id: row.id }, details: { ...input } }, tx);
    });
    return this.#told(row);
  }

  async removeTerm(id: string, asker: Asker, inside?: Tx): Promise<void> {
    const { audit } = this.#deps;
    await this.#within(inside, async (tx) => {
      if (!(await deleteTerm(tx, id))) throw noTerm(id);
      const object = { kind: "retention-term", id };
      await audit.record({ ...asker, verb: "lake.retention.term_removed", object }, tx);
    });
  }

  async setQuota(bytes: number | null, asker: Asker, inside?: Tx): Promise<void> {
    const { audit } = this.#deps;
    await this.#within(inside, async (tx) => {
      await putQuota(tx, bytes);
      await audit.record({ ...asker, verb: "lake.retention.quota_set", details: { bytes } }, tx);
    });
  }

  holds(): Promise<Hold[]> {
    return readHolds(this.#deps.records.query);
  }

  /** From now on no segment goes in which the scope finds an event. */
  async placeHold(input: HoldInput, asker: Asker): Promise<Hold> {
    const { records, audit, clock } = this.#deps;
    const id = randomUUID();
    // A scope that cannot be searched is refused now, not when it should hold.
    holdQuery({ id, scope: input.scope });
    const inForce = (await this.holds()).filter((hold) => hold.releasedAt === null);
    if (inForce.length >= MAX_HOLDS) {
      throw new Fault("conflict", "lake.hold.too_many", "too many holds in force", { limit: MAX_HOLDS });
    }
    const hold = { id, ...input, placedAt: clock.now(), placedBy: asker.actor.name };
    await records.transaction(async (tx) => {
      await putHold(tx, hold);
      const details = { name: input.name, reason: input.reason, scope: input.scope };
      await audit.record({ ...asker, verb: "lake.hold.placed", object: { kind: "hold", id }, details }, tx);
    });
    return {
      ...hold,
      placedAt: toIso(hold.placedAt),
      releasedAt: null,
      releasedBy: null,
      releaseReason: null,
    };
  }

  async releaseHold(id: string, reason: string, asker: Asker, inside?: Tx): Promise<void> {
    const { audit, clock } = this.#deps;
    await this.#within(inside, async (tx) => {
      if (!(await releaseHold(tx, { id, at: clock.now(), by: asker.actor.name, reason }))) {
        throw noHold(id);
      }
      const object = { kind: "hold", id };
      await audit.record({ ...asker, verb: "lake.hold.released", object, details: { reason } }, tx);
    });
  }

  /** What a hold in force finds now. Fault lake.hold.missing. */
  async extentOf(id: string, signal: AbortSignal): Promise<HoldExtent> {
    const hold = (await this.holds()).find((one) => one.id === id && one.releasedAt === null);
    if (hold === undefined) throw noHold(id);
    return await this.#held.extentOf(hold, { isPlaced: true, signal });
  }

  /** What a hold would find, before it is placed. */
  wouldHold(scope: Hold["scope"], signal: AbortSignal): Promise<HoldExtent> {
    return this.#held.extentOf({ id: "asked", scope }, { isPlaced: false, signal });
  }

  /** What `apply` would do now. */
  async preview(): Promise<Preview> {
    const seals = await this.#deps.integrity.seals();
    const { drops, held, overQuotaBytes } = await this.#plan(seals);
    const byName = new Map(seals.map((seal) => [seal.name, seal]));
    return {
      drops: drops.map(({ name, bytes, cause, terms }) => {
        const seal = byName.get(name);
        return {
          segment: name,
          bytes,
          cause,
          terms: [...terms],
          events: seal?.events ?? 0,
          oldest: toIso(seal?.minTime ?? 0),
          newest: toIso(seal?.maxTime ?? 0),
        };
      }),
      held: held.map(({ name, holds }) => {
        const seal = byName.get(name);
        return {
          segment: name,
          holds: [...holds],
          bytes: (seal?.bytes ?? 0) + (seal?.leavesBytes ?? 0),
          events: seal?.events ?? 0,
          oldest: toIso(seal?.minTime ?? 0),
        };
      }),
      overQuotaBytes,
    };
  }

  /** Drops what is due. Everything is decided anew right before: a hold placed meanwhile counts. */
  async apply(
    asker: Asker = SYSTEM,
  ): Promise<{ dropped: number; bytes: number; events: number; overQuotaBytes: number }> {
    const { integrity } = this.#deps;
    const seals = await integrity.seals();
    const plan = await this.#plan(seals);
    const done = { dropped: 0, bytes: 0, events: 0 };
    for (const { name, bytes, cause, terms } of plan.drops) {
      const seal = seals.find((one) => one.name === name);
      if (seal === undefined || (await this.#holdsOn([seal])).get(name) !== undefined) continue;
      if (!(await integrity.drop(name, { ...asker, cause, terms }))) continue;
      done.dropped += 1;
      done.bytes += bytes;
      done.events += seal.events;
    }
    await this.#tellQuota(plan);
    return { ...done, overQuotaBytes: plan.overQuotaBytes };
  }

  /** In a transaction of its own unless the caller is in one: what was agreed to is done with the word that it was. */
  #within<T>(inside: Tx | undefined, work: (tx: Tx) => Promise<T>): Promise<T> {
    return inside === undefined ? this.#deps.records.transaction(work) : work(inside);
  }

  /** Terms that fit, as the plan counts them. */
  async applied(): Promise<AppliedTerm[]> {
    return (await this.terms()).map(({ id, sensor, product, category, service, keep, binding }) => ({
      id,
      sources: { sensor, product, category, service },
      keep: keep ?? WITHOUT_END,
      isBinding: binding,
    }));
  }

  async #plan(seals: readonly StoredSeal[]): Promise<RetentionPlan> {
    const { clock } = this.#deps;
    const arrival = (seal: StoredSeal) => Math.max(0, ...seal.sources.map(({ newestIngest }) => newestIngest));
    const segments = seals
      .toSorted((one, other) => arrival(one) - arrival(other))
      .map(({ name, bytes, leavesBytes, sources }) => ({ name, bytes: bytes + leavesBytes, sources }));
    const [terms, quotaBytes, holds] = await Promise.all([this.applied(), this.quota(), this.#holdsOn(seals)]);
    return planRetention({ segments, terms, quotaBytes, now: clock.now(), holds });
  }

  /** Holds in force that find an event in one of these segments, by segment. */
  async #holdsOn(seals: readonly StoredSeal[]): Promise<Map<string, readonly string[]>> {
    return await this.#held.by(
      (await this.holds()).filter((hold) => hold.releasedAt === null),
      seals,
    );
  }

  /** Once when it begins: nothing may be dropped and the quota is passed. */
  async #tellQuota({ overQuotaBytes }: RetentionPlan): Promise<void> {
    const { audit, log } = this.#deps;
    this.overQuotaBytes = overQuotaBytes;
    if (overQuotaBytes === 0) this.#toldOverQuota = false;
    if (overQuotaBytes === 0 || this.#toldOverQuota) return;
    this.#toldOverQuota = true;
    log.error({ overQuotaBytes }, "the quota is passed and nothing may be dropped");
    await audit.record({
      ...SYSTEM,
      verb: "lake.retention.quota_passed",
      outcome: "failed",
      details: { overQuotaBytes },
    });
  }

  #checkRule({ rule, level }: TermInput): void {
    if (rule === undefined) return;
    const known = this.#deps.rules.get(rule);
    if (known === undefined) throw new Fault("invalid", "lake.retention.rule_unknown", `no rule ${rule}`, { rule });
    if (known.keep_by_level !== undefined && known.keep_by_level[String(level)] === undefined) {
      const levels = Object.keys(known.keep_by_level).join(", ");
      throw new Fault("invalid", "lake.retention.level_needed", `${rule} needs a level: ${levels}`, { rule, levels });
    }
  }

  /** How long a term keeps, by itself or by its rule of law; null without end. */
  keepOf(term: {
    rule?: string | null | undefined;
    level?: number | null | undefined;
    keep?: string | null | undefined;
  }) {
    if (term.rule == null) return term.keep ?? null;
    const rule = this.#deps.rules.get(term.rule);
    return rule?.keep ?? rule?.keep_by_level?.[String(term.level)] ?? null;
  }

  #told(row: TermRow): Term {
    const { changed_at, changed_by, ...rest } = row;
    return {
      ...rest,
      keep: this.keepOf(row),
      binding: row.rule !== null,
      changedAt: toIso(changed_at),
      changedBy: changed_by,
    };
  }
}

function noHold(id: string): Fault {
  return new Fault("missing", "lake.hold.missing", "no such hold in force", { id });
}

function noTerm(id: string): Fault {
  return new Fault("missing", "lake.retention.term_missing", "no such term", { id });
}
