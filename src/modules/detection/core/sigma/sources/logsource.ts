/**
 * Log sources: which events a rule may see. A rule never runs on events of another log source.
 *
 * The map itself is content (content/log-sources/*.yml). A route says: rules written for `rule` look at events of
 * `event` that fulfil `when`, with fields renamed. Besides the routes, a rule always sees events that carry exactly
 * its own product, category and service.
 */
import type { Fields, LogSource } from "../../../../../kernel/index.ts";
import type { FieldAliases } from "./aliases.ts";
import { mergeAliases } from "./aliases.ts";
import { mergePlaceholders } from "../parse/placeholder-values.ts";
import type { Placeholders, RuleLogSource } from "../rule.ts";

export interface Route {
  readonly rule: LogSource;
  readonly event: LogSource;
  readonly when: readonly RouteCondition[];
  /** Only events that name no service: the others have routes of their own, with renamed fields. */
  readonly withoutService?: boolean;
  /** Rule field → event field. */
  readonly rename: Readonly<Record<string, string>>;
}

export interface RouteCondition {
  readonly field: string;
  readonly values: readonly string[];
}

export interface LogSourceMap {
  readonly routes: readonly Route[];
  /** Log sources that some parser feeds; rules of others are reported as having no data. */
  readonly fed: readonly LogSource[];
  /** Windows event channel in lower case → service. */
  readonly channels: ReadonlyMap<string, string>;
  /** Product → the field whose value splits its rules best (Windows: EventID). */
  readonly discriminators: ReadonlyMap<string, string>;
  /** Values of the site for the modifier `expand`. */
  readonly placeholders?: Placeholders;
  /** Names of the same field in different taxonomies; none when absent. */
  readonly aliases?: FieldAliases;
}

export const EMPTY_LOG_SOURCE_MAP: LogSourceMap = {
  routes: [],
  fed: [],
  channels: new Map(),
  discriminators: new Map(),
};

export function mergeLogSourceMaps(maps: readonly LogSourceMap[]): LogSourceMap {
  return {
    routes: maps.flatMap(({ routes }) => routes),
    fed: maps.flatMap(({ fed }) => fed),
    channels: new Map(maps.flatMap(({ channels }) => [...channels])),
    discriminators: new Map(maps.flatMap(({ discriminators }) => [...discriminators])),
    placeholders: mergePlaceholders(maps.map(({ placeholders }) => placeholders ?? {})),
    aliases: mergeAliases(maps.flatMap(({ aliases }) => aliases ?? [])),
  };
}

/**
 * The routes a rule takes, its own log source first. A category that the map routes for a product (Windows process
 * creation) is not also taken by its bare name from services the map knows: the fields have other names there.
 */
export function routesFor(source: RuleLogSource, map: LogSourceMap): Route[] {
  const { product, category, service } = source;
  const own: LogSource = { ...(product && { product }), ...(category && { category }), ...(service && { service }) };
  const mapped = map.routes.filter((route) => routeServes(route, own));
  const identity: Route = { rule: own, event: own, when: [], rename: {} };
  return category === undefined || mapped.length === 0 || product === undefined
    ? [identity, ...mapped]
    : [{ ...identity, withoutService: true }, ...mapped];
}

/** Does the route look at events of this log source (`when` aside)? */
export function leadsTo(route: Route, actual: LogSource): boolean {
  return covers(route.event, actual) && (route.withoutService !== true || actual.service === undefined);
}

function routeServes({ rule, event }: Route, source: LogSource): boolean {
  if (rule.category !== source.category) return false;
  if (source.product !== undefined && (rule.product ?? event.product) !== source.product) return false;
  return source.service === undefined ? rule.service === undefined : (rule.service ?? event.service) === source.service;
}

export function isFed(source: RuleLogSource, map: LogSourceMap): boolean {
  return routesFor(source, map).some(({ event }) => map.fed.some((fed) => covers(event, fed)));
}

/** Does an event of this log source have every part the route asks for? */
export function covers(wanted: LogSource, actual: LogSource): boolean {
  return (
    (wanted.product === undefined || wanted.product === actual.product) &&
    (wanted.category === undefined || wanted.category === actual.category) &&
    (wanted.service === undefined || wanted.service === actual.service)
  );
}

/**
 * The log source of an event for routing. A known Windows channel decides the service, whatever name the sender used:
 * the channel is what the rules mean.
 */
export function sourceOf(logsource: LogSource, fields: Fields, map: LogSourceMap): LogSource {
  const channel = fields["Channel"];
  if (typeof channel !== "string" || (logsource.product !== undefined && logsource.product !== "windows"))
    return logsource;
  const service = map.channels.get(channel) ?? map.channels.get(channel.toLowerCase());
  if (service === undefined || (service === logsource.service && logsource.product === "windows")) return logsource;
  return { ...logsource, product: "windows", service };
}
