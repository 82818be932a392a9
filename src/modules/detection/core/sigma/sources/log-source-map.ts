/**
 * Log-source maps as text: ours (content/log-sources), and the form SigmaHQ publishes, told apart by their sections.
 */
import type { ContentProblem, LogSource } from "../../../../../kernel/index.ts";
import type { AliasGroup } from "./aliases.ts";
import type { DocumentParser, MapNode } from "../parse/document.ts";
import { entryOf } from "../parse/document.ts";
import { MAX_ALIAS_GROUPS, MAX_ALIASES_PER_GROUP, MAX_ROUTES } from "../limits.ts";
import type { LogSourceMap, Route } from "./logsource.ts";
import { mergeLogSourceMaps } from "./logsource.ts";
import type { MapContext } from "../parse/map-nodes.ts";
import { checkKeys, complain, mapsOf, named, pairs, renameOf, sourcesOf, textOf, textsOf } from "../parse/map-nodes.ts";
import { readPlaceholders } from "../parse/placeholder-values.ts";
import { isSigmaHqMap, readSigmaHqMap } from "./sigmahq-map.ts";

export interface ParsedLogSourceMap {
  readonly map: LogSourceMap;
  readonly problems: readonly ContentProblem[];
}

/** Reads one file of a log-sources folder. What is wrong is told; the rest is used. */
export function parseLogSourceMap(text: string, documents: DocumentParser, file: string): ParsedLogSourceMap {
  const problems: ContentProblem[] = [];
  const context: MapContext = { file, problems };
  const maps: LogSourceMap[] = [];
  for (const { root, line, problems: found } of documents.parse(text)) {
    problems.push(...found.map((problem) => ({ file, ...problem })));
    if (root?.kind === "map") maps.push(isSigmaHqMap(root) ? readSigmaHqMap(root, context) : readMap(root, context));
    else if (root !== undefined) complain(context, line, "a log-source map is a map of sections");
  }
  return { map: bounded(mergeLogSourceMaps(maps), context), problems };
}

function bounded(map: LogSourceMap, context: MapContext): LogSourceMap {
  const { routes, aliases } = map;
  if (routes.length > MAX_ROUTES) complain(context, 0, `more than ${MAX_ROUTES} routes; the rest is not used`);
  const groups = aliases?.groups ?? [];
  if (groups.length > MAX_ALIAS_GROUPS)
    complain(context, 0, `more than ${MAX_ALIAS_GROUPS} groups of field names; the rest is not used`);
  return {
    ...map,
    routes: routes.slice(0, MAX_ROUTES),
    aliases: { groups: groups.slice(0, MAX_ALIAS_GROUPS), native: aliases?.native ?? new Map() },
  };
}

const sections = ["product", "discriminator", "channels", "routes", "fed", "taxonomies", "fields", "placeholders"];

function readMap(root: MapNode, context: MapContext): LogSourceMap {
  checkKeys(root, sections, context);
  const product = textOf(entryOf(root, "product")?.value);
  const discriminator = textOf(entryOf(root, "discriminator")?.value);
  const channels = pairs(entryOf(root, "channels")?.value, context).flatMap(({ key, value }) =>
    textsOf(value, context).map((name): [string, string] => [name.toLowerCase(), key]),
  );
  return {
    routes: mapsOf(entryOf(root, "routes")?.value, context).flatMap((node) => readRoutes(node, product, context)),
    // Whoever names a channel can read it.
    fed: [
      ...mapsOf(entryOf(root, "fed")?.value, context).flatMap((node) => sourcesOf(node, product, context)),
      ...[...new Set(channels.map(([, service]) => service))].map((service) => ({
        ...named("product", product),
        service,
      })),
    ],
    channels: new Map(channels),
    discriminators: new Map(product !== undefined && discriminator !== undefined ? [[product, discriminator]] : []),
    placeholders: readPlaceholders(entryOf(root, "placeholders")?.value, context),
    aliases: {
      groups: mapsOf(entryOf(root, "fields")?.value, context).flatMap((node) => readFields(node, product, context)),
      native: readTaxonomies(root, product, context),
    },
  };
}

/**
 * `category: x` with one or several `events`, each `{service|category|product, when, rename}`; `service: null` means
 * events that name no service.
 */
function readRoutes(node: MapNode, product: string | undefined, context: MapContext): Route[] {
  checkKeys(node, ["product", "category", "service", "events"], context);
  const rules = sourcesOf(node, product, context);
  const events = mapsOf(entryOf(node, "events")?.value, context);
  if (events.length === 0) complain(context, node.line, "a route needs events");
  return events.flatMap((event) => {
    checkKeys(event, ["product", "category", "service", "when", "rename"], context);
    const when = pairs(entryOf(event, "when")?.value, context).map(({ key, value }) => ({
      field: key,
      values: textsOf(value, context),
    }));
    const rename = renameOf(pairs(entryOf(event, "rename")?.value, context), context);
    const sources = sourcesOf(event, product, context);
    const service = entryOf(event, "service")?.value;
    const withoutService = service?.kind === "scalar" && service.value === null;
    return rules.flatMap((rule) =>
      sources.map((source) => ({ rule, event: source, when, rename, ...(withoutService && { withoutService }) })),
    );
  });
}

/** `taxonomies: { sysmon: [{ service: sysmon }], ecs: [] }`: whose events carry these names by nature. */
function readTaxonomies(root: MapNode, product: string | undefined, context: MapContext): Map<string, LogSource[]> {
  const native = new Map<string, LogSource[]>();
  for (const { key, value } of pairs(entryOf(root, "taxonomies")?.value, context))
    native.set(
      key,
      mapsOf(value, context).flatMap((node) => sourcesOf(node, product, context)),
    );
  return native;
}

/** A scope with its `names`, each `{ taxonomy: name or names, … }`. */
function readFields(node: MapNode, product: string | undefined, context: MapContext): AliasGroup[] {
  checkKeys(node, ["product", "category", "service", "names"], context);
  const scopes = sourcesOf(node, product, context).filter((scope) => Object.keys(scope).length > 0);
  const groups = mapsOf(entryOf(node, "names")?.value, context);
  if (groups.length === 0) complain(context, node.line, "fields need names");
  return groups.flatMap((group) => {
    const names = new Map(group.entries.map(({ key, value }): [string, string[]] => [key, textsOf(value, context)]));
    const count = [...names.values()].reduce((sum, members) => sum + members.length, 0);
    if (count < 2) complain(context, group.line, "a field has one name only: nothing to relate");
    if (count > MAX_ALIASES_PER_GROUP) complain(context, group.line, `more than ${MAX_ALIASES_PER_GROUP} names`);
    return count < 2 || count > MAX_ALIASES_PER_GROUP ? [] : { scopes, names };
  });
}
