/** A record's node tree with its values, as nested event JSON: attributes under `#attributes`, text under `#text`. */
import type { BinXmlNode, ElementNode, EvtxChunk, RawValue } from "./binxml-nodes.ts";
import { BinXmlError, readFragment } from "./binxml-nodes.ts";
import type { EvtxScalar, EvtxValue } from "./binxml-values.ts";
import { valueOf } from "./binxml-values.ts";

type JsonElement = { [name: string]: JsonValue };
type JsonValue = EvtxValue | JsonElement | JsonValue[];

const BINXML = 0x21;
const MAX_RENDER_DEPTH = 64;

interface Content {
  readonly children: { readonly name: string; readonly value: JsonValue }[];
  /** Values in place of text; several are glued. */
  readonly values: EvtxValue[];
}

class Renderer {
  readonly #chunk: EvtxChunk;

  constructor(chunk: EvtxChunk) {
    this.#chunk = chunk;
  }

  content(nodes: readonly BinXmlNode[], values: readonly RawValue[], depth: number, inEventData = false): Content {
    const content: Content = { children: [], values: [] };
    this.#collect(nodes, values, depth, inEventData, content);
    return content;
  }

  // biome-ignore format: one argument a line would hide that this is a plain recursion
  #collect(nodes: readonly BinXmlNode[], values: readonly RawValue[], depth: number, inEventData: boolean, into: Content): void {
    if (depth > MAX_RENDER_DEPTH) throw new BinXmlError("the record nests too deep");
    for (const node of nodes) {
      if (node.kind === "text") {
        into.values.push(node.text);
      } else if (node.kind === "element") {
        into.children.push(this.#element(node, values, depth + 1, inEventData));
      } else if (node.kind === "template") {
        this.#collect(node.template, node.values, depth + 1, inEventData, into);
      } else {
        const value = values[node.index];
        if (value === undefined || value.type === 0) continue;
        if (value.type !== BINXML) into.values.push(valueOf(this.#chunk, value));
        else this.#collect(readFragment(this.#chunk, value.at, value.size), [], depth + 1, inEventData, into);
      }
    }
  }

  #element(
    element: ElementNode,
    values: readonly RawValue[],
    depth: number,
    inEventData: boolean,
  ): { name: string; value: JsonValue } {
    const attributes: JsonElement = Object.create(null) as JsonElement;
    let hasAttributes = false;
    for (const { name, parts } of element.attributes) {
      const value = glued(this.content(parts, values, depth).values);
      if (value === null || name === "xmlns") continue;
      attributes[name] = value;
      hasAttributes = true;
    }
    const inner = this.content(element.children, values, depth, element.name === "EventData");
    const text = glued(inner.values);
    // <Data Name="Image">x</Data> becomes "Image": "x".
    if (
      inEventData &&
      element.name === "Data" &&
      typeof attributes["Name"] === "string" &&
      inner.children.length === 0
    ) {
      return { name: attributes["Name"], value: text ?? "" };
    }
    if (inner.children.length === 0 && !hasAttributes) return { name: element.name, value: text };
    const value: JsonElement = Object.create(null) as JsonElement;
    if (hasAttributes) value["#attributes"] = attributes;
    if (text !== null) value["#text"] = text;
    for (const child of inner.children) addChild(value, child.name, child.value);
    return { name: element.name, value };
  }
}

function glued(values: readonly EvtxValue[]): EvtxValue {
  if (values.length === 0) return null;
  if (values.length === 1) return values[0] as EvtxValue;
  return values
    .flat()
    .map((value: EvtxScalar) => (value === null ? "" : String(value)))
    .join("");
}

function addChild(parent: JsonElement, name: string, value: JsonValue): void {
  const before = parent[name];
  if (before === undefined) parent[name] = value;
  else if (Array.isArray(before)) before.push(value as EvtxScalar);
  else parent[name] = [before, value];
}

/** The record whose BinXML lies at `at`, as one line of JSON. */
export function renderRecord(chunk: EvtxChunk, at: number, size: number): string {
  const { children } = new Renderer(chunk).content(readFragment(chunk, at, size), [], 0);
  const root = children[0];
  if (root === undefined) throw new BinXmlError("the record is empty");
  return JSON.stringify({ [root.name]: root.value });
}
