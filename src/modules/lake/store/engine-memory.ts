import type { EngineMemory } from "../schemas.ts";
import type { EventStore } from "./event-store.ts";

/** What the engine itself accounts for. Its allocator may keep a little more from the system for a while. */
export async function engineMemory(store: EventStore): Promise<EngineMemory> {
  const connection = await store.connect();
  try {
    const rows = await connection.rows(
      "SELECT tag, memory_usage_bytes AS used, temporary_storage_bytes AS temporary FROM duckdb_memory()",
    );
    const parts = rows.map((row) => ({
      purpose: String(row["tag"]).toLowerCase(),
      bytes: Number(row["used"]),
      temporary: Number(row["temporary"]),
    }));
    return {
      used: parts.reduce((sum, { bytes }) => sum + bytes, 0),
      temporary: parts.reduce((sum, { temporary }) => sum + temporary, 0),
      purposes: parts.filter(({ bytes }) => bytes > 0).map(({ purpose, bytes }) => ({ purpose, bytes })),
    };
  } finally {
    connection.close();
  }
}
