import type { FieldScalar, FindingId, Instant, JournalPosition, LogSource, Severity } from "../../kernel/index.ts";
import type { Clock } from "../../platform/clock/index.ts";
import type { Records, Tx } from "../../platform/db/index.ts";
import type { Outbox } from "../../platform/outbox/index.ts";
import type { Correlation, CorrelationFinding, CorrelationStats, Rule } from "./core/sigma/index.ts";
import {
  countHidden,
  countSuppressed,
  type HiddenCount,
  keepCorrelationStats,
  putCorrelationStats,
  type SuppressedCount,
} from "./counts/store.ts";
import { groupFieldOf, vietnameseOf } from "./engine.ts";
import {
  type EventOfFinding,
  FINDINGS_RAISED,
  type Finding,
  type FindingsRaised,
  findingId,
  type RuleCredit,
} from "./findings.ts";
import { countSource, movePosition, readPosition } from "./store.ts";

export interface RuleMatch {
  readonly rule: Rule;
  readonly event: EventOfFinding;
  readonly groupBy?: { readonly field: string; readonly value: FieldScalar };
}

/** A correlation that came true; the anchor of its finding is the event that completed it. */
export interface CorrelationMatch {
  readonly correlation: Correlation;
  readonly found: CorrelationFinding;
}

export interface Found {
  readonly matches: readonly RuleMatch[];
  readonly correlated: readonly CorrelationMatch[];
  /** Severity this installation gives a rule instead of its own, by rule id. */
  readonly levels: Readonly<Record<string, Severity>>;
}

export interface MatchedBatch extends Found {
  readonly hidden: readonly HiddenCount[];
  readonly suppressed: readonly SuppressedCount[];
  /** Of all correlations that run, when it is time to tell. */
  readonly stats?: readonly CorrelationStats[];
  readonly sources: readonly { readonly logsource: LogSource; readonly events: number; readonly lastAt: Instant }[];
  readonly upTo: JournalPosition;
}

/** Findings of one piece of news; more are told in several pieces. */
const FINDINGS_PER_NEWS = 2_000;

/** Where matching stands in the journal, and the one transaction that moves it. */
export class DetectionProgress {
  readonly #deps: { records: Records; outbox: Outbox; clock: Clock };

  constructor(deps: { records: Records; outbox: Outbox; clock: Clock }) {
    this.#deps = deps;
  }

  async position(): Promise<JournalPosition> {
    return readPosition(this.#deps.records.query);
  }

  /** Findings, counts and position become durable together. Wake the outbox afterwards. */
  async commit(tx: Tx, batch: MatchedBatch): Promise<void> {
    const now = this.#deps.clock.now();
    for (const source of batch.sources) await countSource(tx, source);
    for (const hidden of batch.hidden) await countHidden(tx, hidden);
    for (const suppressed of batch.suppressed) await countSuppressed(tx, suppressed);
    if (batch.stats !== undefined) await this.#tell(tx, batch.stats, now);
    await this.raise(tx, batch);
    await movePosition(tx, batch.upTo);
  }

  /** Publishes findings, wherever they come from; the same ones again change nothing. */
  async raise(tx: Tx, { matches, correlated, levels }: Found): Promise<void> {
    const now = this.#deps.clock.now();
    const raised = [
      ...matches.map((match) => ofMatch(match, now)),
      ...correlated.map((match) => ofCorrelation(match, now)),
    ];
    for (let from = 0; from < raised.length; from += FINDINGS_PER_NEWS) {
      const payload = toNews(raised.slice(from, from + FINDINGS_PER_NEWS), levels);
      await this.#deps.outbox.publish(tx, { topic: FINDINGS_RAISED, payload });
    }
  }

  async #tell(tx: Tx, stats: readonly CorrelationStats[], now: Instant): Promise<void> {
    for (const one of stats) await putCorrelationStats(tx, one, now);
    await keepCorrelationStats(
      tx,
      stats.map(({ correlationId }) => correlationId),
    );
  }
}

interface Raised {
  readonly rule: Rule | Correlation;
  readonly finding: Finding;
}

function toNews(raised: readonly Raised[], levels: Found["levels"]): FindingsRaised {
  const rules: Record<string, RuleCredit> = Object.create(null);
  for (const { rule } of raised) rules[rule.id] ??= creditOf(rule, levelOf(rule, levels));
  return { rules, findings: raised.map(({ finding }) => finding) };
}

function levelOf({ id, level }: Rule | Correlation, levels: Found["levels"]): Severity {
  // Ids come from imported rules: only what was put there counts.
  return (Object.hasOwn(levels, id) ? levels[id] : undefined) ?? level;
}

function ofMatch({ rule, event, groupBy }: RuleMatch, detectedAt: Instant): Raised {
  const finding: Finding = {
    id: findingId(rule.id, rule.version, event.id),
    ruleId: rule.id,
    ruleVersion: rule.version,
    detectedAt,
    event,
    ...(groupBy === undefined ? {} : { groupBy }),
  };
  return { rule, finding };
}

function ofCorrelation({ correlation, found }: CorrelationMatch, detectedAt: Instant): Raised {
  const { group, from, to, count, value, events } = found;
  // The entity of its alerts: the group-by value its author names in `x-khien.entity`, else the first.
  const wanted = groupFieldOf(correlation);
  const groupBy = group.find(({ field }) => field === wanted) ?? group[0];
  const finding: Finding = {
    id: found.id as FindingId,
    ruleId: correlation.id,
    ruleVersion: correlation.version,
    detectedAt,
    event: found.anchor as EventOfFinding,
    ...(groupBy === undefined ? {} : { groupBy }),
    correlation: { group, from, to, count, value, events },
  };
  return { rule: correlation, finding };
}

function creditOf(rule: Rule | Correlation, level: Severity): RuleCredit {
  return {
    id: rule.id,
    title: rule.title,
    titleVi: vietnameseOf(rule).title,
    level,
    author: rule.author ?? null,
    licence: rule.licence ?? null,
    tags: rule.tags,
  };
}
