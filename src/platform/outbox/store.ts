import type { NoTables, Query, Tx } from "../db/index.ts";

type OutboxTables = {
  platform_outbox: { seq?: number; topic: string; payload: string; created_at: number };
};

export interface StoredNews {
  readonly seq: number;
  readonly topic: string;
  readonly payload: string;
}

export async function putNews(tx: Tx, news: { topic: string; payload: string; at: number }): Promise<void> {
  await tx
    .withTables<OutboxTables>()
    .insertInto("platform_outbox")
    .values({ topic: news.topic, payload: news.payload, created_at: news.at })
    .execute();
}

export async function oldestNews(query: Query<NoTables>, limit: number): Promise<StoredNews[]> {
  const rows = await query
    .withTables<OutboxTables>()
    .selectFrom("platform_outbox")
    .select(["seq", "topic", "payload"])
    .orderBy("seq")
    .limit(limit)
    .execute();
  return rows.map((row) => ({ seq: Number(row.seq), topic: row.topic, payload: row.payload }));
}

export async function dropNews(query: Query<NoTables>, seq: number): Promise<void> {
  await query.withTables<OutboxTables>().deleteFrom("platform_outbox").where("seq", "=", seq).execute();
}
