/** The lines of a detection as written: field, modifiers and values, each with its place. */
import type { DocumentNode, MapEntry, MapNode, ScalarNode } from "../core/sigma/index.ts";

export interface WrittenItem {
  readonly selection: string;
  /** Absent for keywords. */
  readonly field: string | undefined;
  readonly modifiers: readonly string[];
  readonly key: string;
  readonly line: number;
  readonly values: readonly ScalarNode[];
  /** Written as a list, even if of one. */
  readonly isList: boolean;
}

const MAX_DEPTH = 32;

export function selectionsOf(detection: MapNode): readonly MapEntry[] {
  return detection.entries.filter(({ key }) => key !== "condition" && key !== "timeframe");
}

export function itemsOf(selection: MapEntry): WrittenItem[] {
  return collect(selection.value, selection.key, { line: selection.line, depth: 0 });
}

function collect(node: DocumentNode, selection: string, at: { line: number; depth: number }): WrittenItem[] {
  if (at.depth > MAX_DEPTH) return [];
  const keyword = { selection, field: undefined, modifiers: [], key: "", line: at.line };
  if (node.kind === "scalar") return [{ ...keyword, line: node.line, values: [node], isList: false }];
  if (node.kind === "map") return node.entries.map((entry) => fieldItem(entry, selection));
  const scalars = node.items.filter((item): item is ScalarNode => item.kind === "scalar");
  const keywords = scalars.length === 0 ? [] : [{ ...keyword, values: scalars, isList: true }];
  const nested = node.items.filter((item) => item.kind !== "scalar");
  return [...keywords, ...nested.flatMap((item) => collect(item, selection, { line: item.line, depth: at.depth + 1 }))];
}

function fieldItem({ key, line, value }: MapEntry, selection: string): WrittenItem {
  const [name = "", ...modifiers] = key.split("|");
  const nodes = value.kind === "list" ? value.items : [value];
  return {
    selection,
    field: name === "" ? undefined : name,
    modifiers,
    key,
    line,
    values: nodes.filter((node): node is ScalarNode => node.kind === "scalar"),
    isList: value.kind === "list",
  };
}

/** Text values, as written in YAML. */
export function textsOf(item: WrittenItem): { readonly node: ScalarNode; readonly text: string }[] {
  return item.values.flatMap((node) => (typeof node.value === "string" ? [{ node, text: node.value }] : []));
}
