import type { JournalPosition } from "../../kernel/index.ts";
import type { CorrelationMatch, DetectionProgress, RuleMatch } from "../../modules/detection/index.ts";
import type { Sensors } from "../../modules/ingest/index.ts";
import type { Journal, LakeStore } from "../../modules/lake/index.ts";
import type { Records } from "../../platform/db/index.ts";
import type { Outbox } from "../../platform/outbox/index.ts";
import { STATS_EVERY_MS } from "./limits.ts";
import type { BatchMatched, Correlated, Planned } from "./protocol.ts";

/** A batch that has been matched and correlated. */
export interface FinishedBatch {
  readonly upTo: JournalPosition;
  /** The rules it was matched with: indexes in it mean these. */
  readonly planned: Planned;
  readonly matched: BatchMatched;
  /** Undefined for what detection has stored already and only the lake lacks. */
  readonly correlated: Correlated | undefined;
}

interface Deps {
  readonly journal: Journal;
  readonly lake: LakeStore;
  readonly detection: DetectionProgress;
  readonly sensors: Sensors;
  readonly records: Records;
  readonly outbox: Outbox;
}

/** Stores finished batches: events in the lake, findings and counts in the records, each with its position. */
export class BatchStore {
  readonly #deps: Deps;
  lakePosition: JournalPosition = 0;
  detectionPosition: JournalPosition = 0;
  #toldStatsAtMs = Number.NEGATIVE_INFINITY;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  async open(): Promise<void> {
    this.lakePosition = this.#deps.lake.position();
    this.detectionPosition = await this.#deps.detection.position();
  }

  /** Both consumers have taken everything before this. */
  get position(): JournalPosition {
    return Math.min(this.lakePosition, this.detectionPosition);
  }

  /** The lake gave up damaged files: what it had of the journal since then has to be read again. */
  get isLakeBehind(): boolean {
    return this.#deps.lake.position() < this.lakePosition;
  }

  /** The same batch may be stored again after a failure: whoever has it already skips. */
  async store(batch: FinishedBatch): Promise<void> {
    if (batch.upTo > this.lakePosition) {
      await this.#deps.lake.appendEncoded(batch.matched.events, { from: this.lakePosition, upTo: batch.upTo });
      this.lakePosition = batch.upTo;
    }
    if (batch.upTo > this.detectionPosition && batch.correlated !== undefined)
      await this.#storeFindings(batch, batch.correlated);
  }

  async #storeFindings(batch: FinishedBatch, correlated: Correlated): Promise<void> {
    const { records, detection, sensors, outbox } = this.#deps;
    const matches = matchesOf(batch, new Set(correlated.withheld));
    const completed = completedOf(batch.planned, correlated);
    const tellsStats = this.#isStatsTime(batch.upTo);
    await records.transaction(async (tx) => {
      await detection.commit(tx, {
        matches,
        correlated: completed,
        levels: batch.planned.active.levels,
        hidden: batch.matched.hidden,
        suppressed: correlated.suppressed,
        sources: batch.matched.sources,
        upTo: batch.upTo,
        ...(tellsStats ? { stats: correlated.load.stats } : {}),
      });
      await sensors.count(tx, batch.matched.sensors);
    });
    this.detectionPosition = batch.upTo;
    if (tellsStats) this.#toldStatsAtMs = performance.now();
    if (matches.length + completed.length > 0) void outbox.wake();
  }

  /** Now and then while records stream in, and always for the last one before silence. */
  #isStatsTime(upTo: JournalPosition): boolean {
    return performance.now() - this.#toldStatsAtMs >= STATS_EVERY_MS || upTo >= this.#deps.journal.end();
  }
}

function matchesOf({ planned, matched }: FinishedBatch, withheld: ReadonlySet<number>): RuleMatch[] {
  return matched.matches.flatMap((match, index): RuleMatch[] => {
    const rule = planned.active.rules[match.rule];
    if (rule === undefined || withheld.has(index)) return [];
    return [{ rule, event: match.event, ...(match.groupBy === undefined ? {} : { groupBy: match.groupBy }) }];
  });
}

function completedOf({ plan }: Planned, { findings }: Correlated): CorrelationMatch[] {
  if (findings.length === 0) return [];
  const byId = new Map(plan.nodes.map(({ correlation }) => [correlation.id, correlation]));
  return findings.flatMap((found): CorrelationMatch[] => {
    const correlation = byId.get(found.correlationId);
    return correlation === undefined ? [] : [{ correlation, found }];
  });
}
