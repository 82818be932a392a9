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
  alerts_queue_places: { user_id: string; queue_id: string; place: number; is_start: number };
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

/** In the order the person has put them in; those they have not placed come after, as their owners placed them. */
export async function queuesFor(query: Query<NoTables>, userId: string, limit: number): Promise<SavedQueue[]> {
  const rows = await tables(query)
    .selectFrom("alerts_queues as queue")
    .leftJoin("alerts_queue_places as placed", (join) =>
      join.onRef("placed.queue_id", "=", "queue.id").on("placed.user_id", "=", userId),
    )
    .selectAll("queue")
    .where((eb) => eb.or([eb("queue.owner_id", "=", userId), eb("queue.shared", "=", 1)]))
    .orderBy((eb) => eb.fn.coalesce("placed.place", eb.lit(Number.MAX_SAFE_INTEGER)))
    .orderBy("queue.place")
    .orderBy("queue.name")
    .orderBy("queue.id")
    .limit(limit)
    .execute();
  return rows.map(toQueue);
}

/** The queue a person starts with, while it is still theirs to see. */
export async function startOf(query: Query<NoTables>, userId: string): Promise<SavedQueue | undefined> {
  const row = await tables(query)
    .selectFrom("alerts_queue_places as placed")
    .innerJoin("alerts_queues as queue", "queue.id", "placed.queue_id")
    .selectAll("queue")
    .where("placed.user_id", "=", userId)
    .where("placed.is_start", "=", 1)
    .where((eb) => eb.or([eb("queue.owner_id", "=", userId), eb("queue.shared", "=", 1)]))
    .executeTakeFirst();
  return row === undefined ? undefined : toQueue(row);
}

export async function arrange(
  tx: Tx,
  userId: string,
  wanted: { readonly order: readonly string[]; readonly start: string | null },
): Promise<void> {
  await tables(tx).deleteFrom("alerts_queue_places").where("user_id", "=", userId).execute();
  if (wanted.order.length === 0) return;
  const rows = wanted.order.map((queue_id, place) => ({
    user_id: userId,
    queue_id,
    place,
    is_start: queue_id === wanted.start ? 1 : 0,
  }));
  await tables(tx).insertInto("alerts_queue_places").values(rows).execute();
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
  await tables(tx).deleteFrom("alerts_queue_places").where("queue_id", "=", id).execute();
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
