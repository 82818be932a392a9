/**
 * A rule text as the kernel's tree with positions. Parsing YAML is not the engine's business: whoever calls it injects
 * a `DocumentParser` (src/platform/yaml), so the core stays free of packages.
 */
import type { MapEntry, MapNode } from "../../../../../kernel/index.ts";

export type {
  DocumentNode,
  DocumentParser,
  DocumentProblem,
  ListNode,
  MapEntry,
  MapNode,
  ParsedDocument,
  ScalarNode,
} from "../../../../../kernel/index.ts";

export function entryOf(map: MapNode, key: string): MapEntry | undefined {
  return map.entries.find((entry) => entry.key === key);
}
