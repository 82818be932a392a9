import { randomUUID } from "node:crypto";
import { type ExerciseId, Fault, toIso } from "../../kernel/index.ts";
import { type Audit, actorOf } from "../../platform/audit/index.ts";
import type { Clock } from "../../platform/clock/index.ts";
import type { Records } from "../../platform/db/index.ts";
import type { Principal } from "../../platform/http/index.ts";
import type { LiveChannel } from "../../platform/live/index.ts";
import type { Log } from "../../platform/log/index.ts";
import type { z } from "../../platform/schema/index.ts";
import { generateScenario, type GeneratedLine, type LoadedScenario } from "./scenario.ts";
import type { Exercise, ScenarioSummary } from "./schemas.ts";
import {
  endOrphans,
  type ExerciseRecord,
  getExercise,
  insertExercise,
  listExercises,
  updateExercise,
} from "./store.ts";

const REPLAY_MS = 40_000;
/** Lines go out in steps of this length. */
const STEP_MS = 500;

/** Lines of one sensor and format, in time order. */
export interface ExerciseParcel {
  readonly exerciseId: ExerciseId;
  readonly sensor: string;
  readonly format: string | undefined;
  readonly lines: readonly string[];
}

interface Deps {
  readonly records: Records;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly live: LiveChannel;
  readonly log: Log;
  readonly scenarios: readonly LoadedScenario[];
  /** Sends a parcel through the real HTTP door and resolves when it is acknowledged. */
  readonly send: (parcel: ExerciseParcel, signal: AbortSignal) => Promise<void>;
  /** Alerts an exercise has raised so far. */
  readonly countAlerts: (exerciseId: string) => Promise<number>;
  /** How long a replay takes, whatever the span of its story. */
  readonly replayMs?: number;
}

type Presented = z.infer<typeof Exercise>;

/**
 * Exercises: scenarios replayed through the door real logs come in by. Every line carries the exercise's id and
 * everything derived from it inherits it.
 */
