import { Exercises } from "../../modules/drills/index.ts";
import { openIncidents } from "../../modules/incidents/index.ts";
import { Overview } from "../../modules/overview/index.ts";
import { Press } from "../../platform/documents/index.ts";
import { Presence } from "../../platform/presence/index.ts";
import { wireCases } from "../approvals.ts";
import { evidencePorts, holdPorts } from "../evidence-ports.ts";
import { ExerciseCourier } from "../exercise-courier.ts";
import { OwnNews } from "../notices/own-news.ts";
import { wireNotices } from "../notices/wire-notices.ts";
import { wirePeople } from "../people.ts";
import { EVIDENCE_PAPERS_DIR } from "../places.ts";
import { mayLook, onDuty, openCases } from "../sight.ts";
import type { Content } from "./content.ts";
import type { Ground } from "./ground.ts";
import type { Watching } from "./watching.ts";

/** What a test may set and an operator has no reason to. */
export interface Tuning {
  /** How long the replay of a scenario takes. */
  readonly replayMs?: number;
}

/** From an alert to people who deal with it: cases, exercises, notices, the roster, the watch floor. */
export async function openResponding(ground: Ground, watching: Watching, given: { content: Content; tuning: Tuning }) {
  const { records, audit, clock, live, log, outbox, auth, approvals } = ground;
  const { alerts, sensors } = watching;
  const { content } = given;
  const incidents = await openCasesOf(ground, watching, content);
  wireCases({ approvals, auth, incidents, retention: ground.retention });
  const courier = new ExerciseCourier();
  const { replayMs } = given.tuning;
  const exercises = new Exercises({
    records,
    audit,
    clock,
    live,
    log,
    scenarios: content.scenarios,
    send: (parcel, signal) => courier.send(parcel, signal),
    countAlerts: (exerciseId) => alerts.countOfExercise(exerciseId),
    ...(replayMs === undefined ? {} : { replayMs }),
  });
  const notices = wireNotices(ground);
  const people = wirePeople({
    records,
    audit,
    clock,
    live,
    outbox,
    auth,
    alerts,
    sensors,
    exercises,
    incidents,
    profiles: content.profiles,
    openWays: notices.openNoticeWays,
  });
  return {
    incidents,
    courier,
    exercises,
    ...notices,
    ownNews: new OwnNews({ notices: notices.notices, alerts, clock, peopleWho: notices.peopleWho }),
    people,
    overview: openOverview(ground, watching, { exercises, incidents, people, landscapes: content.landscapes }),
    presence: new Presence({
      clock,
      live,
      mayLook: (who, object) => mayLook(incidents, who, object),
      nameOf: (id) => auth.service.nameOf(id),
    }),
    press: new Press(),
  };
}

function openCasesOf(ground: Ground, watching: Watching, { caseTemplates }: Content) {
  const { config, records, audit, clock, live, outbox, auth, lake, integrity, retention } = ground;
  const { alerts, importanceOf, notebooks } = watching;
  return openIncidents({
    records,
    audit,
    clock,
    live,
    outbox,
    templates: caseTemplates,
    nameOf: (id) => auth.service.nameOf(id),
    alerts: async (ids) => (await alerts.many(ids)).items,
    findings: async (id, limit) => (await alerts.findings(id, { after: undefined, limit })).items,
    importanceOf,
    dataDir: config.dataDir,
    papersDir: EVIDENCE_PAPERS_DIR,
    ports: evidencePorts({ lake, records, audit, integrity, notebooks }),
    holds: holdPorts(retention),
  });
}

interface Floor {
  readonly exercises: Exercises;
  readonly incidents: Awaited<ReturnType<typeof openIncidents>>;
  readonly people: ReturnType<typeof wirePeople>;
  readonly landscapes: Content["landscapes"];
}

function openOverview({ clock }: Ground, watching: Watching, { exercises, incidents, people, landscapes }: Floor) {
  const { sensors, alerts, rules, attack, pipeline, doors } = watching;
  return new Overview({
    clock,
    sensors,
    alerts,
    rules,
    exercises,
    attack,
    landscapes,
    onDuty: (now) => onDuty(people, now),
    openCases: (who) => openCases(incidents, who),
    flow: () => ({
      eventsPerSecond: pipeline.eventsPerSecond,
      backlog: pipeline.backlog,
      droppedLastHour: doors.droppedLastHour(),
    }),
  });
}
