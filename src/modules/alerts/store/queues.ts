import type { NoTables, Query, Selectable, Tx } from "../../../platform/db/index.ts";
import type { Person } from "../core/workflow.ts";

type QueueTables = {
  alerts_queues: {
    id: string;
    name: string;
    filter: string;
    owner_id: string;
    owner_name: string;
    shared: number;
    place: number;
    version: number;
    updated_at: number;
    updated_by: string;
  };
};

export interface SavedQueue {
  readonly id: string;
  readonly name: string;
  /** As in the address of the screen. */
  readonly filter: Readonly<Record<string, string>>;
  readonly owner: Person;
  readonly isShared: boolean;
  /** Order among one's queues. */
  readonly place: number;
  readonly version: number;
  readonly updatedAt: number;
  readonly updatedBy: string;
}

const tables = (query: Query<NoTables>) => query.withTables<QueueTables>();

export async function queuesFor(query: Query<NoTables>, userId: string, limit: number): Promise<SavedQueue[]> {
  const rows = await tables(query)
    .selectFrom("alerts_queues")
    .selectAll()
    .where((eb) => eb.or([eb("owner_id", "=", userId), eb("shared", "=", 1)]))
    .orderBy("place")
    .orderBy("name")
    .limit(limit)
    .execute();
  return rows.map(toQueue);
}

export async function queueById(query: Query<NoTables>, id: string): Promise<SavedQueue | undefined> {
  const row = await tables(query).selectFrom("alerts_queues").selectAll().where("id", "=", id).executeTakeFirst();
  return row === undefined ? undefined : toQueue(row);
}

export async function putQueue(tx: Tx, queue: SavedQueue): Promise<void> {
  const row = {
    name: queue.name,
    filter: JSON.stringify(queue.filter),
    owner_id: queue.owner.id,
    owner_name: queue.owner.name,
    shared: queue.isShared ? 1 : 0,
    place: queue.place,
    version: queue.version,
    updated_at: queue.updatedAt,
    updated_by: queue.updatedBy,
  };
  await tables(tx)
    .insertInto("alerts_queues")
    .values({ id: queue.id, ...row })
    .onConflict((conflict) => conflict.column("id").doUpdateSet(row))
    .execute();
}

export async function dropQueue(tx: Tx, id: string): Promise<void> {
  await tables(tx).deleteFrom("alerts_queues").where("id", "=", id).execute();
}

function toQueue(row: Selectable<QueueTables["alerts_queues"]>): SavedQueue {
  return {
    id: row.id,
    name: row.name,
    filter: JSON.parse(row.filter) as Record<string, string>,
    owner: { id: row.owner_id, name: row.owner_name },
    isShared: row.shared === 1,
    place: row.place,
    version: row.version,
    updatedAt: row.updated_at,
    updatedBy: row.updated_by,
  };
}
