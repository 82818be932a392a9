import type { EventId, FindingId } from "../kernel/index.ts";
import { type FindingsRaised, findingId } from "../modules/detection/index.ts";
import type { SensorSilent } from "../modules/ingest/index.ts";
import { loadTexts } from "./texts.ts";

/** What stands in a rule's place in alerts about sensors; the part after the colon is what happened. */
export const SILENT_SENSOR_RULE = "sensor:silent";
const VERSION = "1";

/** A silence as a finding: its id derives from sensor and last record, so that told twice it is one alert. */
export function findingOfSilence(silent: SensorSilent, titles: SensorAlertTitles): FindingsRaised {
  const credit = {
    id: SILENT_SENSOR_RULE,
    title: titles.en,
    titleVi: titles.vi,
    level: "high" as const,
    author: "Khiên",
    licence: null,
    tags: [],
  };
  const finding = {
    id: silenceFindingId(silent),
    ruleId: SILENT_SENSOR_RULE,
    ruleVersion: VERSION,
    detectedAt: silent.noticedAt,
    // The last thing heard: from there on nothing is known of what the sensor watches.
    event: {
      id: (silent.lastEventId ?? silent.id) as EventId,
      time: silent.since,
      sensor: silent.sensor,
      entities: {},
    },
  };
  return { rules: { [SILENT_SENSOR_RULE]: credit }, findings: [finding] };
}

export function silenceFindingId({ id }: { readonly id: string }): FindingId {
  return findingId(SILENT_SENSOR_RULE, VERSION, id as EventId);
}

export interface SensorAlertTitles {
  readonly vi: string;
  readonly en: string;
}

export function sensorAlertTitles(): SensorAlertTitles {
  const key = "sensor.alert.silent";
  return { vi: loadTexts("vi").say(key), en: loadTexts("en").say(key) };
}
