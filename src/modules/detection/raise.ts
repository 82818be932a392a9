import type { FieldScalar, Instant, JournalPosition, KhienEvent, LogSource } from "../../kernel/index.ts";
import type { Clock } from "../../platform/clock/index.ts";
import type { Records, Tx } from "../../platform/db/index.ts";
import type { Outbox } from "../../platform/outbox/index.ts";
import type { Rule } from "./core/sigma/index.ts";
import { vietnameseOf } from "./engine.ts";
import { FINDINGS_RAISED, type Finding, type FindingsRaised, findingId, type RuleCredit } from "./findings.ts";
import { countSource, movePosition, readPosition } from "./store.ts";

export interface RuleMatch {
  readonly rule: Rule;
  readonly event: KhienEvent;
  readonly groupBy?: { readonly field: string; readonly value: FieldScalar };
}

export interface MatchedBatch {
  readonly matches: readonly RuleMatch[];
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

  /** Findings and position become durable together; `also` joins the same transaction. Wake the outbox afterwards. */
  async commit(tx: Tx, batch: MatchedBatch): Promise<void> {
    const now = this.#deps.clock.now();
    for (const source of batch.sources) await countSource(tx, source);
    for (let from = 0; from < batch.matches.length; from += FINDINGS_PER_NEWS) {
      const payload = toNews(batch.matches.slice(from, from + FINDINGS_PER_NEWS), now);
      await this.#deps.outbox.publish(tx, { topic: FINDINGS_RAISED, payload });
    }
    await movePosition(tx, batch.upTo);
  }
}

function toNews(matches: readonly RuleMatch[], detectedAt: Instant): FindingsRaised {
  const rules: Record<string, RuleCredit> = Object.create(null);
  const findings: Finding[] = matches.map(({ rule, event, groupBy }) => {
    rules[rule.id] ??= creditOf(rule);
    return {
      id: findingId(rule.id, rule.version, event.id),
      ruleId: rule.id,
      ruleVersion: rule.version,
      detectedAt,
      event: {
        id: event.id,
        time: event.time,
        sensor: event.sensor,
        entities: event.entities,
        ...(event.host === undefined ? {} : { host: event.host }),
        ...(event.exerciseId === undefined ? {} : { exerciseId: event.exerciseId }),
      },
      ...(groupBy === undefined ? {} : { groupBy }),
    };
  });
  return { rules, findings };
}

function creditOf(rule: Rule): RuleCredit {
  return {
    id: rule.id,
    title: rule.title,
    titleVi: vietnameseOf(rule).title,
    level: rule.level,
    author: rule.author ?? null,
    licence: rule.licence ?? null,
    tags: rule.tags,
  };
}
