/**
 * One object: "KHIENBO1", a byte (0 as it is, 1 zstd), a nonce of 12 random bytes, AES-256-GCM of the content with its
 * tag of 16 bytes. The object's name is the additional data: no object can stand in for another.
 */
import { createCipheriv, createDecipheriv, createHmac, randomBytes } from "node:crypto";
import { zstdCompressSync, zstdDecompressSync, constants } from "node:zlib";
import { Fault } from "../../kernel/index.ts";
import type { RepositoryKeys } from "./key.ts";
import { ZSTD_LEVEL } from "./limits.ts";

const MAGIC = Buffer.from("KHIENBO1", "latin1");
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HEAD_BYTES = MAGIC.length + 1 + NONCE_BYTES;

export function blockName(content: Uint8Array, { naming }: RepositoryKeys): string {
  return createHmac("sha256", naming).update(content).digest("hex");
}

export function sealBlock(content: Uint8Array, name: string, { encryption }: RepositoryKeys): Buffer {
  const compressed = zstdCompressSync(content, { params: { [constants.ZSTD_c_compressionLevel]: ZSTD_LEVEL } });
  const isSmaller = compressed.length < content.length * 0.95;
  const kind = Buffer.from([isSmaller ? 1 : 0]);
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", encryption, nonce);
  cipher.setAAD(Buffer.concat([MAGIC, kind, Buffer.from(name)]));
  const sealed = cipher.update(isSmaller ? compressed : content);
  return Buffer.concat([MAGIC, kind, nonce, sealed, cipher.final(), cipher.getAuthTag()]);
}

/** Fault backup.object.damaged when it is not what was sealed under this name with this key. */
export function openBlock(
  sealed: Buffer,
  name: string,
  { keys, maxBytes }: { readonly keys: RepositoryKeys; readonly maxBytes: number },
): Buffer {
  try {
    if (sealed.length < HEAD_BYTES + TAG_BYTES || !sealed.subarray(0, MAGIC.length).equals(MAGIC))
      throw new Error("no object");
    const kind = sealed.subarray(MAGIC.length, MAGIC.length + 1);
    const nonce = sealed.subarray(MAGIC.length + 1, HEAD_BYTES);
    const decipher = createDecipheriv("aes-256-gcm", keys.encryption, nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.concat([MAGIC, kind, Buffer.from(name)]));
    decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
    const content = Buffer.concat([
      decipher.update(sealed.subarray(HEAD_BYTES, sealed.length - TAG_BYTES)),
      decipher.final(),
    ]);
    return kind[0] === 1 ? zstdDecompressSync(content, { maxOutputLength: maxBytes }) : content;
  } catch (error) {
    const detail = `object ${name} of the backup is damaged: ${(error as Error).message}`;
    throw new Fault("invalid", "backup.object.damaged", detail, { object: name });
  }
}
