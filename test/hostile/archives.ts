/** Archives with every field under our control: a library would refuse to write most of these. */
import { crc32, deflateRawSync, gzipSync } from "node:zlib";

export interface ZipMember {
  readonly name: string | Buffer;
  readonly content: Buffer;
  readonly stored?: boolean;
  /** Unix mode in the upper half, as zip stores links and devices. */
  readonly mode?: number;
  readonly flags?: number;
  readonly method?: number;
  /** Unpacked size as stated, whatever it is. */
  readonly statedSize?: number;
  /** Points to the bytes of this member instead of its own. */
  readonly sameAs?: number;
}

export function zip(
  members: readonly ZipMember[],
  end: { count?: number; comment?: Buffer; directoryAt?: number } = {},
): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  const places: { offset: number; packed: Buffer }[] = [];
  let offset = 0;
  for (const member of members) {
    const name = Buffer.isBuffer(member.name) ? member.name : Buffer.from(member.name);
    const packed = member.stored === true ? member.content : deflateRawSync(member.content);
    const fields = {
      method: member.method ?? (member.stored === true ? 0 : 8),
      flags: member.flags ?? 0x800,
      size: member.statedSize ?? member.content.length,
      crc: crc32(member.content),
    };
    const place = member.sameAs === undefined ? { offset, packed } : (places[member.sameAs] ?? { offset, packed });
    places.push(place);
    if (member.sameAs === undefined) {
      const local = head(0x04034b50, name, { ...fields, packed: packed.length });
      parts.push(local, packed);
      offset += local.length + packed.length;
    }
    directory.push(
      central(name, { ...fields, packed: place.packed.length, mode: member.mode ?? 0o100644, offset: place.offset }),
    );
  }
  const listing = Buffer.concat(directory);
  const tail = Buffer.alloc(22);
  tail.writeUInt32LE(0x06054b50, 0);
  tail.writeUInt16LE((end.count ?? members.length) & 0xffff, 8);
  tail.writeUInt16LE((end.count ?? members.length) & 0xffff, 10);
  tail.writeUInt32LE(listing.length, 12);
  tail.writeUInt32LE(end.directoryAt ?? offset, 16);
  tail.writeUInt16LE(end.comment?.length ?? 0, 20);
  return Buffer.concat([...parts, listing, tail, end.comment ?? Buffer.alloc(0)]);
}

interface Fields {
  readonly method: number;
  readonly flags: number;
  readonly size: number;
  readonly packed: number;
  readonly crc: number;
}

function head(signature: number, name: Buffer, fields: Fields): Buffer {
  const bytes = Buffer.alloc(30);
  bytes.writeUInt32LE(signature, 0);
  bytes.writeUInt16LE(20, 4);
  bytes.writeUInt16LE(fields.flags, 6);
  bytes.writeUInt16LE(fields.method, 8);
  bytes.writeUInt32LE(fields.crc, 14);
  bytes.writeUInt32LE(fields.packed, 18);
  bytes.writeUInt32LE(fields.size, 22);
  bytes.writeUInt16LE(name.length, 26);
  return Buffer.concat([bytes, name]);
}

function central(name: Buffer, fields: Fields & { mode: number; offset: number }): Buffer {
  const bytes = Buffer.alloc(46);
  bytes.writeUInt32LE(0x02014b50, 0);
  bytes.writeUInt16LE((3 << 8) | 20, 4);
  bytes.writeUInt16LE(20, 6);
  bytes.writeUInt16LE(fields.flags, 8);
  bytes.writeUInt16LE(fields.method, 10);
  bytes.writeUInt32LE(fields.crc, 16);
  bytes.writeUInt32LE(fields.packed, 20);
  bytes.writeUInt32LE(fields.size, 24);
  bytes.writeUInt16LE(name.length, 28);
  bytes.writeUInt32LE(fields.mode * 65_536, 38);
  bytes.writeUInt32LE(fields.offset, 42);
  return Buffer.concat([bytes, name]);
}

export interface TarMember {
  readonly name: string;
  readonly content?: Buffer;
  /** `0` file, `1` hard link, `2` link, `3` `4` devices, `5` folder, `6` pipe, `x` extended header, `L` long name. */
  readonly type?: string;
  readonly link?: string;
  /** Size field as written, whatever it is. */
  readonly statedSize?: string;
  readonly wrongChecksum?: boolean;
}

