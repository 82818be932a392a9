/** The bytes of a file on disk, piece by piece. */
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { open } from "node:fs/promises";

const CHUNK_BYTES = 256 * 1024;
/** Enough to see that a file has ended, or has grown since. */
const LAST_BYTES = 4 * 1024;

interface OpenFile {
  readonly size: number;
  read(room: Buffer): number | Promise<number>;
  close(): void | Promise<void>;
}

async function openWaiting(path: string): Promise<OpenFile> {
  const file = await open(path);
  return {
    size: fstatSync(file.fd).size,
    read: async (room) => (await file.read(room)).bytesRead,
    close: () => file.close(),
  };
}

function openAtOnce(path: string): OpenFile {
  const file = openSync(path, "r");
  return { size: fstatSync(file).size, read: (room) => readSync(file, room), close: () => closeSync(file) };
}

/**
 * All of a file; each chunk stays valid. Chunks are as large as the file needs them: a folder of small files would
 * otherwise keep the garbage collector busy. `atOnce` is for threads that have nothing else to do: the way through the
 * pool of file threads takes longer than reading a small file.
 */
export async function* fileChunks(path: string, { atOnce }: { readonly atOnce: boolean }): AsyncGenerator<Buffer> {
  const file = atOnce ? openAtOnce(path) : await openWaiting(path);
  try {
    for (let at = 0; ; ) {
      const room = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, Math.max(LAST_BYTES, file.size - at)));
      const bytesRead = await file.read(room);
      if (bytesRead === 0) return;
      at += bytesRead;
      yield room.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

/**
 * A file from one place on, at once. One buffer is filled again and again: a new one for each chunk keeps the garbage
 * collector busier than reading does. A chunk is valid until the next one is asked for.
 */
export function* chunksFrom(path: string, start: number): Generator<Buffer> {
  const file = openSync(path, "r");
  try {
    const buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES);
    for (let at = start; ; ) {
      const bytesRead = readSync(file, buffer, 0, CHUNK_BYTES, at);
      if (bytesRead === 0) return;
      at += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    closeSync(file);
  }
}
