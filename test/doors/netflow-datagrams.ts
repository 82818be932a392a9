/** NetFlow and IPFIX datagrams for tests, written field by field from the standards. */
export const u8 = (value: number): Buffer => Buffer.from([value]);
export const u16 = (value: number): Buffer => Buffer.from([value >> 8, value & 255]);
export const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};
export const ip4 = (text: string): Buffer => Buffer.from(text.split(".").map(Number));

/** A set with its header, padded to four bytes. */
export function set(id: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const padding = Buffer.alloc((4 - (content.length % 4)) % 4);
  return Buffer.concat([u16(id), u16(4 + content.length + padding.length), content, padding]);
}

/** A field of a template: element, length and, in IPFIX, an enterprise. */
export type Field = readonly [element: number, length: number, enterprise?: number];

function fieldBytes([element, length, enterprise]: Field): Buffer {
  if (enterprise === undefined) return Buffer.concat([u16(element), u16(length)]);
  return Buffer.concat([u16(element | 0x8000), u16(length), u32(enterprise)]);
}

export function template(id: number, fields: readonly Field[]): Buffer {
  return Buffer.concat([u16(id), u16(fields.length), ...fields.map(fieldBytes)]);
}

/** IPFIX: so many of the fields are scopes. */
export function optionsTemplate(id: number, scopes: number, fields: readonly Field[]): Buffer {
  return Buffer.concat([u16(id), u16(fields.length), u16(scopes), ...fields.map(fieldBytes)]);
}

export function v9OptionsTemplate(id: number, scopes: readonly Field[], options: readonly Field[]): Buffer {
  const lengths = [u16(scopes.length * 4), u16(options.length * 4)];
  return Buffer.concat([u16(id), ...lengths, ...[...scopes, ...options].map(fieldBytes)]);
}

const EXPORTED_AT = 1_772_600_404;
const UPTIME_MS = 600_000;

export function ipfix(sets: readonly Buffer[], more: { sequence?: number; domain?: number } = {}): Buffer {
  const content = Buffer.concat(sets);
  const { sequence = 7, domain = 1 } = more;
  return Buffer.concat([u16(10), u16(16 + content.length), u32(EXPORTED_AT), u32(sequence), u32(domain), content]);
}

export function v9(sets: readonly Buffer[], more: { sequence?: number; domain?: number } = {}): Buffer {
  const { sequence = 7, domain = 1 } = more;
  const head = [u16(9), u16(sets.length), u32(UPTIME_MS), u32(EXPORTED_AT), u32(sequence), u32(domain)];
  return Buffer.concat([...head, ...sets]);
}

export function v5(count: number, sequence = 7): Buffer {
  const head = [
    u16(5),
    u16(count),
    u32(UPTIME_MS),
    u32(EXPORTED_AT),
    u32(500_000_000),
    u32(sequence),
    u8(1),
    u8(2),
    u16(0x4064),
  ];
  const record = (i: number) =>
    Buffer.concat([
      ip4(`192.0.2.${i + 1}`),
      ip4("198.51.100.9"),
      ip4("203.0.113.1"),
      u16(3),
      u16(4),
      u32(10),
      u32(5_000),
      u32(590_000),
      u32(595_000),
      u16(50_000 + i),
      u16(443),
      u8(0),
      u8(0x1b),
      u8(6),
      u8(0),
      u16(64_500),
      u16(64_501),
      u8(24),
      u8(16),
      u16(0),
    ]);
  return Buffer.concat([...head, ...Array.from({ length: count }, (_, i) => record(i))]);
}
