/**
 * Binary XML to a tree of nodes, before values are put in. Written from the format's public description
 * ("Windows XML Event Log (EVTX) format", libevtx documentation, sections 4 and 5). Offsets are within one chunk.
 */
import { tableOf } from "../../../kernel/index.ts";
import { MAX_EVTX_DEPTH } from "../limits.ts";

export interface ElementNode {
  readonly kind: "element";
  readonly name: string;
  readonly attributes: { readonly name: string; readonly parts: BinXmlNode[] }[];
  readonly children: BinXmlNode[];
}

export type BinXmlNode =
  | ElementNode
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "substitution"; readonly index: number }
  | { readonly kind: "template"; readonly template: BinXmlNode[]; readonly values: readonly RawValue[] };

/** A substitution value as it lies in the chunk. */
export interface RawValue {
  readonly type: number;
  readonly at: number;
  readonly size: number;
}

/** A chunk's bytes with the templates defined in it so far, by offset: records share them. */
export class EvtxChunk {
  readonly bytes: Buffer;
  readonly templates = new Map<number, BinXmlNode[]>();

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }
}

/** Any breach of the format. Caught per record. */
export class BinXmlError extends Error {}

const MAX_VALUES = 4_096;
const TEMPLATE_HEADER = 24;

interface Cursor {
  at: number;
  readonly end: number;
  /** Elements inside a template definition carry a dependency identifier, others do not. */
  readonly inTemplate: boolean;
}

function take(chunk: EvtxChunk, cursor: Cursor, size: number): number {
  const at = cursor.at;
  if (at + size > cursor.end || at + size > chunk.bytes.length) throw new BinXmlError("the record ends early");
  cursor.at += size;
  return at;
}

function u8(chunk: EvtxChunk, cursor: Cursor): number {
  return chunk.bytes.readUInt8(take(chunk, cursor, 1));
}

function u16(chunk: EvtxChunk, cursor: Cursor): number {
  return chunk.bytes.readUInt16LE(take(chunk, cursor, 2));
}

function u32(chunk: EvtxChunk, cursor: Cursor): number {
  return chunk.bytes.readUInt32LE(take(chunk, cursor, 4));
}

export function utf16(bytes: Buffer, at: number, size: number): string {
  return bytes.toString("utf16le", at, at + size);
}

function countedText(chunk: EvtxChunk, cursor: Cursor): string {
  const size = u16(chunk, cursor) * 2;
  return utf16(chunk.bytes, take(chunk, cursor, size), size);
}

/** Names are stored once per chunk; the first use has the name inline, right behind its offset. */
function readName(chunk: EvtxChunk, cursor: Cursor): string {
  const offset = u32(chunk, cursor);
  if (offset + 8 > chunk.bytes.length) throw new BinXmlError("a name lies outside the chunk");
  const size = chunk.bytes.readUInt16LE(offset + 6) * 2;
  if (offset + 8 + size > chunk.bytes.length) throw new BinXmlError("a name lies outside the chunk");
  if (offset === cursor.at) take(chunk, cursor, 8 + size + 2);
  return utf16(chunk.bytes, offset + 8, size);
}

function readTemplateInstance(chunk: EvtxChunk, cursor: Cursor, depth: number): BinXmlNode {
  take(chunk, cursor, 5);
  const offset = u32(chunk, cursor);
  if (offset + TEMPLATE_HEADER > chunk.bytes.length) throw new BinXmlError("a template lies outside the chunk");
  const size = chunk.bytes.readUInt32LE(offset + 20);
  if (offset === cursor.at) take(chunk, cursor, TEMPLATE_HEADER + size);
  let template = chunk.templates.get(offset);
  if (template === undefined) {
    const start = offset + TEMPLATE_HEADER;
    template = readNodes(chunk, { at: start, end: start + size, inTemplate: true }, depth + 1);
    chunk.templates.set(offset, template);
  }
  const count = u32(chunk, cursor);
  if (count > MAX_VALUES) throw new BinXmlError("too many values");
  const descriptors = take(chunk, cursor, count * 4);
  const values: RawValue[] = [];
  for (let i = 0; i < count; i++) {
    const valueSize = chunk.bytes.readUInt16LE(descriptors + i * 4);
    const type = chunk.bytes.readUInt8(descriptors + i * 4 + 2);
    values.push({ type, at: take(chunk, cursor, valueSize), size: valueSize });
  }
  return { kind: "template", template, values };
}

