import type { Entities, Fields } from "../../../kernel/index.ts";
import { ENTITY_VALUE_LENGTH } from "../limits.ts";

/** What an alert is about: findings of one rule on one entity are one alert. */
export interface AlertEntity {
  readonly kind: string;
  readonly value: string;
}

/** The part of an event that grouping looks at. */
export interface Grouped {
  readonly sensor: string;
  readonly host?: string;
  readonly entities: Entities;
  readonly fields: Fields;
}

/**
 * The rule's own choice of field first, else the machine the event happened on, else who or what is left.
 * There is always an entity: the sensor is the last resort, so that no finding stays without an alert.
 */
export function entityOf(event: Grouped, wantedField: string | undefined): AlertEntity {
  const wanted = wantedField === undefined ? undefined : textOf(event.fields[wantedField]);
  if (wantedField !== undefined && wanted !== undefined) return entity(kindOf(wantedField, event, wanted), wanted);
  if (event.host !== undefined) return entity("host", event.host);
  if (event.entities.user !== undefined) return entity("user", event.entities.user);
  if (event.entities.srcIp !== undefined) return entity("srcIp", event.entities.srcIp);
  return entity("sensor", event.sensor);
}

/** Entity kinds a rule's findings may be grouped by. */
export const GROUPING_KINDS = [
  "host",
  "user",
  "srcIp",
  "dstIp",
  "process",
  "domain",
  "url",
  "hash",
  "email",
  "file",
  "sensor",
] as const;
export type GroupingKind = (typeof GROUPING_KINDS)[number];

/** What an event is about, by kind; kinds it says nothing of are left out. */
export function entitiesOf(event: Pick<Grouped, "sensor" | "host" | "entities">): Record<string, string> {
  const said: Record<string, string> = {};
  for (const kind of GROUPING_KINDS) {
    const value = kind === "host" ? event.host : kind === "sensor" ? event.sensor : event.entities[kind];
    if (value !== undefined && value !== "") said[kind] = String(value).slice(0, ENTITY_VALUE_LENGTH);
  }
  return said;
}

/** By the kinds somebody chose: the first that the event speaks of names the alert, the others narrow it down. */
export function entitiesByKinds(
  said: Readonly<Record<string, string>>,
  kinds: readonly string[],
): readonly AlertEntity[] {
  return kinds.flatMap((kind) => {
    const value = said[kind];
    return value === undefined ? [] : [{ kind, value }];
  });
}

/** The key of a group that was narrowed down further. */
export function narrowedKey(key: string, also: readonly AlertEntity[]): string {
  return also.length === 0 ? key : JSON.stringify([key, ...also.map(({ kind, value }) => [kind, value.toLowerCase()])]);
}

/** Same rule, same entity, same exercise (or none): the exercise keeps drills out of real groups. */
export function groupKey(parts: { ruleId: string; entity: AlertEntity; exerciseId: string | undefined }): string {
  const value = parts.entity.value.toLowerCase();
  return JSON.stringify([parts.ruleId, parts.entity.kind, value, parts.exerciseId ?? null]);
}

function entity(kind: string, value: string): AlertEntity {
  return { kind, value: value.slice(0, ENTITY_VALUE_LENGTH) };
}

/** A native field that holds what a normalised column holds takes the column's name, so pivots and groups agree. */
function kindOf(field: string, event: Grouped, value: string): string {
  // Groups of correlations show a value as it was first seen; this event may write it in another case.
  const same = (held: unknown): boolean => String(held).toLowerCase() === value.toLowerCase();
  if (event.host !== undefined && same(event.host)) return "host";
  const column = Object.entries(event.entities).find(([, held]) => same(held))?.[0];
  return column ?? field;
}

function textOf(value: unknown): string | undefined {
  const single: unknown = Array.isArray(value) ? value[0] : value;
  if (single === null || single === undefined || single === "") return undefined;
  return String(single);
}
