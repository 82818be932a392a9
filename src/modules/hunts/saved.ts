import { createHash, randomUUID } from "node:crypto";
import { Fault, type Severity } from "../../kernel/index.ts";
import { actorOf, type Audit } from "../../platform/audit/index.ts";
import type { Clock } from "../../platform/clock/index.ts";
import type { Records } from "../../platform/db/index.ts";
import type { Principal } from "../../platform/http/index.ts";
import { parsePipeline } from "../lake/index.ts";
import { nextRun, type Timing } from "./core/timing.ts";
import { MAX_LINKS, MAX_SAVED_HUNTS, MAX_SHOWN_RUNS } from "./limits.ts";
import { findRaised, type HuntRun, type RaisedRow, raisedByHunt, runsOf } from "./store/runs.ts";
import {
  countLinks,
  countSaved,
  findLink,
  findSaved,
  huntsSeenBy,
  putHunt,
  putLink,
  putSchedule,
  removeSaved,
  removeSchedule,
  type SavedHunt,
  type Schedule,
  schedules,
} from "./store/saved.ts";

export interface HuntContent {
  readonly name: string;
  readonly query: string;
  readonly span: string;
  readonly columns: readonly string[];
  readonly description: { readonly vi: string; readonly en: string };
  readonly shared: boolean;
}

export interface ScheduleContent {
  readonly timing: Timing;
  readonly level: Severity;
  readonly lookbackMs: number;
  readonly enabled: boolean;
}

export interface LinkContent {
  readonly query: string;
  readonly from: string;
  readonly to: string;
  /** What `now` stands for, so that the link shows tomorrow what it showed today. */
  readonly at: string;
  readonly columns: readonly string[];
}

export interface Asker {
  readonly who: Principal;
  readonly peer: string;
}

export type HuntWithSchedule = SavedHunt & {
  readonly schedule: Schedule | null;
  /** Findings it has raised and that are remembered. */
  readonly raised: number;
};

/** What is known of a finding that a hunt raised; the row is missing when it is older than what is remembered. */
export interface RaisedBy {
  readonly row: RaisedRow | undefined;
  /** Undefined when the hunt is gone, or not the asker's to see. */
  readonly hunt: HuntWithSchedule | undefined;
}

/** How a person is called by colleagues; undefined for who is none, such as a token. */
type NameOf = (id: string) => Promise<string | undefined>;

/** Hunts people keep. Everybody sees shared ones; only the owner, or who administers rules, changes one. */
export class SavedHunts {
  readonly #records: Records;
  readonly #audit: Audit;
  readonly #clock: Clock;
  readonly #nameOf: NameOf;

  constructor(deps: {
    readonly records: Records;
    readonly audit: Audit;
    readonly clock: Clock;
    readonly nameOf: NameOf;
  }) {
    this.#records = deps.records;
    this.#audit = deps.audit;
    this.#clock = deps.clock;
    this.#nameOf = deps.nameOf;
  }

  async list(who: Principal): Promise<readonly HuntWithSchedule[]> {
    const { query } = this.#records;
    const [hunts, plans, raised] = await Promise.all([
      huntsSeenBy(query, who.id),
      schedules(query),
      raisedByHunt(query),
    ]);
    const byHunt = new Map(plans.map((schedule) => [schedule.huntId, schedule]));
    return hunts.map((hunt) => ({
      ...hunt,
      schedule: byHunt.get(hunt.id) ?? null,
      raised: raised.get(hunt.id) ?? 0,
    }));
  }

