import { randomUUID } from "node:crypto";
import { type ContentProblem, Fault, isFault, type Instant, type Severity } from "../../../kernel/index.ts";
import { actorOf, type Audit } from "../../../platform/audit/index.ts";
import type { Clock } from "../../../platform/clock/index.ts";
import type { Records } from "../../../platform/db/index.ts";
import type { Principal } from "../../../platform/http/index.ts";
import type { LiveChannel } from "../../../platform/live/index.ts";
import type { Log } from "../../../platform/log/index.ts";
import type { Outbox } from "../../../platform/outbox/index.ts";
import { type LakeStore, parseQuery, type Query } from "../../lake/index.ts";
import type { RuleDocument } from "../core/references.ts";
import type { LogSourceMap } from "../core/sigma/index.ts";
import type { DetectionProgress } from "../raise.ts";
import { type AlertKey, runHunt } from "./hunt.ts";
import { EMPTY_REPORT, type HuntKind, type HuntRecord, type HuntReport, type KeptMatch } from "./hunt-record.ts";
import { MAX_KEPT_HUNTS, MAX_WAITING_HUNTS, PROGRESS_EVERY_MS, SAVE_EVERY_MS } from "./limits.ts";
import { MatchKeeper } from "./match-keeper.ts";
import {
  deleteHunt,
  findHunt,
  forgetOldHunts,
  insertHunt,
  listHunts,
  matchesOf,
  unfinishedHunts,
  updateHunt,
} from "./store.ts";
import { type HuntTarget, mainOf, targetOf } from "./target.ts";

/** The rules a hunt may mean, as the library has them now. */
export interface HuntLibrary {
  documents(): readonly RuleDocument[];
  /** Filters and exceptions that narrow the live stream. */
  filters(): readonly RuleDocument[];
  /** Why a document does not run. */
  standingOf(id: string): { readonly problems: readonly ContentProblem[] };
  levels(): Readonly<Record<string, Severity>>;
  readonly logSources: LogSourceMap;
}

export interface HuntDeps {
  readonly records: Records;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly live: LiveChannel;
  readonly log: Log;
  readonly outbox: Outbox;
  readonly store: Pick<LakeStore, "histogram" | "search">;
  readonly library: HuntLibrary;
  readonly progress: Pick<DetectionProgress, "raise">;
  readonly alertKey: AlertKey;
  /** Documents of a draft text; throws a Fault that names the first problem. */
  readonly readDraft: (text: string) => readonly RuleDocument[];
}

export interface HuntAsk {
  readonly kind: HuntKind;
  readonly ruleId: string | undefined;
  readonly text: string | undefined;
  /** Id or name of the document of the text that is meant. */
  readonly document: string | undefined;
  readonly from: Instant;
  readonly to: Instant;
  readonly query: string | undefined;
  readonly raise: boolean;
}

interface Asker {
  readonly who: Principal;
  readonly peer: string;
}

/** A hunt that waits or runs. */
interface Active {
  record: HuntRecord;
  readonly target: HuntTarget;
  readonly narrow: Query | undefined;
  readonly stop: AbortController;
}

/**
 * Retro-hunts and back-tests: one runs at a time, others wait, results are kept. What was under way when the program
 * ended is told as interrupted; findings it raised stand, and raising them again changes nothing.
 */
export class RetroHunts {
  readonly #deps: HuntDeps;
  readonly #active: Active[] = [];
  #turn: Promise<void> | undefined;
  #closed = false;
  #toldAt = 0;
  #savedAt = 0;

  constructor(deps: HuntDeps) {
    this.#deps = deps;
  }

  async recover(): Promise<void> {
    const { records, clock } = this.#deps;
    for (const hunt of await unfinishedHunts(records.query))
      await updateHunt(records.query, { ...hunt, state: "interrupted", finishedAt: clock.now() });
  }

