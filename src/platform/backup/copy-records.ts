import { backup, DatabaseSync } from "node:sqlite";

/**
 * A consistent copy of a database somebody may be writing to. All pages in one step: a copy in several would start over
 * with every write. Pages keep their places, so that the next backup finds most blocks again.
 */
export async function copyRecords(file: string, target: string): Promise<void> {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    await backup(database, target, { rate: 0x7fff_ffff });
  } finally {
    database.close();
  }
}
