/**
 * Log sources: which events a rule may see. A rule never runs on events of another log source.
 *
 * The map itself is content (content/log-sources/*.yml). A route says: rules written for `rule` look at events of
 * `event` that fulfil `when`, with fields renamed. Besides the routes, a rule always sees events that carry exactly
 * its own product, category and service.
 */
import type { ContentProblem, Fields, LogSource } from "../../../../kernel/index.ts";
import type { DocumentNode, DocumentParser, MapNode } from "./document.ts";
import { entryOf } from "./document.ts";
import type { RuleLogSource } from "./rule.ts";

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

export interface ParsedLogSourceMap {
  readonly map: LogSourceMap;
  readonly problems: readonly ContentProblem[];
}

/** Reads one content/log-sources file. */
export function parseLogSourceMap(text: string, documents: DocumentParser, file: string): ParsedLogSourceMap {
  const problems: ContentProblem[] = [];
  const maps: LogSourceMap[] = [];
  for (const { root, problems: found } of documents.parse(text)) {
    problems.push(...found.map((problem) => ({ file, ...problem })));
    if (root?.kind === "map") maps.push(readMap(root, { file, problems }));
  }
  return { map: mergeLogSourceMaps(maps), problems };
}

interface ReadContext {
  readonly file: string;
  readonly problems: ContentProblem[];
}

const sections = ["product", "discriminator", "channels", "routes", "fed"];

function readMap(root: MapNode, context: ReadContext): LogSourceMap {
  for (const { key, line } of root.entries) {
    if (!sections.includes(key)) complain(context, line, `unknown attribute "${key}"`);
  }
  const product = textOf(entryOf(root, "product")?.value);
  const discriminator = textOf(entryOf(root, "discriminator")?.value);
  const channels = pairs(entryOf(root, "channels")?.value).flatMap(([service, names]) =>
    textsOf(names).map((name): [string, string] => [name.toLowerCase(), service]),
  );
  return {
    routes: mapsOf(entryOf(root, "routes")?.value).flatMap((node) => readRoutes(node, product, context)),
    // Whoever names a channel can read it.
    fed: [
      ...mapsOf(entryOf(root, "fed")?.value).flatMap((node) => readSources(node, product)),
      ...[...new Set(channels.map(([, service]) => service))].map((service) => ({
        ...named("product", product),
        service,
      })),
    ],
    channels: new Map(channels),
    discriminators: new Map(product !== undefined && discriminator !== undefined ? [[product, discriminator]] : []),
  };
}

/** `category: x` with one or several `events`, each `{service|category|product, when, rename}`. */
function readRoutes(node: MapNode, product: string | undefined, context: ReadContext): Route[] {
  const [rule = {}] = readSources(node, product);
  const events = mapsOf(entryOf(node, "events")?.value);
  if (events.length === 0) complain(context, node.line, "a route needs events");
  return events.flatMap((event) => {
    const when = pairs(entryOf(event, "when")?.value).map(([field, values]) => ({ field, values: textsOf(values) }));
    const rename: Record<string, string> = Object.create(null);
    for (const [from, to] of pairs(entryOf(event, "rename")?.value)) rename[from] = textsOf(to)[0] ?? from;
    return readSources(event, product).map((source) => ({ rule, event: source, when, rename }));
  });
}

/** A source; `service` may be a list. */
function readSources(node: MapNode, product: string | undefined): LogSource[] {
  const own = entryOf(node, "product");
  const shared: LogSource = {
    ...(own === undefined ? product !== undefined && { product } : ownProduct(own.value)),
    ...named("category", textOf(entryOf(node, "category")?.value)),
  };
  const services = textsOf(entryOf(node, "service")?.value);
  return services.length === 0 ? [shared] : services.map((service) => ({ ...shared, service }));
}

/** `product: null` says: of any product. */
function ownProduct(value: DocumentNode): LogSource {
  return named("product", textOf(value));
}

function named(key: keyof LogSource, text: string | undefined): LogSource {
  return text === undefined ? {} : { [key]: text.toLowerCase() };
}

function complain({ file, problems }: ReadContext, line: number, message: string): void {
  problems.push({ file, line, code: "sigma.log-source-map.invalid", message });
}

function textOf(node: DocumentNode | undefined): string | undefined {
  return node?.kind === "scalar" && node.value !== null ? String(node.value) : undefined;
}

function textsOf(node: DocumentNode | undefined): string[] {
  if (node === undefined) return [];
  return (node.kind === "list" ? node.items : [node]).flatMap((item) => textOf(item) ?? []);
}

function pairs(node: DocumentNode | undefined): [string, DocumentNode][] {
  return node?.kind === "map" ? node.entries.map(({ key, value }) => [key, value]) : [];
}

function mapsOf(node: DocumentNode | undefined): MapNode[] {
  return node?.kind === "list" ? node.items.filter((item) => item.kind === "map") : [];
}
