/**
 * The part of tar that archives of small files are made of, read at once from memory: plain files and folders with
 * short names. Whatever it does not know for certain (links, long names, damage, padding that is not empty) makes it
 * give up, and the streaming reader decides. So it never reports an error, and what it reads is what that one reads.
 */

export interface PlainEntry {
  readonly name: string;
  /** Undefined for a folder. */
  readonly content: Buffer | undefined;
}

const BLOCK = 512;
const CHECKSUM_AT = 148;
const CHECKSUM_LENGTH = 8;
const PREFIX_AT = 345;
const FILE = 0x30;
const FOLDER = 0x35;
/** What `git archive` says of the whole archive: the commit. It concerns no member. */
const REMARK = 0x67;
const remark = /^\d+ comment=[0-9a-f]+\n\0*$/;

export function readPlainTar(bytes: Buffer): readonly PlainEntry[] | undefined {
  const entries: PlainEntry[] = [];
  for (let at = 0; at < bytes.length; ) {
    const header = bytes.subarray(at, at + BLOCK);
    if (isEmpty(header)) return isEmpty(bytes.subarray(at)) && bytes.length % BLOCK === 0 ? entries : undefined;
    const size = header.length === BLOCK && hasChecksum(header) ? octal(header, 124, 12) : undefined;
    const name = nameOf(header);
    const start = at + BLOCK;
    if (size === undefined || name === undefined || start + size > bytes.length) return undefined;
    const content = bytes.subarray(start, start + size);
    const type = header[156];
    if (type === FILE && !name.endsWith("/")) entries.push({ name, content });
    else if (type === FOLDER && size === 0) entries.push({ name, content: undefined });
    else if (type !== REMARK || !remark.test(content.toString("latin1"))) return undefined;
    at = start + Math.ceil(size / BLOCK) * BLOCK;
  }
  return bytes.length % BLOCK === 0 ? entries : undefined;
}

function isEmpty(bytes: Buffer): boolean {
  return bytes.every((byte) => byte === 0);
}

function hasChecksum(header: Buffer): boolean {
  let sum = CHECKSUM_LENGTH * 0x20;
  for (let at = 0; at < BLOCK; at++)
    if (at < CHECKSUM_AT || at >= CHECKSUM_AT + CHECKSUM_LENGTH) sum += header[at] as number;
  return octal(header, CHECKSUM_AT, CHECKSUM_LENGTH) === sum;
}

function octal(header: Buffer, at: number, length: number): number | undefined {
  const digits = /^([0-7]+)[\0 ]*$/.exec(header.toString("latin1", at, at + length))?.[1];
  return digits === undefined ? undefined : Number.parseInt(digits, 8);
}

function nameOf(header: Buffer): string | undefined {
  if (header.toString("latin1", 257, 263) !== "ustar\0") return undefined;
  const name = textAt(header, 0, 100);
  const prefix = textAt(header, PREFIX_AT, 155);
  return prefix === "" ? name : `${prefix}/${name}`;
}

function textAt(header: Buffer, at: number, length: number): string {
  const end = header.indexOf(0, at);
  return header.toString("utf8", at, end === -1 || end > at + length ? at + length : end);
}