  async start(ask: HuntAsk, by: Asker): Promise<HuntRecord> {
    const { clock, records, audit } = this.#deps;
    const target = this.#targetOf(ask);
    const narrow = narrowOf(ask);
    if (this.#active.length > MAX_WAITING_HUNTS) {
      const limit = { limit: MAX_WAITING_HUNTS };
      throw new Fault("busy", "detection.hunt.queue_full", "too many hunts wait already", limit, 30);
    }
    const { id, title, level, kind } = target.main;
    const record: HuntRecord = {
      id: randomUUID(),
      kind: ask.kind,
      rule: { id, title, level, kind },
      from: ask.from,
      to: ask.to,
      query: ask.query ?? null,
      raise: ask.raise,
      state: "waiting",
      createdAt: clock.now(),
      startedAt: null,
      finishedAt: null,
      by: by.who.name,
      report: EMPTY_REPORT,
    };
    const active: Active = { record, target, narrow, stop: new AbortController() };
    this.#active.push(active);
    try {
      await records.transaction(async (tx) => {
        await forgetOldHunts(tx, MAX_KEPT_HUNTS - 1);
        await insertHunt(tx, record);
        await audit.record(entryOf("detection.hunt.started", record, by), tx);
      });
    } catch (error) {
      this.#drop(active);
      throw error;
    }
    this.#turn ??= this.#work();
    return record;
  }

  async list(page: { readonly limit: number; readonly offset: number }): Promise<readonly HuntRecord[]> {
    const kept = await listHunts(this.#deps.records.query, page);
    return kept.map((record) => this.#active.find((one) => one.record.id === record.id)?.record ?? record);
  }

  async get(id: string): Promise<HuntRecord> {
    const active = this.#active.find(({ record }) => record.id === id);
    const record = active?.record ?? (await findHunt(this.#deps.records.query, id));
    if (record === undefined) throw new Fault("missing", "detection.hunt.missing", "no such hunt", { id });
    return record;
  }

  async matches(
    id: string,
    page: { readonly after: number; readonly limit: number },
  ): Promise<readonly { readonly seq: number; readonly match: KeptMatch }[]> {
    await this.get(id);
    return matchesOf(this.#deps.records.query, id, page);
  }

  /** Cancels what waits or runs; removes what is over. */
  async remove(id: string, by: Asker): Promise<void> {
    const { records, audit } = this.#deps;
    const record = await this.get(id);
    const active = this.#active.find((one) => one.record.id === id);
    if (active === undefined) {
      await records.transaction(async (tx) => {
        await deleteHunt(tx, id);
        await audit.record(entryOf("detection.hunt.removed", record, by), tx);
      });
      return;
    }
    active.stop.abort(CANCELLED);
    await audit.record(entryOf("detection.hunt.cancelled", record, by));
    if (active.record.state === "waiting") await this.#finish(active, "cancelled");
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const { stop } of this.#active) stop.abort(CLOSING);
    await this.#turn;
  }

  async #work(): Promise<void> {
    try {
      for (let next = this.#active[0]; next !== undefined && !this.#closed; next = this.#active[0]) {
        const active = next;
        await this.#run(active).catch((error: unknown) => {
          this.#deps.log.error({ hunt: active.record.id, error: String(error) }, "a hunt could not be ended");
          this.#drop(active);
        });
      }
    } finally {
      this.#turn = undefined;
    }
  }

  async #run(active: Active): Promise<void> {
    const { records, log } = this.#deps;
    try {
      await this.#change(active, { state: "running", startedAt: this.#deps.clock.now() });
      await this.#hunt(active);
      await this.#finish(active, "done");
    } catch (error) {
      const { reason } = active.stop.signal;
      if (reason === CLOSING) {
        await updateHunt(records.query, { ...active.record, state: "interrupted", finishedAt: this.#deps.clock.now() });
        this.#drop(active);
      } else if (reason === CANCELLED) await this.#finish(active, "cancelled");
      else {
        const told = isFault(error)
          ? { code: error.code, message: error.message }
          : { code: "detection.hunt.failed", message: "the hunt broke off" };
        if (!isFault(error)) log.error({ hunt: active.record.id, error: String(error) }, "a hunt broke off");
        active.record = { ...active.record, report: { ...active.record.report, error: told } };
        await this.#finish(active, "failed");
      }
    }
  }

  async #hunt(active: Active): Promise<void> {
    const { store, library, alertKey, records, progress, outbox } = this.#deps;
    const { target, record, stop, narrow } = active;
    const keeper = new MatchKeeper({ records, progress, outbox, target, levels: library.levels() }, record);
    const order = {
      target,
      map: library.logSources,
      from: record.from,
      to: record.to,
      narrow,
      alertKey,
      signal: stop.signal,
    };
    const report = await runHunt(store, order, {
      onProgress: (now) => this.#tell(active, { ...now, ...keeper.counts }),
      onMatches: (matches) => keeper.keep(matches),
    });
    active.record = { ...active.record, report: { ...report, ...keeper.counts } };
  }

  #targetOf(ask: HuntAsk): HuntTarget {
    const { library, readDraft } = this.#deps;
    if (ask.from >= ask.to) throw new Fault("invalid", "detection.hunt.range", "the time range is not a range");
    // Filters that are off must not narrow: only what runs is among `filters`.
    const others = [...library.documents().filter(({ kind }) => kind !== "filter"), ...library.filters()];
    if (ask.text !== undefined) {
      if (ask.raise)
        throw new Fault("invalid", "detection.hunt.raise_draft", "save the rule first: findings must name a rule");
      const own = readDraft(ask.text);
      const known = others.filter((one) => !own.some(({ id }) => id === one.id));
      return this.#runnable(targetOf(mainOf(own, ask.document), [...own, ...known]), own);
    }
    const id = ask.ruleId ?? "";
    const main = library.documents().find((one) => one.id === id);
    if (main === undefined) throw new Fault("missing", "detection.rule.missing", "no such rule", { id });
    if (main.kind === "filter")
      throw new Fault("invalid", "detection.hunt.filter", "a filter finds nothing by itself", { id });
    return this.#runnable(targetOf(main, others));
  }

  /** What is in the library may wait for values of its placeholders; it would find nothing. */
  #runnable(target: HuntTarget, own: readonly RuleDocument[] = []): HuntTarget {
    for (const rule of target.rules) {
      if (own.includes(rule)) continue;
      const [problem] = this.#deps.library.standingOf(rule.id).problems;
      if (problem === undefined) continue;
      const params = { title: rule.title, detail: problem.message };
      throw new Fault("invalid", "detection.hunt.rule", `"${rule.title}" cannot run: ${problem.message}`, params);
    }
    return target;
  }

