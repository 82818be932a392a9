/** Template sets of NetFlow v9 (RFC 3954, section 5) and IPFIX (RFC 7011, section 3.4). */
import type { Instant } from "../../../../kernel/index.ts";
import { MAX_TEMPLATE_FIELDS } from "../../limits.ts";
import { elementOf } from "./elements.ts";
import type { FlowHeader } from "./headers.ts";
import { type FlowDomain, type Template, type TemplateField, VARIABLE } from "./templates.ts";

const FIRST_TEMPLATE = 256;
const ENTERPRISE_BIT = 0x8000;

export interface Learned {
  /** Templates learned or renewed. */
  readonly ids: readonly number[];
  /** False: the set ended in something that is no template. */
  readonly whole: boolean;
}

interface Shape {
  readonly options: boolean;
  readonly ipfix: boolean;
}

/** What a set of this number holds, or undefined when it holds no templates. */
function shapeOf({ version }: FlowHeader, set: number): Shape | undefined {
  if (version === 9) return set === 0 || set === 1 ? { options: set === 1, ipfix: false } : undefined;
  return set === 2 || set === 3 ? { options: set === 3, ipfix: true } : undefined;
}

export function learnTemplates(
  domain: FlowDomain<FlowHeader>,
  set: { readonly header: FlowHeader; readonly id: number; readonly bytes: Buffer },
  now: Instant,
): Learned | undefined {
  const shape = shapeOf(set.header, set.id);
  if (shape === undefined) return undefined;
  const { bytes } = set;
  const ids: number[] = [];
  let at = 0;
  while (at + 4 <= bytes.length) {
    const id = bytes.readUInt16BE(at);
    // Padding at the end of the set.
    if (id === 0) break;
    const count = bytes.readUInt16BE(at + 2);
    if (shape.ipfix && count === 0) {
      withdraw(domain, id, shape);
      at += 4;
      continue;
    }
    const read = id < FIRST_TEMPLATE ? undefined : readTemplate(bytes, at, shape);
    if (read === undefined) return { ids, whole: false };
    domain.learn(id, read.template, now);
    ids.push(id);
    at = read.end;
  }
  return { ids, whole: true };
}

/** RFC 7011, section 8.1; the number of the set itself means all of its templates. */
function withdraw(domain: FlowDomain<FlowHeader>, id: number, { options }: Shape): void {
  if (id === (options ? 3 : 2)) domain.withdrawAll(options);
  else domain.withdraw(id);
}

/** How many fields there are, and where they begin. */
function fieldsOf(bytes: Buffer, at: number, { options, ipfix }: Shape): { count: number; start: number } | undefined {
  if (!options) return { count: bytes.readUInt16BE(at + 2), start: at + 4 };
  if (at + 6 > bytes.length) return undefined;
  if (ipfix) return { count: bytes.readUInt16BE(at + 2), start: at + 6 };
  // v9 states the lengths of scope and options in bytes, four to a field.
  const length = bytes.readUInt16BE(at + 2) + bytes.readUInt16BE(at + 4);
  return length % 4 === 0 ? { count: length / 4, start: at + 6 } : undefined;
}

function readTemplate(bytes: Buffer, from: number, shape: Shape): { template: Template; end: number } | undefined {
  const stated = fieldsOf(bytes, from, shape);
  if (stated === undefined || stated.count > MAX_TEMPLATE_FIELDS) return undefined;
  // Scope fields of v9 number what they apply to, not an element: they are skipped by length.
  const scopes = shape.options && !shape.ipfix ? bytes.readUInt16BE(from + 2) / 4 : 0;
  const fields: TemplateField[] = [];
  let at = stated.start;
  let minLength = 0;
  for (let i = 0; i < stated.count; i++) {
    if (at + 4 > bytes.length) return undefined;
    const number = bytes.readUInt16BE(at);
    const length = bytes.readUInt16BE(at + 2);
    at += 4;
    let enterprise = 0;
    if (shape.ipfix && number >= ENTERPRISE_BIT) {
      if (at + 4 > bytes.length) return undefined;
      enterprise = bytes.readUInt32BE(at);
      at += 4;
    }
    minLength += length === VARIABLE ? 1 : length;
    if (length === 0) continue;
    const id = shape.ipfix ? number % ENTERPRISE_BIT : number;
    fields.push({
      element: i < scopes ? { name: `scope${number}`, kind: "octets" } : elementOf(id, enterprise),
      length,
    });
  }
  // Records of no length would be endless.
  if (minLength === 0) return undefined;
  return { template: { fields, options: shape.options, minLength }, end: at };
}