export class Exercises {
  readonly #deps: Deps;
  readonly #running = new Map<string, { abort: AbortController; done: Promise<void> }>();

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** At start: what a crash left running has nobody sending any more. */
  async recover(): Promise<void> {
    await endOrphans(this.#deps.records.query, this.#deps.clock.now());
  }

  scenarios(): z.infer<typeof ScenarioSummary>[] {
    return this.#deps.scenarios.map(({ slug, title, summary, phases, expectedLines }) => ({
      slug,
      title,
      summary,
      phases: phases.map((phase) => ({ id: phase.id, title: phase.title })),
      events: expectedLines,
    }));
  }

  async list(): Promise<Presented[]> {
    const records = await listExercises(this.#deps.records.query);
    return Promise.all(records.map((record) => this.#present(record)));
  }

  async get(id: string): Promise<Presented> {
    const record = await getExercise(this.#deps.records.query, id);
    if (record === undefined) throw new Fault("missing", "drills.exercise.missing", "no such exercise", { id });
    return this.#present(record);
  }

  /** The running exercise, else the one that ended last. */
  async latest(): Promise<Presented | undefined> {
    const record = (await listExercises(this.#deps.records.query))[0];
    return record === undefined ? undefined : this.#present(record);
  }

  /** Starts a replay and returns at once; it goes on by itself. One exercise runs at a time. */
  async start(slug: string, by: { who: Principal; peer: string | null }): Promise<Presented> {
    const { records, audit, clock, scenarios } = this.#deps;
    const scenario = scenarios.find((one) => one.slug === slug);
    if (scenario === undefined) throw new Fault("missing", "drills.scenario.missing", "no such scenario", { slug });
    if (this.#running.size > 0)
      throw new Fault("conflict", "drills.exercise.running", "an exercise is running; stop it first");
    const id = randomUUID() as string as ExerciseId;
    const now = clock.now();
    const lines = generateScenario(scenario, { seed: now, endsAt: now });
    const record: ExerciseRecord = {
      id,
      scenario: slug,
      title: scenario.title,
      state: "running",
      startedAt: now,
      endedAt: null,
      startedBy: by.who.name,
      sent: 0,
      total: lines.length,
      phase: null,
      failure: null,
    };
    const abort = new AbortController();
    const entry = { abort, done: Promise.resolve() };
    this.#running.set(id, entry);
    try {
      await records.transaction(async (tx) => {
        await insertExercise(tx, record);
        await audit.record(
          {
            actor: actorOf(by.who),
            peer: by.peer,
            verb: "drills.exercise.started",
            object: { kind: "exercise", id },
            details: { scenario: slug },
          },
          tx,
        );
      });
    } catch (error) {
      this.#running.delete(id);
      throw error;
    }
    entry.done = this.#replay({ id, lines }, abort.signal).finally(() => this.#running.delete(id));
    return this.#present(record);
  }

  async stop(id: string, by: { who: Principal; peer: string | null }): Promise<Presented> {
    const running = this.#running.get(id);
    if (running === undefined)
      throw new Fault("conflict", "drills.exercise.not_running", "the exercise is not running", { id });
    running.abort.abort();
    await running.done;
    await this.#deps.audit.record({
      actor: actorOf(by.who),
      peer: by.peer,
      verb: "drills.exercise.stopped",
      object: { kind: "exercise", id },
    });
    return this.get(id);
  }

  async close(): Promise<void> {
    for (const { abort } of this.#running.values()) abort.abort();
    await Promise.allSettled([...this.#running.values()].map(({ done }) => done));
  }

  async #replay(
    { id, lines }: { id: ExerciseId; lines: readonly GeneratedLine[] },
    signal: AbortSignal,
  ): Promise<void> {
    const { records, clock, log, replayMs = REPLAY_MS } = this.#deps;
    const stepMs = Math.min(STEP_MS, replayMs);
    const perStep = Math.max(1, Math.ceil(lines.length / (replayMs / stepMs)));
    try {
      for (let from = 0; from < lines.length; from += perStep) {
        const step = lines.slice(from, from + perStep);
        for (const parcel of parcelsOf(id, step)) await this.#deps.send(parcel, signal);
        await updateExercise(records.query, id, {
          sent: from + step.length,
          phase: step.findLast((line) => line.phase !== undefined)?.phase,
        });
        await this.#tell(id);
        await pause(stepMs, signal);
      }
      await updateExercise(records.query, id, { state: "ended", endedAt: clock.now() });
    } catch (error) {
      const stopped = signal.aborted;
      if (!stopped) log.error({ exercise: id, error: String(error) }, "exercise failed");
      await updateExercise(records.query, id, {
        state: stopped ? "stopped" : "failed",
        endedAt: clock.now(),
        failure: stopped ? null : error instanceof Fault ? error.code : "drills.exercise.failed",
      });
    }
    await this.#tell(id);
  }

  async #tell(id: string): Promise<void> {
    this.#deps.live.publish({ event: "exercise", data: await this.get(id) });
  }

  async #present(record: ExerciseRecord): Promise<Presented> {
    return {
      ...record,
      startedAt: toIso(record.startedAt),
      endedAt: record.endedAt === null ? null : toIso(record.endedAt),
      alerts: await this.#deps.countAlerts(record.id),
    };
  }
}

/** Lines grouped by sensor and format, each group in its order. */
function parcelsOf(exerciseId: ExerciseId, lines: readonly GeneratedLine[]): ExerciseParcel[] {
  const groups = Map.groupBy(lines, (line) => `${line.sensor}\0${line.format ?? ""}`);
  return [...groups.values()].map((group) => ({
    exerciseId,
    sensor: group[0]?.sensor ?? "exercise",
    format: group[0]?.format,
    lines: group.map((line) => line.raw),
  }));
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(new DOMException("aborted", "AbortError"));
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(new DOMException("aborted", "AbortError"));
    });
  });
}
