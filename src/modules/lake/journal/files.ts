/** The few file operations the journal needs, as a port: tests put a full or failing disk behind it. */
import { type FileHandle, mkdir, open, readdir, unlink } from "node:fs/promises";

export interface JournalFile {
  read(buffer: Buffer, offset: number): Promise<number>;
  /** Writes all of it or throws. */
  write(buffer: Buffer, offset: number): Promise<void>;
  truncate(bytes: number): Promise<void>;
  /** fdatasync: data and length are on disk when it resolves. */
  sync(): Promise<void>;
  size(): Promise<number>;
  close(): Promise<void>;
}

export interface JournalFiles {
  prepareDirectory(path: string): Promise<void>;
  list(directory: string): Promise<readonly string[]>;
  create(path: string): Promise<JournalFile>;
  openForRead(path: string): Promise<JournalFile>;
  openForWrite(path: string): Promise<JournalFile>;
  remove(path: string): Promise<void>;
  /** A created or removed name is durable only after its directory is synced. */
  syncDirectory(path: string): Promise<void>;
}

export const diskFiles: JournalFiles = {
  prepareDirectory: async (path) => {
    await mkdir(path, { recursive: true, mode: 0o700 });
  },
  list: (directory) => readdir(directory),
  create: async (path) => diskFile(await open(path, "w+", 0o600)),
  openForRead: async (path) => diskFile(await open(path, "r")),
  openForWrite: async (path) => diskFile(await open(path, "r+")),
  remove: (path) => unlink(path),
  syncDirectory: async (path) => {
    const handle = await open(path, "r");
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  },
};

function diskFile(handle: FileHandle): JournalFile {
  return {
    read: async (buffer, offset) => {
      let done = 0;
      while (done < buffer.length) {
        const { bytesRead } = await handle.read(buffer, done, buffer.length - done, offset + done);
        if (bytesRead === 0) break;
        done += bytesRead;
      }
      return done;
    },
    write: async (buffer, offset) => {
      let done = 0;
      // A full disk shows as a short write first and as ENOSPC on the next attempt.
      while (done < buffer.length) {
        const { bytesWritten } = await handle.write(buffer, done, buffer.length - done, offset + done);
        done += bytesWritten;
      }
    },
    truncate: (bytes) => handle.truncate(bytes),
    sync: () => handle.datasync(),
    size: async () => (await handle.stat()).size,
    close: () => handle.close(),
  };
}
