import type { Alerts, Triage } from "../modules/alerts/index.ts";
import { FINDINGS_RAISED, type FindingsRaised } from "../modules/detection/index.ts";
import { ALERTS_LINKED, type AlertsLinked } from "../modules/incidents/index.ts";
import { SENSOR_RETURNED, SENSOR_SILENT, type SensorReturned, type SensorSilent } from "../modules/ingest/index.ts";
import type { Outbox } from "../platform/outbox/index.ts";
import {
  findingOfRefusal,
  JOURNAL_RECOVERED,
  JOURNAL_REFUSED,
  type JournalRefused,
  refusalFindingId,
} from "./journal-alerts.ts";
import type { OwnNews } from "./notices/own-news.ts";
import { findingOfSilence, sensorAlertTitles, silenceFindingId } from "./sensor-alerts.ts";

interface Reacting {
  readonly alerts: Alerts;
  readonly triage: Triage;
  readonly ownNews: OwnNews;
}

/** Every "when X happens, do Y" across modules, one line each. */
export function wireReactions(outbox: Outbox, { alerts, triage, ownNews }: Reacting): void {
  const titles = sensorAlertTitles();
  outbox.on(FINDINGS_RAISED, (raised, seq) => alerts.absorb(raised as FindingsRaised, seq));
  outbox.on(SENSOR_SILENT, (silent, seq) => alerts.absorb(findingOfSilence(silent as SensorSilent, titles), seq));
  outbox.on(ALERTS_LINKED, (linked) => escalateLinked(triage, linked as AlertsLinked));
  outbox.on(SENSOR_SILENT, (silent) => ownNews.sensorSilent(silent as SensorSilent));
  outbox.on(SENSOR_RETURNED, (back, seq) => alerts.tellCeased(silenceFindingId(back as SensorReturned), seq));
  outbox.on(JOURNAL_REFUSED, (refused, seq) => alerts.absorb(findingOfRefusal(refused as JournalRefused), seq));
  outbox.on(JOURNAL_RECOVERED, (back, seq) => alerts.tellCeased(refusalFindingId(back as JournalRefused), seq));
}

/** An alert that is part of a case is being worked on there; one that is closed or escalated already stays as it is. */
async function escalateLinked(triage: Triage, { alertIds, by, peer }: AlertsLinked): Promise<void> {
  const who = { kind: "user", id: by.id, name: by.name, permissions: new Set<never>() } as const;
  await triage.act(alertIds, { action: "escalate" }, { who, peer, displayName: by.name });
}
