/** Reading a tree node by node: what is not as it must be becomes a problem with its line, and reading goes on. */
import type { ContentProblem, DocumentNode, FieldScalar, MapNode } from "../../../../kernel/index.ts";

export interface Complaint {
  readonly line: number;
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

export class Problems {
  readonly list: ContentProblem[] = [];
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  add({ line, code, message, hint }: Complaint): void {
    this.list.push({ file: this.#file, line, code, message, ...(hint === undefined ? {} : { hint }) });
  }

  wrong(line: number, message: string, hint?: string): void {
    this.add({ line, code: "parser.value.wrong", message, ...(hint === undefined ? {} : { hint }) });
  }
}

/** The text of a scalar as it was written. */
export function writtenText(node: DocumentNode): string | undefined {
  if (node.kind !== "scalar" || node.value === null) return undefined;
  return node.written ?? String(node.value);
}

/** One map of a definition; keys nobody asked for are complained about by `done`. */
export class MapReader {
  readonly line: number;
  readonly #node: MapNode;
  readonly #problems: Problems;
  readonly #asked = new Set<string>();

  constructor(node: MapNode, problems: Problems) {
    this.#node = node;
    this.#problems = problems;
    this.line = node.line;
  }

  node(key: string): DocumentNode | undefined {
    this.#asked.add(key);
    return this.#node.entries.find((entry) => entry.key === key)?.value;
  }

  lineOf(key: string): number {
    return this.#node.entries.find((entry) => entry.key === key)?.line ?? this.line;
  }

  text(key: string): string | undefined {
    const node = this.node(key);
    if (node === undefined) return undefined;
    const text = writtenText(node);
    if (text === undefined) this.#problems.wrong(node.line, `${key} must be a text`);
    return text;
  }

  truth(key: string): boolean | undefined {
    const node = this.node(key);
    if (node === undefined) return undefined;
    if (node.kind === "scalar" && typeof node.value === "boolean") return node.value;
    this.#problems.wrong(node.line, `${key} must be true or false`);
    return undefined;
  }

  integer(key: string): number | undefined {
    const node = this.node(key);
    if (node === undefined) return undefined;
    if (node.kind === "scalar" && typeof node.value === "number" && Number.isInteger(node.value)) return node.value;
    this.#problems.wrong(node.line, `${key} must be a whole number`);
    return undefined;
  }

  /** A text, or a list of texts. */
  texts(key: string): readonly string[] {
    const node = this.node(key);
    return node === undefined ? [] : textsOf(node, key, this.#problems);
  }

  map(key: string): MapReader | undefined {
    const node = this.node(key);
    if (node === undefined) return undefined;
    if (node.kind === "map") return new MapReader(node, this.#problems);
    this.#problems.wrong(node.line, `${key} must be a map`);
    return undefined;
  }

  /** What a key is given to set; `true` sets nothing and says that it is wanted. */
  options(key: string): MapReader | undefined {
    const node = this.node(key);
    return node?.kind === "scalar" && node.value === true ? undefined : this.map(key);
  }

  /** The maps of a list; a single map stands for a list of one. */
  maps(key: string): readonly MapReader[] {
    const node = this.node(key);
    if (node === undefined) return [];
    const items = node.kind === "list" ? node.items : [node];
    return items.flatMap((item) => {
      if (item.kind === "map") return [new MapReader(item, this.#problems)];
      this.#problems.wrong(item.line, `${key} must be a list of maps`);
      return [];
    });
  }

  /** Names with a text or a list of texts each. */
  textMap(key: string): Readonly<Record<string, readonly string[]>> {
    const node = this.node(key);
    const found = Object.create(null) as Record<string, readonly string[]>;
    if (node === undefined) return found;
    if (node.kind !== "map") {
      this.#problems.wrong(node.line, `${key} must be a map`);
      return found;
    }
    for (const entry of node.entries) found[entry.key] = textsOf(entry.value, entry.key, this.#problems);
    return found;
  }

  /** Names with one plain value each. */
  scalars(key: string): Readonly<Record<string, FieldScalar>> {
    const node = this.node(key);
    const found = Object.create(null) as Record<string, FieldScalar>;
    if (node === undefined) return found;
    if (node.kind !== "map") {
      this.#problems.wrong(node.line, `${key} must be a map`);
      return found;
    }
    for (const { key: name, value } of node.entries) {
      if (value.kind === "scalar") found[name] = value.written ?? value.value;
      else this.#problems.wrong(value.line, `${name} must be a single value`);
    }
    return found;
  }

  /** Complains about keys that nothing read. */
  done(what: string): void {
    for (const entry of this.#node.entries) {
      if (this.#asked.has(entry.key)) continue;
      this.#problems.add({
        line: entry.line,
        code: "parser.key.unknown",
        message: `${what} has no key ${entry.key}`,
        hint: `known keys: ${[...this.#asked].join(", ")}`,
      });
    }
  }
}

function textsOf(node: DocumentNode, key: string, problems: Problems): readonly string[] {
  const items = node.kind === "list" ? node.items : [node];
  return items.flatMap((item) => {
    const text = writtenText(item);
    if (text !== undefined) return [text];
    problems.wrong(item.line, `${key} must be a text or a list of texts`);
    return [];
  });
}
