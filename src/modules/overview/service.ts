import { type Instant, toIso } from "../../kernel/index.ts";
import type { Principal } from "../../platform/http/index.ts";
import type { Clock } from "../../platform/clock/index.ts";
import type { z } from "../../platform/schema/index.ts";
import type { AlertRecord, Alerts } from "../alerts/index.ts";
import type { AttackTables, RuleLibrary } from "../detection/index.ts";
import type { Exercises } from "../drills/index.ts";
import type { Sensors } from "../ingest/index.ts";
import { type AttackNames, attackHeat, shareOf, type TaggedAlerts } from "./core/heat.ts";
import type { Landscape } from "./landscape.ts";
import type { WatchFloor } from "./schemas.ts";

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
/** Points of a curve: enough to read a day, few enough to draw at once. */
const POINTS = 96;
const SILENT_SHOWN = 8;
const TOP_RULES = 8;
const TOP_TECHNIQUES = 5;
const SPEAKING: ReadonlySet<string> = new Set(["live", "returned", "new"]);

export interface DutyShown {
  readonly name: string;
  readonly onCall: boolean;
  readonly ends: Instant;
  readonly people: readonly string[];
}

interface Deps {
  readonly clock: Clock;
  readonly sensors: Sensors;
  readonly alerts: Alerts;
  readonly rules: RuleLibrary;
  readonly exercises: Exercises;
  readonly attack: AttackTables;
  readonly landscapes: readonly Landscape[];
  /** Who is on duty by rota. */
  readonly onDuty: (now: Instant) => Promise<readonly DutyShown[]>;
  /** Open cases this person may know of. */
  readonly openCases: (who: Pick<Principal, "id">) => Promise<number>;
  /** What the running pipeline says of itself. */
  readonly flow: () => { eventsPerSecond: number; backlog: number; droppedLastHour: number };
}

/** Reads all, writes nothing: the pictures that need several modules at once. */
export class Overview {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  async watchFloor(hours: number, scope: "exclude" | "only", who: Principal): Promise<z.input<typeof WatchFloor>> {
    const { clock, sensors, alerts, rules, exercises, flow } = this.#deps;
    const now = clock.now();
    const bucketMs = bucketFor(hours);
    // Whole buckets, so that the curve and the sums are of the same events.
    const window = { from: Math.floor((now - hours * HOUR_MS) / bucketMs) * bucketMs, bucketMs };
    const exercised = scope === "only";
    const earlier = window.from - (now - window.from);
    const [arrivals, sensorList, queue, activity, coverage, exercise] = [
      await sensors.arrivals({ ...window, exercise: exercised }),
      await sensors.list(),
      await alerts.queueState(window, scope),
      await alerts.activity({ from: window.from, to: now + 1 }, scope),
      await rules.readiness(),
      await exercises.latest(),
    ];
    const arrived = await sensors.arrived({ from: window.from, to: now + MINUTE_MS, exercise: exercised });
    const arrivedBefore = await sensors.arrived({ from: earlier, to: window.from, exercise: exercised });
    const state = flow();
    // The stage props of an exercise are no sensors of this house.
    const known = sensorList.filter((sensor) => sensor.door !== "exercise");
    return {
      at: toIso(now),
      from: toIso(window.from),
      scope,
      ingest: {
        ...state,
        rate: {
          bucketMs: window.bucketMs,
          points: arrivals.map(({ start, count }) => ({ start: toIso(start), count })),
        },
      },
      sensors: {
        total: known.length,
        live: known.filter((sensor) => SPEAKING.has(sensor.state)).length,
        attention: known.filter((sensor) => sensor.troubles.length > 0).length,
        silent: silentOf(known),
      },
      alerts: {
        openByLevel: queue.openByLevel,
        takenByLevel: queue.takenByLevel,
        openOverTime: {
          bucketMs: window.bucketMs,
          points: queue.openOverTime.map(({ start, byLevel }) => ({ start: toIso(start), byLevel: { ...byLevel } })),
        },
        queueAge: queue.queueAge,
        closedLast24h: queue.closedLast24h,
        newest: queue.newest.map(presentNewest),
      },
      ...(await this.#ofPeople(now, who)),
      activity: {
        now: { ...activity.now, events: arrived },
        before: { ...activity.before, events: arrivedBefore },
        topRules: activity.byRule.slice(0, TOP_RULES).map(({ tags: _tags, ...rule }) => rule),
        topEntities: activity.topEntities.map((entity) => ({ ...entity })),
      },
      attack: attackHeat(activity.byRule, namesOf(this.#deps.attack), TOP_TECHNIQUES).map(({ id: _id, ...tactic }) => ({
        ...tactic,
        techniques: [...tactic.techniques],
      })),
      landscape: presentLandscape(this.#deps.landscapes[0], activity.byRule),
      rules: coverage,
      exercise:
        exercise === undefined
          ? null
          : { id: exercise.id, state: exercise.state, sent: exercise.sent, total: exercise.total },
    };
  }

  /** What only those see who may know of people or of cases. */
  async #ofPeople(now: Instant, who: Principal) {
    const duty = who.permissions.has("people.read") ? await this.#deps.onDuty(now) : null;
    return {
      duty: duty?.map(({ ends, people, ...one }) => ({ ...one, ends: toIso(ends), people: [...people] })) ?? null,
      openCases: who.permissions.has("cases.read") ? await this.#deps.openCases(who) : null,
    };
  }
}

/** Both matrices in one row: tags do not say which of the two a tactic belongs to where both have it. */
function namesOf({ enterprise, ics }: AttackTables): AttackNames {
  const known = new Set(enterprise.tactics.map(({ short }) => short));
  return {
    tactics: [...enterprise.tactics, ...ics.tactics.filter(({ short }) => !known.has(short))],
    technique: (id) => enterprise.techniques.get(id) ?? ics.techniques.get(id),
  };
}

function presentLandscape(landscape: Landscape | undefined, rules: readonly TaggedAlerts[]) {
  if (landscape === undefined) return null;
  const { publisher, title, period, incidents, read, figures } = landscape;
  return {
    publisher,
    title,
    ...period,
    incidents,
    read,
    figures: figures.map(({ within = null, ...figure }) => ({
      ...figure,
      within,
      here: shareOf(rules, { techniques: figure.techniques, within }),
    })),
  };
}

function silentOf(known: Awaited<ReturnType<Sensors["list"]>>) {
  return known
    .flatMap(({ name, silentSince, state, critical }) =>
      silentSince === null || state !== "silent" ? [] : [{ name, silentSince, critical }],
    )
    .toSorted((a, b) => Number(b.critical) - Number(a.critical) || a.silentSince.localeCompare(b.silentSince))
    .slice(0, SILENT_SHOWN);
}

function presentNewest(record: AlertRecord) {
  return {
    id: record.id,
    title: record.rule.title,
    titleVi: record.rule.titleVi,
    level: record.rule.level,
    entity: record.entity.value,
    lastSeen: toIso(record.lastSeen),
  };
}

/** Whole minutes, so that buckets agree with the minute counters. */
function bucketFor(hours: number): Instant {
  const wanted = (hours * HOUR_MS) / POINTS;
  const steps = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360].map((minutes) => minutes * MINUTE_MS);
  return steps.find((step) => step >= wanted) ?? 720 * MINUTE_MS;
}
