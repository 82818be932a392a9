import { existsSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { openFailure } from "./database.ts";

export type LakeProbe = "absent" | "free" | "in_use" | "unavailable" | "damaged";

/** What opening this lake would meet: the engine's own lock says whether a process has it, whoever that is. Changes nothing. */
export async function probeLake(lakeDir: string): Promise<LakeProbe> {
  const file = join(lakeDir, "events", "lake.duckdb");
  if (!existsSync(file)) return "absent";
  try {
    const instance = await DuckDBInstance.create(file, { access_mode: "READ_ONLY" });
    instance.closeSync();
    return "free";
  } catch (error) {
    const failure = openFailure(error);
    if (failure === "locked") return "in_use";
    return failure === "unavailable" ? "unavailable" : "damaged";
  }
}
