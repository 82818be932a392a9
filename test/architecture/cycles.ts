import type { Finding, Project } from "./project.ts";

/** No file may need itself through others, neither at run time nor in its types. One finding per knot. */
export function cycles({ sources }: Project): Finding[] {
  const graphOf = (withTypes: boolean) =>
    new Map(
      sources.map(({ path, edges }) => [path, edges.filter((edge) => withTypes || !edge.typeOnly).map(({ to }) => to)]),
    );
  const found = new Map<string, Finding>();
  for (const [kind, graph] of [
    ["run-time", graphOf(false)],
    ["type-level", graphOf(true)],
  ] as const) {
    for (const knot of knots(graph)) {
      const members = knot.toSorted();
      const key = members.join(" ");
      if (found.has(key)) continue;
      found.set(key, {
        rule: "cycles",
        file: members[0] ?? "",
        line: 0,
        message: `${kind} cycle of ${members.length}: ${members.join(", ")}`,
      });
    }
  }
  return [...found.values()];
}

/** Strongly connected groups of more than one file, or a file that imports itself (Tarjan 1972). */
export function knots(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const order = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const onStack = new Set<string>();
  const groups: string[][] = [];

  const enter = (node: string): void => {
    order.set(node, order.size);
    low.set(node, order.size - 1);
    stack.push(node);
    onStack.add(node);
    for (const next of graph.get(node) ?? []) {
      if (!graph.has(next)) continue;
      if (!order.has(next)) enter(next);
      else if (!onStack.has(next)) continue;
      low.set(node, Math.min(low.get(node) ?? 0, low.get(next) ?? 0));
    }
    if (low.get(node) === order.get(node)) close(node);
  };
  const close = (node: string): void => {
    const group = stack.splice(stack.indexOf(node));
    for (const member of group) onStack.delete(member);
    if (group.length > 1 || graph.get(node)?.includes(node)) groups.push(group);
  };
  for (const node of graph.keys()) if (!order.has(node)) enter(node);
  return groups;
}
