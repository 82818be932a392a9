import type { NoTables, Query } from "../../../platform/db/index.ts";
import {
  compareLikeness,
  judgeDuplicate,
  type Likeness,
  NEAR_MS,
  techniquesOf,
  type Trace,
} from "../core/duplicates.ts";
import { gapBetween, keyOf } from "../core/sharing.ts";
import {
  DUPLICATE_EVENTS,
  DUPLICATE_FINDINGS,
  DUPLICATES_LOOKED_AT,
  DUPLICATES_TOLD,
  FAMILY_LOOKED_AT,
  RELATED_LANES,
} from "../limits.ts";
import type { AlertRecord } from "../records.ts";
import { aboutAlert, neighboursByLane } from "./related.ts";
import { alertsOfEvents, familyOf, getGroups, homesOf, newestOf, sightingsOfAlerts, worldOf } from "../store/index.ts";

export interface ProbableDuplicate {
  readonly alert: AlertRecord;
  readonly likeness: Likeness;
}

/** Alerts that probably say the same as this one, the most alike first. Told, never acted upon. */
export async function probableDuplicates(
  query: Query<NoTables>,
  id: string,
): Promise<{ readonly items: readonly ProbableDuplicate[]; readonly isMore: boolean }> {
  const { alert, family, lanes } = await aboutAlert(query, id);
  // What lives in another alert is compared as a part of that one.
  if (alert.state.mergedInto !== null) return { items: [], isMore: false };
  const own = await traceOf(query, alert);
  const byEvent = await alertsOfEvents(query, [...own.events], DUPLICATES_LOOKED_AT + family.size);
  const near = { first: alert.firstSeen, last: alert.lastSeen };
  const window = { from: near.first - NEAR_MS, to: near.last + NEAR_MS };
  const world = worldOf(alert.exerciseId);
  const byLane = await neighboursByLane(query, lanes.slice(0, RELATED_LANES), { ...window, near, world, family });
  const homes = await homesOf(query, byEvent);
  const sameEvents = new Set(byEvent.map((each) => homes.get(each) ?? each));
  const ids = new Set([...sameEvents, ...byLane.flatMap((lane) => lane.neighbours.map(({ alertId }) => alertId))]);
  for (const member of family) ids.delete(member);
  const candidates = mostLikely(own, await getGroups(query, [...ids]), sameEvents);
  const found: ProbableDuplicate[] = [];
  for (const candidate of candidates.slice(0, DUPLICATES_LOOKED_AT)) {
    const likeness = judgeDuplicate(own, await traceOf(query, candidate));
    if (likeness !== undefined) found.push({ alert: candidate, likeness });
  }
  const sorted = found.toSorted((a, b) =>
    compareLikeness(
      { likeness: a.likeness, createdAt: a.alert.createdAt, id: a.alert.id },
      { likeness: b.likeness, createdAt: b.alert.createdAt, id: b.alert.id },
    ),
  );
  return { items: sorted.slice(0, DUPLICATES_TOLD), isMore: sorted.length > DUPLICATES_TOLD };
}

/** What may be compared in full is bounded: what shares events, then rule or technique, then what is nearest. */
function mostLikely(
  own: Trace,
  records: readonly AlertRecord[],
  sameEvents: ReadonlySet<string>,
): readonly AlertRecord[] {
  const rank = ({ id, rule }: AlertRecord): number => {
    if (sameEvents.has(id)) return 0;
    if (own.family.has(rule.id)) return 1;
    return [...techniquesOf(rule.tags)].some((tag) => own.techniques.has(tag)) ? 2 : 3;
  };
  const gap = ({ firstSeen, lastSeen }: AlertRecord) => gapBetween(own, { first: firstSeen, last: lastSeen });
  return records
    .filter(({ exerciseId }) => worldOf(exerciseId) === own.world)
    .map((record) => ({ record, rank: rank(record), gap: gap(record) }))
    .toSorted((a, b) => a.rank - b.rank || a.gap - b.gap || (a.record.id < b.record.id ? -1 : 1))
    .map(({ record }) => record);
}

/** Of the alert and what lives in it; a function of the alert alone, so that either side of a pair is seen alike. */
async function traceOf(query: Query<NoTables>, alert: AlertRecord): Promise<Trace> {
  const family = (await familyOf(query, alert.id)).slice(0, FAMILY_LOOKED_AT);
  const findings = await newestOf(query, family, DUPLICATE_FINDINGS);
  const counted = findings.flatMap(({ correlation }) => correlation?.events ?? []);
  const events = [...findings.map(({ eventId }) => eventId), ...counted.map((event) => event.id)];
  const sightings = await sightingsOfAlerts(query, family, RELATED_LANES);
  return {
    id: alert.id,
    world: worldOf(alert.exerciseId),
    ruleId: alert.rule.id,
    family: new Set([alert.rule.id, ...counted.map(({ ruleId }) => ruleId)]),
    techniques: techniquesOf(alert.rule.tags),
    about: alert.entity,
    entities: new Map(sightings.map((each) => [keyOf(each), { first: each.first, last: each.last }])),
    sensors: new Set(findings.map(({ sensor }) => sensor)),
    events: new Set(events.slice(0, DUPLICATE_EVENTS)),
    first: alert.firstSeen,
    last: alert.lastSeen,
  };
}
