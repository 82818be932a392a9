import { Fault, type Instant } from "../../../kernel/index.ts";
import type { NoTables, Query, Tx } from "../../../platform/db/index.ts";
import { gapBetween, type Sighting, sightingsOf, type Span } from "../core/sharing.ts";
import { FAMILY_LOOKED_AT, RELATED_ALERTS, RELATED_LANES } from "../limits.ts";
import type { AlertRecord } from "../records.ts";
import {
  familyOf,
  getGroups,
  homesOf,
  type Neighbour,
  neighboursOf,
  replaceSightings,
  sightedBy,
  sightingsOfAlerts,
  worldOf,
} from "../store/index.ts";

/** One entity the alert is about, and how often others are about it too. */
export interface Lane extends Sighting {
  readonly alerts: number;
  readonly isMore: boolean;
}

export interface RelatedAlert {
  readonly alert: AlertRecord;
  /** When its findings spoke of the entity of a lane, by the lane's place. */
  readonly shared: readonly (Span & { readonly lane: number })[];
}

export interface Related {
  readonly alert: AlertRecord;
  readonly from: Instant;
  readonly to: Instant;
  readonly lanes: readonly Lane[];
  readonly lanesLeftOut: boolean;
  /** In the order of time. */
  readonly items: readonly RelatedAlert[];
  readonly truncated: boolean;
}

/** What an alert is about, folded anew from its findings. */
export async function foldSightings(tx: Tx, alert: Pick<AlertRecord, "id" | "entity" | "exerciseId">): Promise<void> {
  await replaceSightings(tx, alert, sightingsOf(await sightedBy(tx, alert.id), alert.entity));
}

/** The alert and what lives in it, as one: what they are about, most telling first. */
export async function aboutAlert(
  query: Query<NoTables>,
  id: string,
): Promise<{ alert: AlertRecord; family: ReadonlySet<string>; lanes: readonly Sighting[] }> {
  const alert = (await getGroups(query, [id]))[0];
  if (alert === undefined) throw new Fault("missing", "alerts.alert.missing", "no such alert", { id });
  const family = await familyOf(query, id);
  const lanes = await sightingsOfAlerts(query, family.slice(0, FAMILY_LOOKED_AT), RELATED_LANES + 1);
  return { alert, family: new Set(family), lanes };
}

/** Alerts of the same world that share somebody or something with this one, within a time of its own span. */
export async function relatedAlerts(
  query: Query<NoTables>,
  ask: { readonly id: string; readonly windowMs: number },
): Promise<Related> {
  const { alert, family, lanes } = await aboutAlert(query, ask.id);
  const near = { first: alert.firstSeen, last: alert.lastSeen };
  const window = { from: near.first - ask.windowMs, to: near.last + ask.windowMs };
  const drawn = lanes.slice(0, RELATED_LANES);
  const found = await neighboursByLane(query, drawn, { ...window, near, world: worldOf(alert.exerciseId), family });
  const spans = sharedByAlert(found.map(({ neighbours }) => neighbours));
  const ids = [...spans].toSorted(([a, first], [b, second]) => compareNearness(near, [a, first], [b, second]));
  const chosen = new Map(ids.slice(0, RELATED_ALERTS));
  const records = await getGroups(query, [...chosen.keys()]);
  return {
    alert,
    ...window,
    lanes: drawn.map((lane, place) => ({
      ...lane,
      alerts: found[place]?.neighbours.length ?? 0,
      isMore: found[place]?.isMore ?? false,
    })),
    lanesLeftOut: lanes.length > RELATED_LANES,
    items: records
      .toSorted((a, b) => a.firstSeen - b.firstSeen || (a.id < b.id ? -1 : 1))
      .map((record) => ({ alert: record, shared: chosen.get(record.id) ?? [] })),
    truncated: spans.size > RELATED_ALERTS || found.some(({ isMore }) => isMore),
  };
}

/** By lane, what was merged told as the alert it lives in, what is the alert itself left out. */
export async function neighboursByLane(
  query: Query<NoTables>,
  lanes: readonly Sighting[],
  ask: {
    readonly world: string;
    readonly from: Instant;
    readonly to: Instant;
    readonly near: Span;
    readonly family: ReadonlySet<string>;
  },
): Promise<readonly { neighbours: readonly Neighbour[]; isMore: boolean }[]> {
  const limit = RELATED_ALERTS + 1 + Math.min(ask.family.size, FAMILY_LOOKED_AT);
  const raw: Neighbour[][] = [];
  for (const lane of lanes) raw.push(await neighboursOf(query, lane, { ...ask, limit }));
  const others = raw.map((rows) => rows.filter(({ alertId }) => !ask.family.has(alertId)));
  const homes = await homesOf(query, [...new Set(others.flat().map(({ alertId }) => alertId))]);
  return others.map((rows) => {
    const byHome = new Map<string, Neighbour>();
    for (const row of rows.slice(0, RELATED_ALERTS)) {
      const alertId = homes.get(row.alertId) ?? row.alertId;
      const known = byHome.get(alertId) ?? row;
      const span = { first: Math.min(known.first, row.first), last: Math.max(known.last, row.last) };
      if (!ask.family.has(alertId)) byHome.set(alertId, { alertId, ...span });
    }
    return { neighbours: [...byHome.values()], isMore: rows.length > RELATED_ALERTS };
  });
}

type Shared = readonly (Span & { readonly lane: number })[];

function sharedByAlert(byLane: readonly (readonly Neighbour[])[]): ReadonlyMap<string, Shared> {
  const rows = byLane.flatMap((neighbours, lane) => neighbours.map((each) => ({ ...each, lane })));
  return new Map(
    [...Map.groupBy(rows, ({ alertId }) => alertId)].map(([id, same]) => [
      id,
      same.map(({ first, last, lane }) => ({ first, last, lane })),
    ]),
  );
}

/** The nearest in time first; what shares more of two as near. */
function compareNearness(near: Span, [a, first]: [string, Shared], [b, second]: [string, Shared]): number {
  const gap = (shared: Shared): number => Math.min(...shared.map((span) => gapBetween(near, span)));
  return gap(first) - gap(second) || second.length - first.length || (a < b ? -1 : 1);
}
