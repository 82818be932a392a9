/** A tar archive made while it is sent: plain files, not executable, without owners. */
import { Readable } from "node:stream";
import { pack } from "tar-stream";

export interface PackedFile {
  /** With `/` between folders. */
  readonly name: string;
  readonly bytes: number;
  readonly content: Uint8Array | (() => Readable);
}

/** What goes wrong ends the stream with the error: an archive that is cut off is not read as whole. */
export function packTar(files: readonly PackedFile[], at: Date): Readable {
  const archive = pack();
  const fill = async (): Promise<void> => {
    for (const { name, bytes, content } of files) {
      const head = { name, size: bytes, mtime: at, mode: 0o644, uid: 0, gid: 0 };
      if (typeof content !== "function") {
        await new Promise<void>((resolve, reject) => {
          archive.entry(head, Buffer.from(content), (error) => (error == null ? resolve() : reject(error)));
        });
        continue;
      }
      await new Promise<void>((resolve, reject) => {
        const entry = archive.entry(head, (error) => (error == null ? resolve() : reject(error)));
        content().on("error", reject).pipe(entry);
      });
    }
    archive.finalize();
  };
  fill().catch((error: unknown) => archive.destroy(error instanceof Error ? error : new Error(String(error))));
  return Readable.from(archive, { objectMode: false });
}
