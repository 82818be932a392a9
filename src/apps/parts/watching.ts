import { join } from "node:path";
import { Alerts, RuleTrackRecord, SavedQueues, Triage, TriageFigures, Weighing } from "../../modules/alerts/index.ts";
import { AssetRegister, Assessments, SeenAssets } from "../../modules/assets/index.ts";
import { DetectionProgress, RuleExceptions, RuleLibrary, RuleStatistics } from "../../modules/detection/index.ts";
import { HuntScheduler, Notebooks, SavedHunts } from "../../modules/hunts/index.ts";
import { Sensors, SilenceWatch } from "../../modules/ingest/index.ts";
import { wireAuthoring } from "../authoring.ts";
import { Doors } from "../doors.ts";
import { defaultThreads, Pipeline } from "../pipeline/pipeline.ts";
import { RULES_DIR } from "../places.ts";
import type { Content } from "./content.ts";
import type { Ground } from "./ground.ts";

export type Watching = ReturnType<typeof openWatching>;

/** From what comes in to the queue of alerts: doors, sensors, assets, rules, pipeline, triage, hunts. */
export function openWatching(ground: Ground, content: Content) {
  const { config, records, audit, clock, live, log, outbox, lake, auth, egress } = ground;
  const { book, logSources, attack } = content;
  const nameOf = (id: string) => auth.service.nameOf(id);
  const sensors = new Sensors({ records, audit, clock, live });
  const { habits, listening } = sensors;
  // What is important decides what is urgent.
  const onChanged = () => weighing.changed("all");
  const register = new AssetRegister({ records, audit, clock, live, nameOf, onChanged });
  const importanceOf: AssetRegister["importanceOf"] = (entities) => register.importanceOf(entities);
  const weighing = new Weighing({ records, live, book, importanceOf });
  const trackRecord = new RuleTrackRecord(records);
  const rules = new RuleLibrary({ records, audit, clock, live, rulesDir: RULES_DIR, logSources });
  const detection = new DetectionProgress({ records, outbox, clock });
  const pipeline = new Pipeline({
    journal: lake.journal,
    lake: lake.store,
    detection,
    sensors,
    records,
    outbox,
    clock,
    log,
    logSources,
    threads: config.matchThreads === 0 ? defaultThreads() : config.matchThreads,
    memory: { dir: join(config.dataDir, "detection") },
  });
  return {
    sensors,
    silenceWatch: new SilenceWatch({ records, outbox, live, habits, listening }),
    doors: new Doors({ config, journal: lake.journal, clock, log, egress }),
    register,
    importanceOf,
    seenAssets: new SeenAssets({ register, lake: lake.store }),
    assessments: new Assessments({ register, schemes: content.schemes }),
    rules,
    detection,
    pipeline,
    exceptions: new RuleExceptions({ library: rules, clock, events: lake.store, trackRecord }),
    ruleStatistics: new RuleStatistics({ records, clock, library: rules, trackRecord }),
    trackRecord,
    attack,
    ...wireAuthoring({ records, audit, clock, live, log, outbox, lake, rules, detection, attack }),
    weighing,
    alerts: new Alerts({ records, clock, live, weighing, book }),
    triage: new Triage({ records, audit, clock, live, outbox, weighing, book }),
    savedQueues: new SavedQueues({ records, audit, clock }),
    triageFigures: new TriageFigures({ records, clock }),
    savedHunts: new SavedHunts({ records, audit, clock, nameOf }),
    notebooks: new Notebooks({ records, audit, clock, store: lake.store }),
    huntScheduler: new HuntScheduler({ records, clock, outbox, log, store: lake.store }),
  };
}
