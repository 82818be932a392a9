/** Reading the attributes of a document: text, lists and maps, each mistake told with its line. */
import type { ContentProblem } from "../../../../../kernel/index.ts";
import type { DocumentNode, MapNode, ScalarNode } from "./document.ts";
import { entryOf } from "./document.ts";

/** Collects complaints about one file; the document they concern is dropped, the others live. */
export interface Complaints {
  add(problem: Omit<ContentProblem, "file">): void;
}

const MAX_TEXT_LENGTH = 64 * 1024;

export class Attributes {
  readonly root: MapNode;
  readonly complaints: Complaints;

  constructor(root: MapNode, complaints: Complaints) {
    this.root = root;
    this.complaints = complaints;
  }

  node(key: string): DocumentNode | undefined {
    const node = entryOf(this.root, key)?.value;
    return node?.kind === "scalar" && node.value === null ? undefined : node;
  }

  line(key: string): number {
    return entryOf(this.root, key)?.line ?? this.root.line;
  }

  text(key: string): string | undefined {
    const node = this.node(key);
    if (node === undefined) return undefined;
    if (node.kind !== "scalar") return this.wrongType(key, node, "text");
    return textOf(node).slice(0, MAX_TEXT_LENGTH);
  }

  optional<Key extends string>(key: Key): { [name in Key]?: string } {
    const text = this.text(key);
    return text === undefined ? {} : ({ [key]: text } as { [name in Key]?: string });
  }

  flag(key: string): boolean | undefined {
    const node = this.node(key);
    if (node === undefined) return undefined;
    if (node.kind === "scalar" && typeof node.value === "boolean") return node.value;
    return this.wrongType(key, node, "true or false");
  }

  /** A list of texts; one text alone counts as a list of one. Nested structures are not text and are left out. */
  list(key: string): string[] {
    return this.scalars(key).map(textOf);
  }

  /** The same with positions. */
  scalars(key: string): ScalarNode[] {
    const node = this.node(key);
    if (node === undefined) return [];
    const items = node.kind === "list" ? node.items : [node];
    return items.flatMap((item) => (item.kind === "scalar" && item.value !== null ? [item] : []));
  }

  /** A list in which anything but text is a mistake, because leaving a part out would change the meaning. */
  strictList(key: string): ScalarNode[] {
    const node = this.node(key);
    const items = node?.kind === "list" ? node.items : node === undefined ? [] : [node];
    for (const item of items) {
      if (item.kind !== "scalar" || item.value === null) this.wrongType(key, item, "text or a list of texts");
    }
    return this.scalars(key);
  }

  map(key: string): MapNode | undefined {
    const node = this.node(key);
    if (node?.kind === "map") return node;
    const what = node === undefined ? "is missing" : "must be a map";
    this.complaints.add({ line: this.line(key), code: `sigma.${key}.missing`, message: `"${key}" ${what}` });
    return undefined;
  }

  private wrongType(key: string, node: DocumentNode, wanted: string): undefined {
    const found = node.kind === "scalar" ? "this" : `a ${node.kind}`;
    this.complaints.add({
      line: node.line,
      code: "sigma.attribute.type",
      message: `"${key}" must be ${wanted}, not ${found}`,
    });
    return undefined;
  }
}

export function textOf(node: ScalarNode): string {
  return node.written ?? String(node.value);
}

/** The tree as plain values; maps have no prototype, so no key is special. */
export function plainValue(node: DocumentNode): unknown {
  if (node.kind === "scalar") return node.value;
  if (node.kind === "list") return node.items.map(plainValue);
  const map: Record<string, unknown> = Object.create(null);
  for (const { key, value } of node.entries) map[key] = plainValue(value);
  return map;
}
