import type { YamlNode } from "./tree.ts";

/** The node without its lines. Maps have no prototype, so a key "__proto__" is one like any other. */
export function plainValue(node: YamlNode): unknown {
  if (node.kind === "scalar") return node.value;
  if (node.kind === "list") return node.items.map(plainValue);
  const map: Record<string, unknown> = Object.create(null);
  for (const { key, value } of node.entries) map[key] = plainValue(value);
  return map;
}
