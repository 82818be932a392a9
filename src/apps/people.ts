import type { Alerts, AlertRecord } from "../modules/alerts/index.ts";
import type { Exercises } from "../modules/drills/index.ts";
import type { Sensors } from "../modules/ingest/index.ts";
import type { Incidents } from "../modules/incidents/index.ts";
import { type FiguresNow, MAX_FIGURE_ROWS, openPeople, type UntakenCritical } from "../modules/people/index.ts";
import type { Auth } from "../platform/auth/index.ts";
import type { Clock } from "../platform/clock/index.ts";
import { openCases } from "./sight.ts";

interface Known {
  readonly alerts: Alerts;
  readonly sensors: Sensors;
  readonly exercises: Exercises;
  readonly incidents: Incidents;
  readonly clock: Clock;
}

type PeopleDeps = Parameters<typeof openPeople>[0];
type Wired = Pick<PeopleDeps, "records" | "audit" | "clock" | "live" | "outbox" | "profiles" | "openWays"> &
  Known & { readonly auth: Auth };

/** People with all they are told of: accounts, the queue, cases, sensors, exercises. */
export function wirePeople({ auth, alerts, sensors, exercises, incidents, ...deps }: Wired) {
  const people = openPeople({
    ...deps,
    accountsByName: async () => new Map((await auth.service.accounts()).map(({ id, username }) => [username, id])),
    nameOf: (id) => auth.service.nameOf(id),
    untaken: untakenCritical({ alerts }),
    figures: figuresNow({ alerts, sensors, exercises, incidents, clock: deps.clock }, async () => {
      const steps = (await people.escalations.policies()).filter(({ enabled }) => enabled).flatMap((one) => one.steps);
      const waits = steps.map(({ afterMinutes }) => afterMinutes).filter((minutes) => minutes > 0);
      return waits.length === 0 ? undefined : Math.min(...waits);
    }),
  });
  return people;
}

/** Of one look; a queue with more than these has other worries than who was called. */
const MAX_UNTAKEN = 5_000;
const DAY_MS = 86_400_000;
/** Is named on no case. */
const NOBODY = { id: "" };

/** Critical alerts of the real world that nobody has taken, the longest waiting first. */
export function untakenCritical({ alerts }: { readonly alerts: Alerts }): UntakenCritical {
  return async (after) => {
    const found = await alerts.oldestOpen({ level: "critical", after, limit: MAX_UNTAKEN });
    const items = found.map((alert) => ({ id: alert.id, title: titleOf(alert), createdAt: alert.createdAt }));
    return { items, isWhole: found.length < MAX_UNTAKEN };
  };
}

/**
 * What a hand-over note is filled with: of cases, those everybody may know of, as everybody reads the note. Legal clocks are not known to this
 * installation yet, and the note says so; `slaMinutes` is the first step of the escalation policies.
 */
export function figuresNow(
  { alerts, sensors, exercises, incidents, clock }: Known,
  slaMinutes: () => Promise<number | undefined>,
): FiguresNow {
  return async (leaving) => {
    const now = clock.now();
    const list = (filter: Parameters<Alerts["list"]>[0]) =>
      alerts.list(filter, { after: undefined, limit: MAX_FIGURE_ROWS });
    const queue = await alerts.queueState({ from: now - DAY_MS, bucketMs: DAY_MS }, "exclude");
    const mine = await list({
      assignee: leaving,
      exercise: "exclude",
      sort: "urgency",
      statuses: ["taken", "escalated"],
    });
    const { items: untaken } = await untakenCritical({ alerts })(0);
    const afterMinutes = await slaMinutes();
    const latest = await exercises.latest();
    return {
      openByLevel: queue.openByLevel,
      takenByLevel: queue.takenByLevel,
      oldestOpen: (await alerts.oldestOpen({ limit: MAX_FIGURE_ROWS })).map(lineOf),
      overdue:
        afterMinutes === undefined
          ? null
          : { afterMinutes, n: untaken.filter(({ createdAt }) => createdAt < now - afterMinutes * 60_000).length },
      takenByLeaving: mine.items.map(lineOf),
      cases: { open: await openCases(incidents, NOBODY) },
      clocks: null,
      silentSensors: await silentSensors(sensors),
      exercise: latest?.state === "running" ? { id: latest.id, name: latest.title.vi } : null,
    };
  };
}

function titleOf({ rule }: AlertRecord): { readonly vi: string; readonly en: string } {
  return { vi: rule.titleVi ?? rule.title, en: rule.title };
}

function lineOf(alert: AlertRecord) {
  const { id, rule, entity, createdAt } = alert;
  return { id, title: titleOf(alert), level: rule.level, entity: entity.value, createdAt };
}

async function silentSensors(sensors: Sensors) {
  const all = await sensors.list();
  return all
    .filter(({ door, state }) => door !== "exercise" && state === "silent")
    .slice(0, MAX_FIGURE_ROWS)
    .map(({ name, lastSeen }) => ({ name, since: Date.parse(lastSeen) }));
}