export function tar(members: readonly TarMember[], end = true): Buffer {
  const parts = members.flatMap((member) => {
    const content = member.content ?? Buffer.alloc(0);
    const header = Buffer.alloc(512);
    header.write(member.name.slice(0, 100), 0, "utf8");
    header.write("0000644\0", 100);
    header.write("0000000\0", 108);
    header.write("0000000\0", 116);
    header.write(member.statedSize ?? `${content.length.toString(8).padStart(11, "0")}\0`, 124, 12, "latin1");
    header.write("00000000000\0", 136);
    header.write("        ", 148);
    header.write(member.type ?? "0", 156);
    header.write(member.link ?? "", 157);
    header.write("ustar\x0000", 257);
    const sum = header.reduce((total, byte) => total + byte, 0) + (member.wrongChecksum === true ? 1 : 0);
    header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
    return [header, content, Buffer.alloc((512 - (content.length % 512)) % 512)];
  });
  return Buffer.concat([...parts, ...(end ? [Buffer.alloc(1024)] : [])]);
}

/** A .tar.gz whose one member says it is `count` × 64 MiB of zeros, and is. */
export function tarBomb(name: string, count: number): Buffer {
  const piece = 64 * 1024 * 1024;
  const first = tar([{ name, statedSize: `${(piece * count).toString(8).padStart(11, "0")}\0` }], false);
  const zeros = gzipSync(Buffer.alloc(piece));
  return Buffer.concat([gzipSync(first), ...Array.from({ length: count }, () => zeros), gzipSync(Buffer.alloc(1024))]);
}

interface Sample {
  readonly name: string;
  readonly file: string;
  readonly bytes: () => Buffer;
}

const MIB = 1024 * 1024;

