import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32, deflateRawSync, gzipSync } from "node:zlib";
import { pack } from "tar-stream";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { OpenOptions } from "./index.ts";
import { openMembers, textOfMember } from "./index.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "archive-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Planned {
  readonly name: string;
  readonly content: Buffer;
}

/** A zip file as the format describes it: local headers with data, then the directory. */
function zipOf(members: readonly Planned[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content } of members) {
    const packed = deflateRawSync(content);
    const title = Buffer.from(name);
    const shared = Buffer.alloc(26);
    shared.writeUInt16LE(20, 0);
    shared.writeUInt16LE(8, 4);
    shared.writeUInt32LE(crc32(content), 10);
    shared.writeUInt32LE(packed.length, 14);
    shared.writeUInt32LE(content.length, 18);
    shared.writeUInt16LE(title.length, 22);
    const local = Buffer.concat([Buffer.from("PK\x03\x04"), shared, title, packed]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([Buffer.from("PK\x01\x02\x14\x00"), shared, tail, title]));
    parts.push(local);
    offset += local.length;
  }
  const entries = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(members.length, 8);
  end.writeUInt16LE(members.length, 10);
  end.writeUInt32LE(entries.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, entries, end]);
}

async function tarOf(members: readonly Planned[]): Promise<Buffer> {
  const packed = pack();
  for (const { name, content } of members) packed.entry({ name }, content);
  packed.entry({ name: "link", type: "symlink", linkname: "/etc/passwd" });
  packed.finalize();
  const chunks: Uint8Array[] = [];
  for await (const chunk of packed) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks);
}

async function read(
  path: string,
  options: OpenOptions = {},
): Promise<{ members: Record<string, string>; refused: string[] }> {
  const members: Record<string, string> = {};
  const refused: string[] = [];
  const onRefused = ({ name }: { name: string }): void => void refused.push(name);
  for await (const member of openMembers(path, { ...options, onRefused }))
    members[member.name] = await textOfMember(member);
  return { members, refused };
}

const honest: Planned[] = [
  { name: "a.yml", content: Buffer.from("title: a") },
  { name: "deep/b.yml", content: Buffer.from("title: b") },
];
const climbing: Planned[] = [
  { name: "../evil.yml", content: Buffer.from("x") },
  { name: "/abs.yml", content: Buffer.from("x") },
  { name: "a/../../evil.yml", content: Buffer.from("x") },
  { name: "C:\\evil.yml", content: Buffer.from("x") },
  ...honest,
];