  #tell(active: Active, report: HuntReport): void {
    active.record = { ...active.record, report };
    const now = performance.now();
    if (now - this.#toldAt < PROGRESS_EVERY_MS) return;
    this.#toldAt = now;
    this.#save(active, now);
    this.#deps.live.publish({ event: "rules", data: { retroHunt: active.record.id } });
  }

  /** So that an interrupted hunt still says how far it came. */
  #save(active: Active, now: number): void {
    if (now - this.#savedAt < SAVE_EVERY_MS) return;
    this.#savedAt = now;
    updateHunt(this.#deps.records.query, active.record).catch((error: unknown) =>
      this.#deps.log.warn({ hunt: active.record.id, error: String(error) }, "progress of a hunt could not be kept"),
    );
  }

  async #change(active: Active, change: Partial<HuntRecord>): Promise<void> {
    active.record = { ...active.record, ...change };
    await updateHunt(this.#deps.records.query, active.record);
    this.#deps.live.publish({ event: "rules", data: { retroHunt: active.record.id } });
  }

  async #finish(active: Active, state: "done" | "cancelled" | "failed"): Promise<void> {
    // Kept before it is told: whoever sees it over may remove it.
    await updateHunt(this.#deps.records.query, { ...active.record, state, finishedAt: this.#deps.clock.now() });
    this.#drop(active);
    this.#deps.live.publish({ event: "rules", data: { retroHunt: active.record.id } });
  }

  #drop(active: Active): void {
    const at = this.#active.indexOf(active);
    if (at !== -1) this.#active.splice(at, 1);
  }
}

const CANCELLED = new Fault("conflict", "detection.hunt.cancelled", "the hunt was cancelled");
const CLOSING = new Fault("unavailable", "detection.hunt.closing", "the server is stopping");

function narrowOf({ query }: HuntAsk): Query | undefined {
  if (query === undefined || query.trim() === "") return undefined;
  const parsed = parseQuery(query);
  if (parsed.ok) return parsed.query;
  const { code, from, to } = parsed.error;
  throw new Fault("invalid", `lake.${code}`, `the query is wrong at ${from}`, { from, to });
}

function entryOf(verb: string, { id, rule, raise, kind }: HuntRecord, { who, peer }: Asker) {
  const details = { kind, rule: rule.id, title: rule.title, raise };
  return { actor: actorOf(who), peer, verb, object: { kind: "retro-hunt", id }, details };
}
