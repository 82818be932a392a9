import type { Instant } from "../../../kernel/index.ts";
import type { Clock } from "../../../platform/clock/index.ts";
import type { Records } from "../../../platform/db/index.ts";
import { joinSpans, type Span } from "../core/health/week.ts";
import { AFTER_ABSENCE_MS, HEALTH_MISSED_MS } from "../limits.ts";
import { awakeUntil, listAbsences, stayAwake } from "../store/index.ts";

/**
 * When this program listened. Nobody is silent while nobody listens: the time between the last sign of life before a
 * stop (or a machine's sleep, or doors shut by a full disk) and the first one after it counts for no sensor.
 */
export class Listening {
  readonly #records: Records;
  readonly #clock: Clock;
  #absences: readonly Span[] = [];
  #until: Instant | undefined;
  /** Everything that came before this has been counted; undefined = before now. */
  #countedUpTo: Instant | undefined;

  constructor(deps: { readonly records: Records; readonly clock: Clock }) {
    this.#records = deps.records;
    this.#clock = deps.clock;
  }

  /** Before anything is counted: the time since the last sign of life was an absence. */
  async open(): Promise<void> {
    this.#absences = joinSpans(await listAbsences(this.#records.query));
    this.#until = await awakeUntil(this.#records.query);
    await this.#sign(true);
  }

  /** A sign of life. The one that comes much too late tells of an absence. */
  async listen(counted: { readonly upTo: Instant | undefined }): Promise<void> {
    this.#countedUpTo = counted.upTo;
    await this.#sign(false);
  }

  get absences(): readonly Span[] {
    return this.#absences;
  }

  /** The moment up to which silence can be judged. */
  now(): Instant {
    const now = this.#clock.now();
    return this.#countedUpTo === undefined ? now : Math.min(now, this.#countedUpTo);
  }

  async #sign(isStart: boolean): Promise<void> {
    const now = this.#clock.now();
    const until = this.#until;
    // A clock that was set back tells nothing.
    if (until !== undefined && now <= until) return;
    const isAbsent = until !== undefined && (isStart || now - until > HEALTH_MISSED_MS);
    const absent = isAbsent ? { from: until, to: now + AFTER_ABSENCE_MS } : undefined;
    await this.#records.transaction((tx) => stayAwake(tx, now, absent));
    this.#until = now;
    if (absent !== undefined) this.#absences = joinSpans([...this.#absences, absent]);
  }
}
