import { createWriteStream } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Fault } from "../../../kernel/index.ts";
import { MAX_UPLOAD_BYTES } from "../limits.ts";

/** Writes the body to a file of our own naming; only the extension follows the caller's name. */
export async function receiveUpload(
  body: AsyncIterable<Uint8Array>,
  to: { name: string; tempDir: string },
): Promise<string> {
  const extension = /\.(?:zip|tar|tgz|tar\.gz|ya?ml)$/iu.exec(to.name)?.[0]?.toLowerCase();
  if (extension === undefined) {
    throw new Fault("unsupported", "detection.import.kind", "send a .zip, .tar, .tar.gz, .tgz or .yml", {
      name: to.name,
    });
  }
  await mkdir(to.tempDir, { recursive: true });
  const path = join(to.tempDir, `${crypto.randomUUID()}${extension}`);
  try {
    await pipeline(body, atMost(MAX_UPLOAD_BYTES), createWriteStream(path, { flags: "wx", mode: 0o600 }));
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
  return path;
}

function atMost(limit: number): Transform {
  let seen = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      seen += chunk.length;
      if (seen > limit)
        done(new Fault("too_large", "detection.import.too_large", "the archive is larger than allowed", { limit }));
      else done(null, chunk);
    },
  });
}
