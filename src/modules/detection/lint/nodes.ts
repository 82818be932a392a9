/** Reading attributes of a document for checks: without complaints, those are the parser's. */
import { type DocumentNode, entryOf } from "../core/sigma/parse/document.ts";
import type { MapEntry, MapNode, ScalarNode } from "../core/sigma/index.ts";

export function entry(root: MapNode, key: string): MapEntry | undefined {
  const found = entryOf(root, key);
  return found === undefined || (found.value.kind === "scalar" && found.value.value === null) ? undefined : found;
}

export function scalarText(node: DocumentNode | undefined): string | undefined {
  return node?.kind === "scalar" && node.value !== null ? (node.written ?? String(node.value)) : undefined;
}

export function text(root: MapNode, key: string): string | undefined {
  return scalarText(entry(root, key)?.value);
}

export function lineOf(root: MapNode, key: string): number {
  return entryOf(root, key)?.line ?? root.line;
}

/** A list of scalars; one scalar alone is a list of one. */
export function scalars(root: MapNode, key: string): readonly ScalarNode[] {
  const node = entry(root, key)?.value;
  const items = node?.kind === "list" ? node.items : node === undefined ? [] : [node];
  return items.filter((item): item is ScalarNode => item.kind === "scalar" && item.value !== null);
}

export function mapOf(root: MapNode, key: string): MapNode | undefined {
  const node = entryOf(root, key)?.value;
  return node?.kind === "map" ? node : undefined;
}

/** Replaces a text within one line of the file, when it stands there exactly once. */
export function replaceIn(
  lines: readonly string[],
  line: number,
  change: { readonly from: string; readonly to: string; readonly description: string },
): { description: string; line: number; count: number; lines: readonly string[] } | undefined {
  const written = lines[line - 1];
  if (written === undefined || change.from === "" || written.split(change.from).length !== 2) return undefined;
  return { description: change.description, line, count: 1, lines: [written.replace(change.from, () => change.to)] };
}

/** For `add`: an absent fix is no attribute. */
export function maybeFix<F>(fix: F | undefined): { readonly fix?: F } {
  return fix === undefined ? {} : { fix };
}
