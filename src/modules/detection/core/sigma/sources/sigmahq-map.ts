/**
 * Log-source maps in the form SigmaHQ publishes beside its rules and older converters read: `logsources` with
 * `conditions`, `rewrite`, `sources` and `fieldmappings`.
 *
 *  - `rewrite`: rules of this log source look at events of that one, where `conditions` hold.
 *  - `sources: WinEventLog:X`, or a condition on the channel field: the service lives in channel X.
 *  - `conditions` alone: the events of the product that fulfil them.
 *  - `fieldmappings` of an entry rename fields on its route; those of the file are further names of a field.
 */
import type { LogSource } from "../../../../../kernel/index.ts";
import type { AliasGroup } from "./aliases.ts";
import type { MapNode } from "../parse/document.ts";
import { entryOf } from "../parse/document.ts";
import type { LogSourceMap, Route, RouteCondition } from "./logsource.ts";
import { EMPTY_LOG_SOURCE_MAP, mergeLogSourceMaps } from "./logsource.ts";
import type { MapContext, Pair } from "../parse/map-nodes.ts";
import { checkKeys, complain, mapsOf, pairs, renameOf, sourcesOf, textsOf } from "../parse/map-nodes.ts";

/** What converters keep for themselves: nothing of it concerns which events a rule sees. */
const aboutConverters = ["title", "order", "backends", "name", "description", "defaultindex", "logsourcemerging"];
const entryKeys = ["product", "category", "service", "definition", "description"];
const channelFields = new Set(["channel", "logname", "log_name", "winlog.channel", "eventlog"]);
const windowsChannel = /^WinEventLog:/i;

export function isSigmaHqMap(root: MapNode): boolean {
  return entryOf(root, "logsources") !== undefined || entryOf(root, "fieldmappings") !== undefined;
}

export function readSigmaHqMap(root: MapNode, context: MapContext): LogSourceMap {
  checkKeys(root, [...aboutConverters, "logsources", "fieldmappings"], context);
  const section = entryOf(root, "logsources")?.value;
  const entries = section?.kind === "list" ? mapsOf(section, context) : entriesOf(pairs(section, context), context);
  const groups = readMappings(pairs(entryOf(root, "fieldmappings")?.value, context), context);
  return mergeLogSourceMaps([
    ...entries.map((entry) => readEntry(entry, context)),
    { ...EMPTY_LOG_SOURCE_MAP, aliases: { groups, native: new Map() } },
  ]);
}

function entriesOf(found: readonly Pair[], context: MapContext): MapNode[] {
  return found.flatMap(({ key, line, value }) => {
    if (value.kind === "map") return value;
    complain(context, line, `the log source "${key}" needs attributes`);
    return [];
  });
}

function readEntry(entry: MapNode, context: MapContext): LogSourceMap {
  checkKeys(entry, [...entryKeys, "conditions", "rewrite", "sources", "fieldmappings", "index"], context);
  const [rule = {}] = sourcesOf(entry, undefined, context);
  if (Object.keys(rule).length === 0) {
    complain(context, entry.line, "a log source needs a product, category or service");
    return EMPTY_LOG_SOURCE_MAP;
  }
  const conditions = pairs(entryOf(entry, "conditions")?.value, context).map(({ key, value }) => ({
    field: key,
    values: textsOf(value, context),
  }));
  const channels = [...sourceChannels(entry, context), ...conditionChannels(conditions)];
  if (entryOf(entry, "index") !== undefined)
    complain(context, entry.line, "indexes belong to a search engine; here the parsers name the log source");
  const routes = readRoute(entry, { rule, conditions }, context);
  return {
    ...EMPTY_LOG_SOURCE_MAP,
    routes,
    channels: new Map(
      rule.service === undefined ? [] : channels.map((channel) => [channel.toLowerCase(), rule.service as string]),
    ),
    fed: channels.length === 0 ? [] : [rule],
  };
}

interface EntryMeaning {
  readonly rule: LogSource;
  readonly conditions: readonly RouteCondition[];
}

function readRoute(entry: MapNode, { rule, conditions }: EntryMeaning, context: MapContext): Route[] {
  const rewrite = entryOf(entry, "rewrite");
  const rename = renameOf(pairs(entryOf(entry, "fieldmappings")?.value, context), context);
  if (rewrite === undefined) {
    // A channel decides the service of its events; no route is needed to reach them.
    const when = conditions.filter(({ field }) => !channelFields.has(field.toLowerCase()));
    if (when.length === 0) return [];
    const { product } = rule;
    return [{ rule, event: product === undefined ? {} : { product }, when, rename }];
  }
  if (rewrite.value.kind !== "map") {
    complain(context, rewrite.line, "rewrite needs a product, category or service");
    return [];
  }
  checkKeys(rewrite.value, ["product", "category", "service"], context);
  return sourcesOf(rewrite.value, undefined, context).flatMap((event) => {
    if (Object.keys(event).length > 0) return { rule, event, when: conditions, rename };
    complain(context, rewrite.line, "rewrite needs a product, category or service");
    return [];
  });
}

function conditionChannels(conditions: readonly RouteCondition[]): string[] {
  return conditions.filter(({ field }) => channelFields.has(field.toLowerCase())).flatMap(({ values }) => [...values]);
}

function sourceChannels(entry: MapNode, context: MapContext): string[] {
  const sources = entryOf(entry, "sources");
  return textsOf(sources?.value, context).flatMap((source) => {
    if (windowsChannel.test(source)) return source.slice(source.indexOf(":") + 1);
    complain(
      context,
      sources?.line ?? entry.line,
      `"${source}" is not used`,
      "files are told by what they hold, not by their name",
    );
    return [];
  });
}

/** `Field: name`, `Field: [names]`, or `Field: { "product=linux": name, default: name }`. */
function readMappings(mappings: readonly Pair[], context: MapContext): AliasGroup[] {
  return mappings.flatMap(({ key, value }): AliasGroup[] => {
    if (value.kind !== "map") return groupOf(key, textsOf(value, context), []);
    return value.entries.flatMap((entry) => {
      const scope = scopeOf(entry.key);
      if (scope === undefined) {
        complain(context, entry.line, `"${entry.key}" is not of the form product=, category= or service=`);
        return [];
      }
      return groupOf(key, textsOf(entry.value, context), scope);
    });
  });
}

function groupOf(field: string, names: readonly string[], scopes: readonly LogSource[]): AliasGroup[] {
  const others = names.filter((name) => name !== field);
  return others.length === 0
    ? []
    : [
        {
          scopes,
          names: new Map([
            ["sigma", [field]],
            ["mapped", others],
          ]),
        },
      ];
}

function scopeOf(text: string): readonly LogSource[] | undefined {
  if (text === "default") return [];
  const found = /^(product|category|service)=(.+)$/.exec(text);
  return found === null ? undefined : [{ [found[1] as string]: (found[2] as string).toLowerCase() }];
}
