/** Reading the trees of log-source maps: what has another shape than expected is a problem of its line. */
import type { ContentProblem, LogSource } from "../../../../../kernel/index.ts";
import type { DocumentNode, MapNode } from "./document.ts";
import { entryOf } from "./document.ts";

export interface MapContext {
  readonly file: string;
  readonly problems: ContentProblem[];
  /** Default: a problem of a log-source map. */
  readonly code?: string;
}

export function complain(context: MapContext, line: number, message: string, hint?: string): void {
  const { file, problems, code = "sigma.log-source-map.invalid" } = context;
  problems.push({ file, line, code, message, ...(hint === undefined ? {} : { hint }) });
}

export function textOf(node: DocumentNode | undefined): string | undefined {
  return node?.kind === "scalar" && node.value !== null ? String(node.value) : undefined;
}

/** A text, or a list of texts. */
export function textsOf(node: DocumentNode | undefined, context: MapContext): string[] {
  if (node === undefined) return [];
  return (node.kind === "list" ? node.items : [node]).flatMap((item) => {
    const text = textOf(item);
    if (text === undefined) complain(context, item.line, "expected a text or a list of texts");
    return text ?? [];
  });
}

export interface Pair {
  readonly key: string;
  readonly line: number;
  readonly value: DocumentNode;
}

export function pairs(node: DocumentNode | undefined, context: MapContext): readonly Pair[] {
  if (node === undefined) return [];
  if (node.kind === "map") return node.entries;
  complain(context, node.line, "expected a map");
  return [];
}

export function mapsOf(node: DocumentNode | undefined, context: MapContext): MapNode[] {
  if (node === undefined) return [];
  if (node.kind !== "list") {
    complain(context, node.line, "expected a list of maps");
    return [];
  }
  return node.items.flatMap((item) => {
    if (item.kind !== "map") complain(context, item.line, "expected a map");
    return item.kind === "map" ? item : [];
  });
}

export function checkKeys(node: MapNode, known: readonly string[], context: MapContext): void {
  for (const { key, line } of node.entries) {
    if (!known.includes(key)) complain(context, line, `unknown attribute "${key}"`, `known: ${known.join(", ")}`);
  }
}

/** Log sources are lower case; `key: null` says: any. */
export function named(key: keyof LogSource, text: string | undefined): LogSource {
  return text === undefined ? {} : { [key]: text.toLowerCase() };
}

/** Log sources of a node; `category` and `service` may be lists. */
export function sourcesOf(node: MapNode, product: string | undefined, context: MapContext): LogSource[] {
  const own = entryOf(node, "product");
  const shared = named("product", own === undefined ? product : textOf(own.value));
  const each = (key: "category" | "service"): LogSource[] => {
    const entry = entryOf(node, key);
    if (entry === undefined || (entry.value.kind === "scalar" && entry.value.value === null)) return [{}];
    return textsOf(entry.value, context).map((text) => named(key, text));
  };
  const services = each("service");
  return each("category").flatMap((category) => services.map((service) => ({ ...shared, ...category, ...service })));
}

export function renameOf(entries: readonly Pair[], context: MapContext): Readonly<Record<string, string>> {
  const rename: Record<string, string> = Object.create(null);
  for (const { key, line, value } of entries) {
    const text = textOf(value);
    if (text === undefined) complain(context, line, `"${key}" needs the name of one event field`);
    else rename[key] = text;
  }
  return rename;
}
