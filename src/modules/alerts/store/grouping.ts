import type { NoTables, Query, Tx } from "../../../platform/db/index.ts";
import { tables } from "./tables.ts";

export interface GroupingRecord {
  readonly kinds: readonly string[];
  readonly version: number;
  readonly updatedAt: number;
  readonly updatedBy: string;
}

export async function groupingOf(
  query: Query<NoTables>,
  ruleIds: readonly string[],
): Promise<ReadonlyMap<string, GroupingRecord>> {
  if (ruleIds.length === 0) return new Map();
  const rows = await tables(query)
    .selectFrom("alerts_grouping")
    .selectAll()
    .where("rule_id", "in", [...ruleIds])
    .execute();
  return new Map(
    rows.map((row) => [
      row.rule_id,
      {
        kinds: JSON.parse(row.kinds) as string[],
        version: row.version,
        updatedAt: row.updated_at,
        updatedBy: row.updated_by,
      },
    ]),
  );
}

/** No kinds: as the program groups. */
export async function setGrouping(tx: Tx, ruleId: string, record: GroupingRecord): Promise<void> {
  const row = {
    kinds: JSON.stringify(record.kinds),
    version: record.version,
    updated_at: record.updatedAt,
    updated_by: record.updatedBy,
  };
  await tables(tx)
    .insertInto("alerts_grouping")
    .values({ rule_id: ruleId, ...row })
    .onConflict((conflict) => conflict.column("rule_id").doUpdateSet(row))
    .execute();
}
