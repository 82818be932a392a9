/** What an import reads of a folder, as an archive to send to a server. */
import { buffer } from "node:stream/consumers";
import { createGzip } from "node:zlib";
import { Fault } from "../../kernel/index.ts";
import { bytesOfMember, openMembers, packTar, type PackedFile } from "../../platform/archive/index.ts";
import { MAX_UPLOAD_BYTES } from "./limits.ts";
import { RULE_MEMBERS } from "./rule-import.ts";

/** `.tar.gz`. Faults: detection.import.nothing, detection.import.too_large; what cannot be read is told by the system. */
export async function packRules(folder: string): Promise<Uint8Array> {
  const files: PackedFile[] = [];
  for await (const member of openMembers(folder, RULE_MEMBERS)) {
    const content = await bytesOfMember(member);
    files.push({ name: member.name, bytes: content.length, content });
  }
  if (files.length === 0)
    throw new Fault("invalid", "detection.import.nothing", `no .yml file in ${folder}`, { path: folder });
  const packed = await buffer(packTar(files, new Date()).compose(createGzip()));
  if (packed.length <= MAX_UPLOAD_BYTES) return packed;
  const params = { path: folder, limit: MAX_UPLOAD_BYTES };
  throw new Fault(
    "too_large",
    "detection.import.too_large",
    `the rules of ${folder} are more than a server takes`,
    params,
  );
}
