/**
 * A rule text as a tree with positions. Parsing YAML is not the engine's business: whoever calls it injects a
 * `DocumentParser` (src/platform/yaml), so the core stays free of packages and every complaint can name a line.
 *
 * Plain data: survives JSON and structured clone, so a tree can be cached or handed to a worker.
 */
export type DocumentNode = MapNode | ListNode | ScalarNode;

export interface MapNode {
  readonly kind: "map";
  readonly line: number;
  readonly entries: readonly MapEntry[];
}

export interface MapEntry {
  readonly key: string;
  readonly line: number;
  readonly value: DocumentNode;
}

export interface ListNode {
  readonly kind: "list";
  readonly line: number;
  readonly items: readonly DocumentNode[];
}

export interface ScalarNode {
  readonly kind: "scalar";
  readonly line: number;
  readonly value: string | number | boolean | null;
  /** The text as written, only when it is not `String(value)`: `0x17`, `007`, `1.50`. */
  readonly written?: string;
}

/** One complaint of the document parser; the caller adds the file name. */
export interface DocumentProblem {
  readonly line: number;
  readonly column?: number;
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

/** One YAML document of a file. A document with problems has no usable root. */
export interface ParsedDocument {
  readonly line: number;
  readonly root?: DocumentNode;
  readonly problems: readonly DocumentProblem[];
}

export interface DocumentParser {
  parse(text: string): readonly ParsedDocument[];
}

export function entryOf(map: MapNode, key: string): MapEntry | undefined {
  return map.entries.find((entry) => entry.key === key);
}
