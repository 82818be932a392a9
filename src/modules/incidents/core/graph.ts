/** The link graph of a case, as much of it as can be read: every edge says where it comes from. */
import type { Severity } from "../../../kernel/index.ts";
import { entityKey } from "./entity-key.ts";

export interface GraphNode {
  readonly id: string;
  readonly kind: "case" | "alert" | "entity" | "other_case";
  readonly label: string;
  readonly labelVi: string | null;
  readonly detail: string | null;
  readonly level: Severity | null;
}
export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  readonly source: "alert" | "asset" | "indicator" | "entity";
}

export interface GraphMaterial {
  readonly case: { readonly id: string; readonly number: string; readonly title: string; readonly severity: Severity };
  readonly alerts: readonly {
    readonly id: string;
    readonly title: string;
    readonly titleVi: string | null;
    readonly level: Severity;
    readonly entity: { readonly kind: string; readonly value: string };
  }[];
  readonly things: readonly { readonly source: "asset" | "indicator"; readonly kind: string; readonly value: string }[];
  readonly others: readonly {
    readonly id: string;
    readonly number: string;
    readonly title: string;
    readonly severity: Severity;
    /** Values shared with the case. */
    readonly shared: readonly string[];
  }[];
}

export interface GraphBounds {
  readonly alerts: number;
  readonly entities: number;
  readonly cases: number;
}

export function drawGraph(
  material: GraphMaterial,
  bounds: GraphBounds,
): { nodes: GraphNode[]; edges: GraphEdge[]; truncated: boolean } {
  const root = `case:${material.case.id}`;
  const nodes = new Map<string, GraphNode>();
  const edges: GraphEdge[] = [];
  let truncated = false;
  nodes.set(root, {
    id: root,
    kind: "case",
    label: material.case.number,
    labelVi: null,
    detail: material.case.title,
    level: material.case.severity,
  });
  const byValue = new Map<string, string>();
  const entity = (kind: string, value: string): string | undefined => {
    const id = `entity:${entityKey(kind, value)}`;
    if (!nodes.has(id)) {
      if (byValue.size >= bounds.entities) {
        truncated = true;
        return undefined;
      }
      nodes.set(id, { id, kind: "entity", label: value, labelVi: null, detail: kind, level: null });
    }
    byValue.set(value.trim().toLowerCase(), id);
    return id;
  };
  for (const { source, kind, value } of material.things) {
    const to = entity(kind, value);
    if (to !== undefined) edges.push({ from: root, to, source });
  }
  truncated ||= material.alerts.length > bounds.alerts;
  for (const alert of material.alerts.slice(0, bounds.alerts)) {
    const id = `alert:${alert.id}`;
    const { title, titleVi, level } = alert;
    nodes.set(id, { id, kind: "alert", label: title, labelVi: titleVi, detail: alert.entity.value, level });
    edges.push({ from: root, to: id, source: "alert" });
    const to = entity(alert.entity.kind, alert.entity.value);
    if (to !== undefined) edges.push({ from: id, to, source: "entity" });
  }
  truncated ||= material.others.length > bounds.cases;
  for (const other of material.others.slice(0, bounds.cases)) {
    const id = `case:${other.id}`;
    const through = other.shared.flatMap((value) => byValue.get(value.trim().toLowerCase()) ?? []);
    if (through.length === 0) continue;
    nodes.set(id, {
      id,
      kind: "other_case",
      label: other.number,
      labelVi: null,
      detail: other.title,
      level: other.severity,
    });
    for (const from of new Set(through)) edges.push({ from, to: id, source: "entity" });
  }
  return { nodes: [...nodes.values()], edges, truncated };
}
