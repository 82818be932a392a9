import type { Instant } from "../../../kernel/index.ts";
import type { NoTables, Query, Tx } from "../../db/index.ts";
import { DEFAULT_RULES, type PersonalRules } from "../core/rules.ts";
import { tables } from "./tables.ts";

export interface VersionedRules {
  readonly rules: PersonalRules;
  /** 0: never changed. */
  readonly version: number;
}

export async function rulesOf(query: Query<NoTables>, personId: string): Promise<VersionedRules> {
  const row = await tables(query)
    .selectFrom("notices_rules")
    .select(["content", "version"])
    .where("person_id", "=", personId)
    .executeTakeFirst();
  if (row === undefined) return { rules: DEFAULT_RULES, version: 0 };
  return { rules: { ...DEFAULT_RULES, ...(JSON.parse(row.content) as PersonalRules) }, version: row.version };
}

export async function putRules(
  tx: Tx,
  personId: string,
  content: { readonly rules: PersonalRules; readonly version: number; readonly at: Instant },
): Promise<void> {
  const row = { content: JSON.stringify(content.rules), version: content.version, updated_at: content.at };
  await tables(tx)
    .insertInto("notices_rules")
    .values({ person_id: personId, ...row })
    .onConflict((conflict) => conflict.column("person_id").doUpdateSet(row))
    .execute();
}