function save(name: string, bytes: Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

describe("members of", () => {
  test("a zip, climbing names refused and reported", async () => {
    const { members, refused } = await read(save("c.zip", zipOf(climbing)));
    expect(members).toEqual({ "a.yml": "title: a", "deep/b.yml": "title: b" });
    expect(refused).toHaveLength(4);
  });

  test.each([
    ["c.tar", (bytes: Buffer) => bytes],
    ["c.tar.gz", gzipSync],
    ["c.tgz", gzipSync],
  ] as const)("%s, links refused too", async (name, compress) => {
    const { members, refused } = await read(save(name, compress(await tarOf(climbing))));
    expect(members).toEqual({ "a.yml": "title: a", "deep/b.yml": "title: b" });
    expect(refused).toEqual(expect.arrayContaining(["../evil.yml", "/abs.yml", "link"]));
  });

  test("a folder, in stable order and without following links", async () => {
    const root = join(folder, "tree");
    mkdirSync(join(root, "deep"), { recursive: true });
    writeFileSync(join(root, "z.yml"), "z");
    writeFileSync(join(root, "deep", "b.yml"), "b");
    symlinkSync("/etc", join(root, "out"));
    expect(Object.entries((await read(root)).members)).toEqual([
      ["deep/b.yml", "b"],
      ["z.yml", "z"],
    ]);
  });

  test("one file", async () => {
    expect((await read(save("one.yml", Buffer.from("x")))).members).toEqual({ "one.yml": "x" });
  });

  test("what is not accepted is passed over, and a member may be left unread", async () => {
    const big = { name: "big.bin", content: Buffer.alloc(300_000, "x") };
    for (const [name, bytes] of [
      ["s.tar", await tarOf([big, ...honest])],
      ["s.zip", zipOf([big, ...honest])],
    ] as const) {
      const path = save(name, bytes);
      expect(Object.keys((await read(path, { accept: (member) => member.endsWith(".yml") })).members)).toEqual([
        "a.yml",
        "deep/b.yml",
      ]);
      const names: string[] = [];
      for await (const member of openMembers(path)) {
        names.push(member.name);
        for await (const _ of member.stream) break;
      }
      expect(names).toEqual(["big.bin", "a.yml", "deep/b.yml"]);
    }
  });
});

describe("bounds", () => {
  const bomb: Planned[] = [{ name: "bomb", content: Buffer.alloc(64 * 1024 * 1024) }];
  test("a bomb stops at its ratio", async () => {
    await expect(read(save("bomb.zip", zipOf(bomb)))).rejects.toMatchObject({
      code: "archive.limit.exceeded",
      params: { what: "ratio" },
    });
    await expect(read(save("bomb.tar.gz", gzipSync(await tarOf(bomb))))).rejects.toMatchObject({
      code: "archive.limit.exceeded",
    });
  });

  test("entries, entry bytes, total bytes", async () => {
    const path = save("limits.zip", zipOf(honest));
    await expect(read(path, { limits: { maxEntries: 1 } })).rejects.toMatchObject({ params: { what: "entries" } });
    await expect(read(path, { limits: { maxEntryBytes: 3 } })).rejects.toMatchObject({
      params: { what: "entry-bytes" },
    });
    await expect(read(path, { limits: { maxTotalBytes: 10 } })).rejects.toMatchObject({
      params: { what: "total-bytes" },
    });
  });

  test("a member that breaks off is an expected failure of that member", async () => {
    const cut = (await tarOf([{ name: "a.yml", content: Buffer.alloc(4_000, "x") }])).subarray(0, 2_000);
    await expect(read(save("cut.tar", cut))).rejects.toMatchObject({ code: "archive.member.unreadable" });
    const lying = zipOf(honest);
    // The directory states another unpacked size than there is.
    lying.writeUInt32LE(1, lying.indexOf("PK\x01\x02") + 24);
    await expect(read(save("lying.zip", lying))).rejects.toMatchObject({ code: "archive.member.unreadable" });
  });

  test("a member packed by an unknown method is refused, the others are read", async () => {
    const strange = zipOf(honest);
    strange.writeUInt16LE(99, strange.indexOf("PK\x01\x02") + 10);
    const { members, refused } = await read(save("strange.zip", strange));
    expect(refused).toEqual(["a.yml"]);
    expect(members).toEqual({ "deep/b.yml": "title: b" });
  });

  test("nothing of an archive that has outgrown its bounds is unpacked any more", async () => {
    const large = { name: "large.bin", content: Buffer.alloc(8 * 1024 * 1024, "x") };
    for (const [name, bytes] of [
      ["over.tar", await tarOf([large, ...honest])],
      ["over.zip", zipOf([large, ...honest])],
    ] as const) {
      const names: string[] = [];
      const reading = async (): Promise<void> => {
        for await (const member of openMembers(save(name, bytes), { limits: { maxEntryBytes: 100_000 } })) {
          names.push(member.name);
          await textOfMember(member).catch(() => "");
        }
      };
      await expect(reading()).rejects.toMatchObject({ code: "archive.limit.exceeded" });
      expect(names).toEqual(["large.bin"]);
    }
  });

  test("broken archives are expected failures, not crashes", async () => {
    await expect(read(save("broken.zip", Buffer.from("PK nonsense")))).rejects.toMatchObject({
      code: "archive.zip.unreadable",
    });
    await expect(read(save("broken.tgz", gzipSync(Buffer.alloc(4_000, "x")).subarray(0, 30)))).rejects.toMatchObject({
      code: "archive.tar.unreadable",
    });
    await expect(read(save("cut.tar", (await tarOf(honest)).subarray(0, 700)))).rejects.toMatchObject({
      code: "archive.tar.unreadable",
    });
  });
});
