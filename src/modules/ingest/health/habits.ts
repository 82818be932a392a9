import type { Instant } from "../../../kernel/index.ts";
import type { NoTables, Query } from "../../../platform/db/index.ts";
import { type History, LEARNED_WEEKS } from "../core/health/history.ts";
import { learnRhythm, type Rhythm } from "../core/health/rhythm.ts";
import { estimateSkew, type Skew } from "../core/health/skew.ts";
import { learnVolume, type VolumeHabit } from "../core/health/volume.ts";
import { HOURS_OF_WEEK, hourOf, joinSpans, type Span } from "../core/health/week.ts";
import { RELEARN_MS, SKEW_HOURS } from "../limits.ts";
import { hoursOf, lagsSince, type StreamRecord } from "../store/index.ts";

export interface Habit {
  readonly rhythm: Rhythm | undefined;
  readonly volume: VolumeHabit | undefined;
  readonly learnedAt: Instant;
}

const SKEW_FRESH_MS = 60_000;

/** What has been learned of streams: a function of the hours stored, kept in memory and learned anew every hour. */
export class Habits {
  readonly #query: Query<NoTables>;
  readonly #known = new Map<number, Habit>();
  readonly #skews = new Map<string, { readonly at: Instant; readonly skew: Skew }>();

  constructor(query: Query<NoTables>) {
    this.#query = query;
  }

  known(stream: number): Habit | undefined {
    return this.#known.get(stream);
  }

  /** Learned now when it is not known yet. */
  async of(stream: StreamRecord, away: { readonly now: Instant; readonly absences: readonly Span[] }): Promise<Habit> {
    return this.#known.get(stream.id) ?? (await this.learn(stream, away));
  }

  isStale(stream: number, now: Instant): boolean {
    const habit = this.#known.get(stream);
    return habit === undefined || Math.abs(now - habit.learnedAt) >= RELEARN_MS;
  }

  async learn(
    stream: StreamRecord,
    away: { readonly now: Instant; readonly absences: readonly Span[] },
  ): Promise<Habit> {
    const from = hourOf(away.now) - LEARNED_WEEKS * HOURS_OF_WEEK;
    const hours = await hoursOf(this.#query, stream.id, from);
    const history: History = { hours, since: stream.firstSeen, now: away.now, absences: joinSpans(away.absences) };
    const habit = { rhythm: learnRhythm(history), volume: learnVolume(history), learnedAt: away.now };
    this.#known.set(stream.id, habit);
    return habit;
  }

  forget(stream: number): void {
    this.#known.delete(stream);
  }

  async skew(sensor: string, now: Instant): Promise<Skew> {
    const known = this.#skews.get(sensor);
    if (known !== undefined && Math.abs(now - known.at) < SKEW_FRESH_MS) return known.skew;
    const skew = estimateSkew(await lagsSince(this.#query, sensor, hourOf(now) - SKEW_HOURS + 1));
    this.#skews.set(sensor, { at: now, skew });
    return skew;
  }
}
