/** Any YAML 1.2 text, by way of the `yaml` package: strict, bounded, without tags and without merge keys. */
import type { Document, Node, ParsedNode } from "yaml";
import { isAlias, isMap, isScalar, isSeq, LineCounter, parseAllDocuments } from "yaml";
import { MAX_YAML_DEPTH, MAX_YAML_DOCUMENTS, MAX_YAML_NODES, MAX_YAML_PROBLEMS } from "./limits.ts";
import { YamlRefused } from "./tree.ts";
import type { YamlDocument, YamlEntry, YamlNode, YamlProblem } from "./tree.ts";

export function parseFullYaml(text: string): YamlDocument[] {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, {
    lineCounter: lines,
    version: "1.2",
    schema: "core",
    // The package compares every key with every other; TreeReader does it with a set.
    uniqueKeys: false,
    strict: true,
    prettyErrors: false,
    logLevel: "silent",
  });
  if (!Array.isArray(documents)) return [];
  if (documents.length > MAX_YAML_DOCUMENTS) {
    return [
      refusal({ line: 0, code: "yaml.documents.too-many", message: `more than ${MAX_YAML_DOCUMENTS} documents` }),
    ];
  }
  return documents.map((document) => readDocument(document, lines));
}

export function refusal(problem: YamlProblem): YamlDocument {
  return { line: problem.line, problems: [problem] };
}

function readDocument(document: Document.Parsed, lines: LineCounter): YamlDocument {
  const start = document.contents?.range[0] ?? document.range[0];
  const line = lineAt(lines, start);
  const problems = [...document.errors, ...document.warnings].slice(0, MAX_YAML_PROBLEMS).map((error): YamlProblem => {
    const position = lines.linePos(error.pos[0]);
    return { line: position.line, column: position.col, code: codeOf(error.code), message: firstLine(error.message) };
  });
  if (problems.length > 0) return { line, problems };
  if (document.contents === null) return { line, problems: [] };
  try {
    return { line, root: new TreeReader(lines).read(document.contents, 0), problems: [] };
  } catch (error) {
    if (error instanceof YamlRefused) return { line, problems: [error.problem] };
    throw error;
  }
}

function codeOf(code: string): string {
  return `yaml.${code.toLowerCase().replaceAll("_", "-")}`;
}

function firstLine(message: string): string {
  return (message.split("\n", 1)[0] as string).slice(0, 300);
}

function lineAt(lines: LineCounter, offset: number): number {
  return Math.max(1, lines.linePos(offset).line);
}

class TreeReader {
  private readonly lines: LineCounter;
  /** Anchors met so far. The package's own look-up walks the whole document for every alias. */
  private readonly anchors = new Map<string, Node>();
  private nodes = 0;
  /** While an alias is followed: its line, which is where the author can mend things. */
  private aliasLine: number | undefined;

  constructor(lines: LineCounter) {
    this.lines = lines;
  }

  read(node: Node | ParsedNode | null, depth: number): YamlNode {
    const line = lineAt(this.lines, node?.range?.[0] ?? 0);
    if (++this.nodes > MAX_YAML_NODES)
      this.refuse(line, "nodes.too-many", `more than ${MAX_YAML_NODES} values once aliases are followed`);
    if (depth > MAX_YAML_DEPTH) this.refuse(line, "depth.too-deep", `nested more than ${MAX_YAML_DEPTH} deep`);
    if (node === null) return { kind: "scalar", line, value: null };
    if (isAlias(node)) return this.follow(node.source, { line, depth });
    if (node.anchor !== undefined) this.anchors.set(node.anchor, node as Node);
    if (node.tag !== undefined && node.tag !== "!")
      this.refuse(line, "tag.refused", `the tag ${node.tag.slice(0, 80)} is not allowed`);
    if (isMap(node))
      return {
        kind: "map",
        line,
        entries: this.entries(node.items as readonly { key: Node; value: Node | null }[], depth),
      };
    if (isSeq(node)) return { kind: "list", line, items: node.items.map((item) => this.read(item as Node, depth + 1)) };
    if (isScalar(node)) return this.scalar(node, line);
    return this.refuse(line, "node.unknown", "this value is not supported");
  }

  private follow(anchor: string, { line, depth }: { line: number; depth: number }): YamlNode {
    const outer = this.aliasLine;
    this.aliasLine ??= line;
    const node = this.read(this.anchors.get(anchor) ?? null, depth + 1);
    this.aliasLine = outer;
    return node;
  }

  private entries(pairs: readonly { key: Node; value: Node | null }[], depth: number): YamlEntry[] {
    const seen = new Set<string>();
    return pairs.map((pair) => {
      const entry = this.entry(pair, depth);
      if (seen.has(entry.key))
        this.refuse(entry.line, "duplicate-key", `the key "${entry.key.slice(0, 80)}" occurs twice`);
      seen.add(entry.key);
      return entry;
    });
  }

  private entry(pair: { key: Node; value: Node | null }, depth: number): YamlEntry {
    const line = lineAt(this.lines, pair.key.range?.[0] ?? 0);
    if (!isScalar(pair.key)) return this.refuse(line, "key.not-text", "a key must be text");
    const key = typeof pair.key.value === "string" ? pair.key.value : (pair.key.source ?? String(pair.key.value));
    if (key === "<<") this.refuse(line, "key.merge", "merge keys are not part of YAML 1.2", "write the entries out");
    const value = this.read(pair.value, depth + 1);
    // A missing value (`key:`) sits on the key's line.
    return { key, line, value: pair.value === null ? { kind: "scalar", line, value: null } : value };
  }

  private scalar(node: { readonly value: unknown; readonly source?: string | undefined }, line: number): YamlNode {
    const { value, source } = node;
    if (typeof value === "number" && source !== undefined && source !== String(value))
      return { kind: "scalar", line, value, written: source };
    if (typeof value === "string" || typeof value === "number" || typeof value === "boolean" || value === null)
      return { kind: "scalar", line, value };
    return { kind: "scalar", line, value: String(value) };
  }

  private refuse(line: number, code: string, message: string, hint?: string): never {
    throw new YamlRefused({
      line: this.aliasLine ?? line,
      code: `yaml.${code}`,
      message,
      ...(hint === undefined ? {} : { hint }),
    });
  }
}
