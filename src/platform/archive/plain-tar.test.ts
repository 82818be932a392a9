/** What the reader in memory answers, the streaming reader answers the same; it gives up rather than guess. */
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { extract, pack } from "tar-stream";
import { describe, expect, test } from "vitest";
import { readPlainTar } from "./plain-tar.ts";

async function streamed(bytes: Buffer): Promise<[string, string | undefined][]> {
  const unpacked = extract();
  unpacked.end(bytes);
  const entries: [string, string | undefined][] = [];
  for await (const entry of unpacked) {
    const chunks: Buffer[] = [];
    for await (const chunk of entry) chunks.push(chunk as Buffer);
    const { name, type } = entry.header;
    if (type !== "file" && type !== "directory") throw new Error(`a ${type}`);
    entries.push([name, type === "file" ? Buffer.concat(chunks).toString("latin1") : undefined]);
  }
  return entries;
}

function plain(bytes: Buffer): [string, string | undefined][] | undefined {
  return readPlainTar(bytes)?.map(({ name, content }) => [name, content?.toString("latin1")]);
}

async function tarOf(members: readonly { name: string; content: Buffer | undefined }[]): Promise<Buffer> {
  const packed = pack();
  for (const { name, content } of members) {
    if (content === undefined) packed.entry({ name, type: "directory" });
    else packed.entry({ name }, content);
  }
  packed.finalize();
  const chunks: Uint8Array[] = [];
  for await (const chunk of packed) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks);
}

const name = fc
  .array(fc.constantFrom("rules", "ế.yml", "a", "deep/er", "n".repeat(60), ".."), { minLength: 1, maxLength: 4 })
  .map((parts) => parts.join("/"));
const content = fc.option(
  fc.uint8Array({ maxLength: 1_200 }).map((bytes) => Buffer.from(bytes)),
  { nil: undefined },
);
const members = fc.array(fc.record({ name, content }), { maxLength: 5 });

describe("tar from memory", () => {
  test("reads what the streaming reader reads", async () => {
    await fc.assert(
      fc.asyncProperty(members, async (planned) => {
        const bytes = await tarOf(planned);
        const read = plain(bytes);
        if (planned.every(({ name: one }) => /^[\x21-\x7e]{1,90}$/.test(one))) expect(read).toBeDefined();
        if (read !== undefined) expect(read).toEqual(await streamed(bytes));
      }),
    );
  });

  test("damaged archives too, unless it gives up", async () => {
    const change = fc.record({ at: fc.nat(4_000), byte: fc.constantFrom(0, 0x20, 0x30, 0x31, 0x35, 0x67, 0x78, 0xff) });
    const damage = fc.record({ changes: fc.array(change, { maxLength: 3 }), cut: fc.nat(3_000) });
    await fc.assert(
      fc.asyncProperty(members, damage, async (planned, { changes, cut }) => {
        const whole = await tarOf(planned);
        const bytes = Buffer.from(whole.subarray(0, whole.length - (cut % 3 === 0 ? cut % whole.length : 0)));
        for (const { at, byte } of changes) bytes[at % Math.max(bytes.length, 1)] = byte;
        const read = plain(bytes);
        if (read !== undefined) expect(read).toEqual(await streamed(bytes));
      }),
      { numRuns: 500 },
    );
  });

  test("the remark of git archive is passed over, anything else is left to the streaming reader", async () => {
    const remark = { name: "pax_global_header", content: Buffer.from("28 comment=0123456789abcdef\n") };
    const bytes = await tarOf([remark, { name: "a.yml", content: Buffer.from("title: a") }]);
    bytes[156] = "g".charCodeAt(0);
    const sum = bytes.subarray(0, 512).reduce((total, byte, at) => total + (at >= 148 && at < 156 ? 0x20 : byte), 0);
    bytes.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
    expect(plain(bytes)).toEqual([["a.yml", "title: a"]]);
    expect(readPlainTar(gzipSync(bytes))).toBeUndefined();
    expect(readPlainTar(Buffer.from("no archive"))).toBeUndefined();
    expect(readPlainTar(Buffer.alloc(0))).toEqual([]);
  });
});