function readElement(chunk: EvtxChunk, cursor: Cursor, hasAttributes: boolean, depth: number): ElementNode {
  if (cursor.inTemplate) take(chunk, cursor, 2);
  take(chunk, cursor, 4);
  const name = readName(chunk, cursor);
  if (hasAttributes) take(chunk, cursor, 4);
  const element: ElementNode = { kind: "element", name, attributes: [], children: [] };
  let parts = element.children;
  for (;;) {
    const token = u8(chunk, cursor);
    switch (token & 0x3f) {
      case 0x06: // attribute
        parts = [];
        element.attributes.push({ name: readName(chunk, cursor), parts });
        break;
      case 0x02: // end of the start tag
        parts = element.children;
        break;
      case 0x03: // empty element
      case 0x04: // end tag
        return element;
      default: {
        const node = readNode(chunk, cursor, token, depth);
        if (node === undefined) throw new BinXmlError("an element does not end");
        if (node !== "nothing") parts.push(node);
      }
    }
  }
}

const ENTITIES = tableOf<string>({ lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" });

/** One node; undefined at the end of the fragment. */
function readNode(chunk: EvtxChunk, cursor: Cursor, token: number, depth: number): BinXmlNode | "nothing" | undefined {
  switch (token & 0x3f) {
    case 0x00:
      return undefined;
    case 0x01:
      if (depth >= MAX_EVTX_DEPTH) throw new BinXmlError("elements nest too deep");
      return readElement(chunk, cursor, (token & 0x40) !== 0, depth + 1);
    case 0x05:
      if (u8(chunk, cursor) !== 0x01) throw new BinXmlError("a literal is not text");
      return { kind: "text", text: countedText(chunk, cursor) };
    case 0x07: // CDATA
      return { kind: "text", text: countedText(chunk, cursor) };
    case 0x08: // character reference
      return { kind: "text", text: String.fromCharCode(u16(chunk, cursor)) };
    case 0x09: // entity reference
      return { kind: "text", text: ENTITIES[readName(chunk, cursor)] ?? "" };
    case 0x0a: // processing instruction: target, then its data
      readName(chunk, cursor);
      return "nothing";
    case 0x0b:
      countedText(chunk, cursor);
      return "nothing";
    case 0x0c:
      if (depth >= MAX_EVTX_DEPTH) throw new BinXmlError("templates nest too deep");
      return readTemplateInstance(chunk, cursor, depth);
    case 0x0d:
    case 0x0e: {
      const index = u16(chunk, cursor);
      take(chunk, cursor, 1);
      return { kind: "substitution", index };
    }
    case 0x0f: // fragment header
      take(chunk, cursor, 3);
      return "nothing";
    default:
      throw new BinXmlError(`unknown token ${token}`);
  }
}

function readNodes(chunk: EvtxChunk, cursor: Cursor, depth: number): BinXmlNode[] {
  const nodes: BinXmlNode[] = [];
  while (cursor.at < cursor.end) {
    const node = readNode(chunk, cursor, u8(chunk, cursor), depth);
    if (node === undefined) break;
    if (node !== "nothing") nodes.push(node);
    // A record or value is one template instance; what follows it is padding.
    if (node !== "nothing" && node.kind === "template") break;
  }
  return nodes;
}

/** The nodes of a record's or a value's fragment. */
export function readFragment(chunk: EvtxChunk, at: number, size: number, depth = 0): BinXmlNode[] {
  return readNodes(chunk, { at, end: at + size, inTemplate: false }, depth);
}