/** The same tricks for every place that opens archives; `content` and `extension` make the members plausible there. */
export function hostileArchives(content: Buffer, extension: string): Sample[] {
  const good: ZipMember = { name: `good.${extension}`, content };
  const named = (name: string | Buffer): Buffer => zip([{ name, content }, good]);
  const tarred = (member: TarMember): Buffer => gzipSync(tar([member, { name: `good.${extension}`, content }]));
  const inner = zip([{ name: `inner.${extension}`, content: Buffer.alloc(32 * MIB) }]);
  const samples: [name: string, file: string, bytes: () => Buffer][] = [
    ["zip that climbs", "climb.zip", () => named(`../../../../tmp/climbed.${extension}`)],
    ["zip that climbs with backslashes", "backslash.zip", () => named(`..\\..\\climbed.${extension}`)],
    ["zip with an absolute name", "absolute.zip", () => named(`/tmp/absolute.${extension}`)],
    ["zip with a drive", "drive.zip", () => named(`C:\\Windows\\x.${extension}`)],
    [
      "zip with device names",
      "device.zip",
      () => zip([`CON.${extension}`, `NUL.${extension}`, `aux.${extension}`].map((name) => ({ name, content }))),
    ],
    ["zip with NUL in a name", "nul.zip", () => named(Buffer.from(`x.${extension}\0.txt`))],
    [
      "zip with a name of no UTF-8",
      "utf8.zip",
      () => named(Buffer.concat([Buffer.from([0xff, 0xfe, 0x2f]), Buffer.from(`x.${extension}`)])),
    ],
    ["zip with a terminal title for a name", "title.zip", () => named(`\u001b]0;owned\u0007.${extension}`)],
    ["zip with a name of 60,000 characters", "longname.zip", () => named(`${"n".repeat(60_000)}.${extension}`)],
    ["zip with an empty name", "noname.zip", () => named("")],
    [
      "zip with a link",
      "link.zip",
      () => zip([{ name: `link.${extension}`, content: Buffer.from("/etc/passwd"), mode: 0o120777 }, good]),
    ],
    ["zip with the same name twice", "twice.zip", () => zip([good, good])],
    [
      "zip whose members share their bytes",
      "overlap.zip",
      () =>
        zip(
          [
            { ...good, content: Buffer.alloc(8 * MIB) },
            ...Array.from({ length: 2_000 }, (_, n) => ({
              name: `o${n}.${extension}`,
              content: Buffer.alloc(8 * MIB),
              sameAs: 0,
            })),
          ].slice(0, 40),
        ),
    ],
    ["zip of huge ratio", "ratio.zip", () => zip([{ name: `zeros.${extension}`, content: Buffer.alloc(256 * MIB) }])],
    [
      "zip in zip",
      "nested.zip",
      () =>
        zip([
          { name: `inner.zip`, content: inner },
          { name: `inner.${extension}`, content: inner },
        ]),
    ],
    ["zip that states a smaller size", "small.zip", () => zip([{ ...good, statedSize: 1 }])],
    ["zip that states a size of 4 GiB", "large.zip", () => zip([{ ...good, statedSize: 0xffff_fffe }])],
    ["zip that is encrypted", "encrypted.zip", () => zip([{ ...good, flags: 0x801 }])],
    ["zip of an unknown method", "method.zip", () => zip([{ ...good, method: 99 }])],
    ["zip that states 65,000 members", "count.zip", () => zip([good], { count: 65_000 })],
    ["zip whose directory is elsewhere", "elsewhere.zip", () => zip([good], { directoryAt: 0x7fff_ffff })],
    ["zip with a long comment", "comment.zip", () => zip([good], { comment: Buffer.alloc(65_535, 0x50) })],
    ["truncated zip", "truncated.zip", () => zip([good]).subarray(0, -30)],
    [
      "zip of damaged bytes",
      "damaged.zip",
      () => Buffer.from(zip([good]).map((byte, n) => (n > 40 && n < 60 ? byte ^ 0xff : byte))),
    ],
    ["zip of nothing", "nothing.zip", () => zip([])],
    [
      "zip of 20,000 members",
      "many.zip",
      () =>
        zip(Array.from({ length: 20_000 }, (_, n) => ({ name: `m${n}.txt`, content: Buffer.from("x"), stored: true }))),
    ],
    ["zip that is none", "none.zip", () => Buffer.from("PK\u0003\u0004 and no more")],
    ["tar that climbs", "climb.tar.gz", () => tarred({ name: `../../climbed.${extension}`, content })],
    ["tar with an absolute name", "absolute.tar.gz", () => tarred({ name: `/tmp/absolute.${extension}`, content })],
    ["tar with a link", "link.tar.gz", () => tarred({ name: `link.${extension}`, type: "2", link: "/etc/passwd" })],
    [
      "tar with a hard link",
      "hardlink.tar.gz",
      () => tarred({ name: `hard.${extension}`, type: "1", link: "/etc/passwd" }),
    ],
    [
      "tar with devices and a pipe",
      "device.tar.gz",
      () => gzipSync(tar(["3", "4", "6"].map((type) => ({ name: `d.${extension}`, type })))),
    ],
    [
      "tar with a wrong checksum",
      "checksum.tar.gz",
      () => tarred({ name: `c.${extension}`, content, wrongChecksum: true }),
    ],
    [
      "tar with a negative size",
      "negative.tar.gz",
      () => tarred({ name: `n.${extension}`, statedSize: "-0000000001\0" }),
    ],
    [
      "tar with a size of 2^60",
      "huge.tar.gz",
      () => tarred({ name: `h.${extension}`, statedSize: "\x80\0\0\0\x10\0\0\0\0\0\0\0" }),
    ],
    [
      "tar with an extended header of 30 MB",
      "pax.tar.gz",
      () =>
        gzipSync(
          tar([
            { name: "pax", type: "x", content: Buffer.from(`30000020 path=${"p".repeat(30_000_000)}\n`) },
            { name: `x.${extension}`, content },
          ]),
        ),
    ],
    [
      "tar with a long name that climbs",
      "longname.tar.gz",
      () =>
        gzipSync(
          tar([
            { name: "././@LongLink", type: "L", content: Buffer.from(`${"../".repeat(50)}x.${extension}\0`) },
            { name: `x.${extension}`, content },
          ]),
        ),
    ],
    ["truncated tar", "truncated.tar.gz", () => gzipSync(tar([{ name: `t.${extension}`, content }]).subarray(0, 700))],
    ["truncated gzip around a tar", "gzip.tar.gz", () => tarred({ name: `t.${extension}`, content }).subarray(0, 60)],
    ["tar bomb of 4 GiB", "bomb.tar.gz", () => tarBomb(`zeros.${extension}`, 64)],
    ["tar of zeros", "zeros.tar.gz", () => gzipSync(Buffer.alloc(10_240))],
  ];
  return samples.map(([name, file, bytes]) => ({ name, file, bytes }));
}
