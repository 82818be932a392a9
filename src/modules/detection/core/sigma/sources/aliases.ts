/**
 * Names of the same thing in different taxonomies: `Image` of Sysmon is `process.executable` in ECS. They are content
 * (`fields` of content/log-sources) and are looked up when rules are compiled, never per event.
 *
 * Invariants
 *  - The rule's own name comes first; the others follow in the order of the content, and the first the event has counts.
 *  - A group only holds names whose values have the same form: `User` (DOMAIN\user) is not `user.name`.
 *  - Events of a native log source carry the names of that taxonomy, so nothing else is looked for in them.
 */
import type { LogSource } from "../../../../../kernel/index.ts";
import { looseName } from "./field-table.ts";
import type { Rule } from "../rule.ts";

/** One thing and its names by taxonomy, for rules of some log sources; of all when `scopes` is empty. */
export interface AliasGroup {
  readonly scopes: readonly LogSource[];
  readonly names: ReadonlyMap<string, readonly string[]>;
}

export interface FieldAliases {
  readonly groups: readonly AliasGroup[];
  /** Taxonomy → log sources whose events carry its names. */
  readonly native: ReadonlyMap<string, readonly LogSource[]>;
}

/** What a rule without the attribute `taxonomy` is written in. */
const DEFAULT_TAXONOMY = "sigma";

export const NO_ALIASES: FieldAliases = { groups: [], native: new Map() };

export function mergeAliases(parts: readonly FieldAliases[]): FieldAliases {
  const native = new Map<string, LogSource[]>();
  for (const part of parts) {
    for (const [taxonomy, sources] of part.native) native.set(taxonomy, [...(native.get(taxonomy) ?? []), ...sources]);
  }
  return { groups: parts.flatMap(({ groups }) => groups), native };
}

/** What a field name of a rule means: by whom it is asked, and of which events; `route` is one of logsource.ts. */
export interface Asking {
  readonly rule: Pick<Rule, "logsource" | "taxonomy">;
  readonly route: AskedRoute;
  readonly aliases: FieldAliases;
}

interface AskedRoute {
  readonly rule: LogSource;
  readonly event: LogSource;
  readonly rename: Readonly<Record<string, string>>;
}

/** Event fields that may hold what the rule calls `field`, best first. */
export function eventNamesOf(field: string, { rule, route, aliases }: Asking): readonly string[] {
  const own = renamed(field, route);
  if (aliases.groups.length === 0) return [own];
  const names = new Set([own]);
  const native = nativeTaxonomies(route.event, aliases);
  const source = sourceAsked(rule, route);
  for (const group of aliases.groups) {
    if (!speaksOf(group, source) || !knows(group, field, rule.taxonomy)) continue;
    for (const [taxonomy, members] of group.names) {
      for (const member of members) {
        const target = renamed(member, route);
        // A route's own renaming vouches for the name, whatever taxonomy it comes from.
        if (target !== member || native.size === 0 || native.has(taxonomy)) names.add(target);
      }
    }
  }
  return [...names];
}

function renamed(field: string, { rename }: AskedRoute): string {
  return Object.hasOwn(rename, field) ? (rename[field] as string) : field;
}

/** The rule says what it is about; where it leaves that open, the route does. */
function sourceAsked({ logsource }: Asking["rule"], { rule, event }: AskedRoute): LogSource {
  const { product, category, service } = { ...event, ...rule, ...logsource };
  return { ...(product && { product }), ...(category && { category }), ...(service && { service }) };
}

function speaksOf({ scopes }: AliasGroup, source: LogSource): boolean {
  return scopes.length === 0 || scopes.some((scope) => within(source, scope));
}

function within(source: LogSource, scope: LogSource): boolean {
  return (
    (scope.product === undefined || scope.product === source.product) &&
    (scope.category === undefined || scope.category === source.category) &&
    (scope.service === undefined || scope.service === source.service)
  );
}

/** A rule of a named taxonomy speaks that one; one of Sigma's own, or of one nobody described, may use any name. */
function knows({ names }: AliasGroup, field: string, taxonomy: string): boolean {
  const loose = looseName(field);
  const spoken = taxonomy === DEFAULT_TAXONOMY ? undefined : names.get(taxonomy);
  const members = spoken ?? [...names.values()].flat();
  return members.some((name) => looseName(name) === loose);
}

function nativeTaxonomies(event: LogSource, { native }: FieldAliases): ReadonlySet<string> {
  const found = new Set<string>();
  for (const [taxonomy, sources] of native) {
    if (sources.some((source) => within(event, source))) found.add(taxonomy);
  }
  return found;
}
