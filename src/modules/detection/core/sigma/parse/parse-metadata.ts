/** What every Sigma document says of itself: title, id, author, level, references, tags, custom attributes. */
import type { Severity } from "../../../../../kernel/index.ts";
import { isSeverity, SEVERITIES } from "../../../../../kernel/index.ts";
import type { Complaints } from "./attributes.ts";
import { Attributes, plainValue } from "./attributes.ts";
import type { MapNode } from "./document.ts";
import { entryOf } from "./document.ts";
import type { RelatedRule, RuleLogSource, RuleMetadata } from "../rule.ts";

export interface DocumentContext {
  readonly file: string;
  readonly version: string;
  readonly complaints: Complaints;
}

const MAX_ID_LENGTH = 128;

/** Always complete; what is wrong is complained about, and a document with complaints is dropped. */
export function parseMetadata(attributes: Attributes, { file, version }: DocumentContext): RuleMetadata {
  const { root, complaints } = attributes;
  const title = attributes.text("title");
  if (title === undefined)
    complaints.add({ line: root.line, code: "sigma.title.missing", message: "the rule has no title" });
  const author = attributes.list("author").join(", ");
  return {
    id: idOf(attributes) ?? `sigma-${version}`,
    title: title ?? "",
    ...attributes.optional("name"),
    ...attributes.optional("status"),
    level: levelOf(attributes),
    ...attributes.optional("description"),
    ...(author === "" ? {} : { author }),
    ...licenceOf(attributes),
    references: attributes.list("references"),
    tags: attributes.list("tags"),
    falsepositives: attributes.list("falsepositives"),
    fields: attributes.list("fields"),
    related: relatedOf(attributes),
    taxonomy: attributes.text("taxonomy") ?? "sigma",
    ...attributes.optional("date"),
    ...attributes.optional("modified"),
    file,
    line: root.line,
    version,
    extras: extrasOf(root),
  };
}

function levelOf(attributes: Attributes): Severity {
  const level = attributes.text("level") ?? "medium";
  if (isSeverity(level)) return level;
  attributes.complaints.add({
    line: attributes.line("level"),
    code: "sigma.level.unknown",
    message: `unknown level "${level}"`,
    hint: `use ${SEVERITIES.join(", ")}`,
  });
  return "medium";
}

function idOf(attributes: Attributes): string | undefined {
  const id = attributes.text("id")?.trim();
  if (id === undefined) return undefined;
  if (/^[\w.:-]+$/.test(id) && id.length <= MAX_ID_LENGTH) return id;
  attributes.complaints.add({
    line: attributes.line("id"),
    code: "sigma.id.invalid",
    message: "the id holds blanks or signs an id cannot have",
    hint: "use a UUID",
  });
  return undefined;
}

function relatedOf(attributes: Attributes): RelatedRule[] {
  const node = attributes.node("related");
  if (node?.kind !== "list") return [];
  return node.items.flatMap((item) => {
    if (item.kind !== "map") return [];
    const inner = new Attributes(item, attributes.complaints);
    const id = inner.text("id");
    return id === undefined ? [] : [{ id, type: inner.text("type") ?? "related" }];
  });
}

/** The attribute is spelt `license` in the specification. */
function licenceOf(attributes: Attributes): { licence?: string } {
  const licence = attributes.text("license") ?? attributes.text("licence");
  return licence === undefined ? {} : { licence };
}

export function parseLogSource(node: MapNode, complaints: Complaints): RuleLogSource {
  const attributes = new Attributes(node, complaints);
  const part = (key: "product" | "category" | "service"): { [name in typeof key]?: string } => {
    const text = attributes.text(key);
    return text === undefined ? {} : { [key]: text.trim().toLowerCase() };
  };
  const source = { ...part("product"), ...part("category"), ...part("service") };
  if (Object.keys(source).length === 0) {
    complaints.add({
      line: node.line,
      code: "sigma.logsource.empty",
      message: "the log source names no product, category or service",
    });
  }
  return { ...source, ...attributes.optional("definition"), line: node.line };
}

/** Custom attributes (specification 2.1 allows any): only names that cannot clash with later versions are kept. */
function extrasOf(root: MapNode): Record<string, unknown> {
  const extras: Record<string, unknown> = Object.create(null);
  for (const { key, value } of root.entries) {
    if (key.startsWith("x-") || key.startsWith("custom")) extras[key] = plainValue(value);
  }
  return extras;
}

/** Our own block of settings. */
export function ownBlock(root: MapNode, complaints: Complaints): Attributes | undefined {
  const node = entryOf(root, "x-khien")?.value;
  return node?.kind === "map" ? new Attributes(node, complaints) : undefined;
}
