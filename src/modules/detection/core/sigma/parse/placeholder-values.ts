/**
 * Values of the site for the modifier `expand`: `name: value` or `name: [values]`. Text keeps its wildcards. Names may be
 * written with their percent signs, as rules write them.
 */
import type { ContentProblem } from "../../../../../kernel/index.ts";
import type { DocumentNode, DocumentParser } from "./document.ts";
import { entryOf } from "./document.ts";
import { MAX_PLACEHOLDER_VALUES, MAX_PLACEHOLDERS } from "../limits.ts";
import type { MapContext } from "./map-nodes.ts";
import { complain, pairs } from "./map-nodes.ts";
import type { Placeholders } from "../rule.ts";

export interface ParsedPlaceholders {
  readonly placeholders: Placeholders;
  readonly problems: readonly ContentProblem[];
}

/** One file of values; the map may also stand under `placeholders`, or under `vars` as converters have it. */
export function parsePlaceholders(text: string, documents: DocumentParser, file: string): ParsedPlaceholders {
  const problems: ContentProblem[] = [];
  const context: MapContext = { file, problems, code: "sigma.placeholders.invalid" };
  const maps: Placeholders[] = [];
  for (const { root, problems: found } of documents.parse(text)) {
    problems.push(...found.map((problem) => ({ file, ...problem })));
    if (root === undefined) continue;
    const inner = root.kind === "map" ? (entryOf(root, "placeholders") ?? entryOf(root, "vars")) : undefined;
    maps.push(readPlaceholders(inner?.value ?? root, context));
  }
  return { placeholders: mergePlaceholders(maps), problems };
}

export function readPlaceholders(node: DocumentNode | undefined, context: MapContext): Placeholders {
  const values: Record<string, readonly (string | number)[]> = Object.create(null);
  const entries = pairs(node, context);
  if (entries.length > MAX_PLACEHOLDERS)
    complain(context, node?.line ?? 0, `more than ${MAX_PLACEHOLDERS} names; the rest is not used`);
  for (const { key, line, value } of entries.slice(0, MAX_PLACEHOLDERS)) {
    const items = value.kind === "list" ? value.items : [value];
    if (items.length > MAX_PLACEHOLDER_VALUES)
      complain(context, line, `more than ${MAX_PLACEHOLDER_VALUES} values of "${key}"; the rest is not used`);
    const read = items.slice(0, MAX_PLACEHOLDER_VALUES).flatMap((item) => {
      if (item.kind === "scalar" && (typeof item.value === "string" || typeof item.value === "number"))
        return item.written ?? item.value;
      complain(context, item.line, `a value of "${key}" must be a text or a number`);
      return [];
    });
    if (items.length === 0) complain(context, line, `"${key}" has no values`, "leave the name out instead");
    if (read.length > 0) values[key.replace(/^%(.+)%$/, "$1")] = read;
  }
  return values;
}

/** Values of the same name from several files add up. */
export function mergePlaceholders(maps: readonly Placeholders[]): Placeholders {
  const merged: Record<string, (string | number)[]> = Object.create(null);
  for (const map of maps) {
    for (const name of Object.keys(map)) {
      const known = merged[name] ?? [];
      merged[name] = [...new Set([...known, ...(map[name] as readonly (string | number)[])])];
    }
  }
  return merged;
}
