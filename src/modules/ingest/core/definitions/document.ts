/**
 * A definition file as a tree with line numbers. Whoever reads files injects the tree (src/platform/yaml has the same
 * shape), so this folder needs no package and every complaint can name its line.
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
  /** The text as written when it is not `String(value)`: `007`, `1.50`. */
  readonly written?: string;
}
