/**
 * A text of content (a rule, a parser, a scenario) as a tree with line numbers. Reading YAML is platform/yaml's
 * business; what understands the tree is pure, and every complaint can name a line.
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
