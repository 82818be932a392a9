/** One rule document: who wrote it, what it looks at, how it decides. */
import { isSeverity, SEVERITIES } from "../../../../kernel/index.ts";
import type { DocumentNode, MapNode } from "./document.ts";
import { entryOf } from "./document.ts";
import type { Complaints } from "./parse-detection.ts";
import { parseDetection } from "./parse-detection.ts";
import type { RelatedRule, Rule, RuleLogSource } from "./rule.ts";

export interface RuleContext {
  readonly file: string;
  readonly version: string;
  readonly complaints: Complaints;
}

const MAX_ID_LENGTH = 128;
const MAX_TEXT_LENGTH = 64 * 1024;

export function parseRuleDocument(root: MapNode, context: RuleContext): Rule | undefined {
  const { complaints, file, version } = context;
  const attributes = new Attributes(root, complaints);
  const title = attributes.text("title");
  const level = attributes.text("level") ?? "medium";
  const detection = attributes.map("detection");
  const logsource = attributes.map("logsource");
  if (title === undefined)
    complaints.add({ line: root.line, code: "sigma.title.missing", message: "the rule has no title" });
  if (!isSeverity(level)) {
    complaints.add({
      line: attributes.line("level"),
      code: "sigma.level.unknown",
      message: `unknown level "${level}"`,
      hint: `use ${SEVERITIES.join(", ")}`,
    });
  }
  if (detection === undefined || logsource === undefined || title === undefined || !isSeverity(level)) return undefined;
  const author = attributes.list("author").join(", ");
  return {
    id: attributes.id() ?? `sigma-${version}`,
    title,
    ...attributes.optional("name"),
    ...attributes.optional("status"),
    level,
    ...attributes.optional("description"),
    ...(author === "" ? {} : { author }),
    ...licenceOf(attributes),
    references: attributes.list("references"),
    tags: attributes.list("tags"),
    falsepositives: attributes.list("falsepositives"),
    fields: attributes.list("fields"),
    related: attributes.related(),
    taxonomy: attributes.text("taxonomy") ?? "sigma",
    ...attributes.optional("date"),
    ...attributes.optional("modified"),
    logsource: parseLogSource(logsource, complaints),
    detection: parseDetection(detection, complaints),
    file,
    line: root.line,
    version,
    extras: extrasOf(root),
  };
}

class Attributes {
  private readonly root: MapNode;
  private readonly complaints: Complaints;

  constructor(root: MapNode, complaints: Complaints) {
    this.root = root;
    this.complaints = complaints;
  }

  line(key: string): number {
    return entryOf(this.root, key)?.line ?? this.root.line;
  }

  text(key: string): string | undefined {
    const node = entryOf(this.root, key)?.value;
    if (node === undefined || (node.kind === "scalar" && node.value === null)) return undefined;
    if (node.kind !== "scalar") {
      this.complaints.add({
        line: node.line,
        code: "sigma.attribute.type",
        message: `"${key}" must be text, not a ${node.kind}`,
      });
      return undefined;
    }
    return textOf(node).slice(0, MAX_TEXT_LENGTH);
  }

  optional<Key extends string>(key: Key): { [name in Key]?: string } {
    const text = this.text(key);
    return text === undefined ? {} : ({ [key]: text } as { [name in Key]?: string });
  }

  /** A list of texts; one text alone counts as a list of one. Nested structures are not text and are left out. */
  list(key: string): string[] {
    const node = entryOf(this.root, key)?.value;
    if (node === undefined) return [];
    const items = node.kind === "list" ? node.items : [node];
    return items.flatMap((item) => (item.kind === "scalar" && item.value !== null ? [textOf(item)] : []));
  }

  map(key: string): MapNode | undefined {
    const node = entryOf(this.root, key)?.value;
    if (node?.kind === "map") return node;
    const what = node === undefined ? "is missing" : "must be a map";
    this.complaints.add({ line: this.line(key), code: `sigma.${key}.missing`, message: `"${key}" ${what}` });
    return undefined;
  }

  id(): string | undefined {
    const id = this.text("id")?.trim();
    if (id === undefined) return undefined;
    if (/^[\w.:-]+$/.test(id) && id.length <= MAX_ID_LENGTH) return id;
    this.complaints.add({
      line: this.line("id"),
      code: "sigma.id.invalid",
      message: "the id holds blanks or signs an id cannot have",
      hint: "use a UUID",
    });
    return undefined;
  }

  related(): RelatedRule[] {
    const node = entryOf(this.root, "related")?.value;
    if (node?.kind !== "list") return [];
    return node.items.flatMap((item) => {
      if (item.kind !== "map") return [];
      const inner = new Attributes(item, this.complaints);
      const id = inner.text("id");
      return id === undefined ? [] : [{ id, type: inner.text("type") ?? "related" }];
    });
  }
}

function textOf(node: DocumentNode & { kind: "scalar" }): string {
  return node.written ?? String(node.value);
}

/** The attribute is spelt `license` in the specification. */
function licenceOf(attributes: Attributes): { licence?: string } {
  const licence = attributes.text("license") ?? attributes.text("licence");
  return licence === undefined ? {} : { licence };
}

function parseLogSource(node: MapNode, complaints: Complaints): RuleLogSource {
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

function plainValue(node: DocumentNode): unknown {
  if (node.kind === "scalar") return node.value;
  if (node.kind === "list") return node.items.map(plainValue);
  const map: Record<string, unknown> = Object.create(null);
  for (const { key, value } of node.entries) map[key] = plainValue(value);
  return map;
}