  async get(id: string, who: Principal): Promise<HuntWithSchedule> {
    const hunt = await findSaved(this.#records.query, id);
    if (hunt === undefined || !(hunt.shared || hunt.owner.id === who.id)) throw missing(id);
    const [plans, raised] = await Promise.all([schedules(this.#records.query), raisedByHunt(this.#records.query)]);
    const schedule = plans.find(({ huntId }) => huntId === id) ?? null;
    return { ...hunt, schedule, raised: raised.get(id) ?? 0 };
  }

  /** Newest first. */
  async runs(id: string, who: Principal): Promise<readonly HuntRun[]> {
    await this.get(id, who);
    return await runsOf(this.#records.query, id, MAX_SHOWN_RUNS);
  }

  async raisedBy(finding: { readonly id: string; readonly huntId: string }, who: Principal): Promise<RaisedBy> {
    const row = await findRaised(this.#records.query, finding.id);
    const hunt = (await this.list(who)).find(({ id }) => id === finding.huntId);
    return { row, hunt };
  }

  async create(content: HuntContent, by: Asker): Promise<HuntWithSchedule> {
    refuseWrong(content.query);
    if ((await countSaved(this.#records.query)) >= MAX_SAVED_HUNTS) {
      throw new Fault("too_large", "hunts.saved.too_many", "too many saved hunts", { limit: MAX_SAVED_HUNTS });
    }
    const now = this.#clock.now();
    const owner = { id: by.who.id, name: (await this.#nameOf(by.who.id)) ?? by.who.name };
    const hunt: SavedHunt = { ...content, id: randomUUID(), owner, createdAt: now, updatedAt: now };
    await this.#records.transaction(async (tx) => {
      await putHunt(tx, hunt);
      await this.#audit.record(entryOf("hunts.saved.created", hunt, by), tx);
    });
    return { ...hunt, schedule: null, raised: 0 };
  }

  async update(id: string, content: HuntContent, by: Asker): Promise<HuntWithSchedule> {
    refuseWrong(content.query);
    const { schedule, raised, ...known } = await this.#own(id, by.who);
    if (schedule !== null && !content.shared) throw mustBeShared();
    const hunt: SavedHunt = { ...known, ...content, updatedAt: this.#clock.now() };
    await this.#records.transaction(async (tx) => {
      await putHunt(tx, hunt);
      await this.#audit.record(entryOf("hunts.saved.changed", hunt, by), tx);
    });
    return { ...hunt, schedule, raised };
  }

  async remove(id: string, by: Asker): Promise<void> {
    const hunt = await this.#own(id, by.who);
    await this.#records.transaction(async (tx) => {
      await removeSaved(tx, id);
      await this.#audit.record(entryOf("hunts.saved.removed", hunt, by), tx);
    });
  }

  /** A hunt that alerts others must be one that others can read. */
  async schedule(id: string, content: ScheduleContent, by: Asker): Promise<HuntWithSchedule> {
    const hunt = await this.get(id, by.who);
    if (!hunt.shared) throw mustBeShared();
    const now = this.#clock.now();
    const { lastRunAt, lastRows, lastRaised, lastError } = hunt.schedule ?? NEVER_RUN;
    const next = nextRun(content.timing, now);
    const schedule: Schedule = { ...content, huntId: id, nextRunAt: next, lastRunAt, lastRows, lastRaised, lastError };
    await this.#records.transaction(async (tx) => {
      await putSchedule(tx, schedule);
      await this.#audit.record(entryOf("hunts.schedule.changed", hunt, by), tx);
    });
    return { ...hunt, schedule };
  }

  async unschedule(id: string, by: Asker): Promise<void> {
    const hunt = await this.get(id, by.who);
    await this.#records.transaction(async (tx) => {
      await removeSchedule(tx, id);
      await this.#audit.record(entryOf("hunts.schedule.removed", hunt, by), tx);
    });
  }

  /** The same content is the same link. */
  async link(content: LinkContent, by: Asker): Promise<{ readonly id: string } & LinkContent> {
    refuseWrong(content.query);
    const { query, from, to, at, columns } = content;
    const text = JSON.stringify({ query, from, to, at, columns });
    const id = createHash("sha256").update(text).digest("base64url").slice(0, 22);
    if ((await findLink(this.#records.query, id)) === undefined) {
      if ((await countLinks(this.#records.query)) >= MAX_LINKS) {
        throw new Fault("too_large", "hunts.link.too_many", "too many share links", { limit: MAX_LINKS });
      }
      await putLink(this.#records.query, { id, content: text, at: this.#clock.now(), by: by.who.id });
    }
    return { id, ...content };
  }

  async linked(id: string): Promise<{ readonly id: string } & LinkContent> {
    const link = await findLink(this.#records.query, id);
    if (link === undefined) throw new Fault("missing", "hunts.link.missing", "no such link", { id });
    return { id, ...(JSON.parse(link.content) as LinkContent) };
  }

  async #own(id: string, who: Principal): Promise<HuntWithSchedule> {
    const hunt = await this.get(id, who);
    if (hunt.owner.id === who.id || who.permissions.has("rules.write")) return hunt;
    throw new Fault("forbidden", "hunts.saved.not_yours", "only its owner changes a hunt", { id });
  }
}

const NEVER_RUN: Pick<Schedule, "lastRunAt" | "lastRows" | "lastRaised" | "lastError"> = {
  lastRunAt: null,
  lastRows: null,
  lastRaised: null,
  lastError: null,
};

function mustBeShared(): Fault {
  return new Fault("conflict", "hunts.schedule.private", "share the hunt before it raises findings");
}

function missing(id: string): Fault {
  return new Fault("missing", "hunts.saved.missing", "no such hunt", { id });
}

/** A wrong query is refused when it is kept, not when it first runs at night. */
export function refuseWrong(query: string): void {
  const parsed = parsePipeline(query);
  if (parsed.ok) return;
  const { code, from, to, suggestion = null } = parsed.error;
  throw new Fault("invalid", `lake.${code}`, `the query is wrong at ${from}`, { from, to, suggestion });
}

function entryOf(verb: string, hunt: { readonly id: string; readonly name: string }, { who, peer }: Asker) {
  return { actor: actorOf(who), peer, verb, object: { kind: "hunt", id: hunt.id }, details: { name: hunt.name } };
}
