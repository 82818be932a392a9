import {
  type InfiniteData,
  keepPreviousData,
  type QueryClient,
  useInfiniteQuery,
  useQueryClient,
} from "@tanstack/react-query";
import { useEffect, useMemo, useRef, useState } from "react";
import { api, type Query } from "../../api/client.ts";
import type { Alert, AlertDetail, AlertPage } from "../../api/types.ts";
import { useAlertNews } from "../../live/live.tsx";
import { type AlertFilter, NOT_CLOSED, queryOf } from "./search.ts";

export type QueuePages = InfiniteData<AlertPage, string | undefined>;
const PAGE = 200;
const MAX_HEAD = 500;
const NEWS_PAUSE_MS = 1_000;
const MAX_SINGLE_LOOKUPS = 10;

export const queueKey = (filter: AlertFilter) => ["alerts", "list", filter] as const;

/** Rewrites rows of one cached list; `undefined` takes the row out. */
export function rewriteRows(pages: QueuePages, change: (alert: Alert) => Alert | undefined): QueuePages {
  let removed = 0;
  const next = pages.pages.map((page) => {
    const items = page.items.flatMap((alert) => {
      const changed = change(alert);
      if (changed === undefined) removed += 1;
      return changed === undefined ? [] : [changed];
    });
    return { ...page, items };
  });
  return { ...pages, pages: next.map((page) => ({ ...page, total: Math.max(0, page.total - removed) })) };
}

/** Does the row still belong to the list after an action? Only what actions can change is looked at. */
export function belongs(alert: Alert, filter: AlertFilter, me: string): boolean {
  const statuses = filter.status === "all" ? undefined : (filter.status ?? NOT_CLOSED).split(",");
  if (statuses !== undefined && !statuses.includes(alert.status)) return false;
  const asleep = alert.snoozedUntil !== null;
  if (filter.snoozed === "only" ? !asleep : asleep && filter.snoozed === undefined && statuses !== undefined)
    return false;
  if (filter.confirmation !== undefined && alert.proposedBy === null) return false;
  if (filter.tag !== undefined && !alert.tags.includes(filter.tag)) return false;
  if (filter.assignee === "me") return alert.assignee?.id === me;
  if (filter.assignee === "none") return alert.assignee === null;
  return filter.assignee === undefined || alert.assignee?.id === filter.assignee;
}

/** Fresh copies of rows that changed but left the filter, so that they can be shown in place as what they are now. */
async function lookUp(ids: readonly string[]): Promise<Map<string, Alert>> {
  const details = await Promise.allSettled(
    ids.slice(0, MAX_SINGLE_LOOKUPS).map((id) => api.get<AlertDetail>(`/alerts/${encodeURIComponent(id)}`)),
  );
  return new Map(
    details.flatMap((each) => (each.status === "fulfilled" ? [[each.value.alert.id, each.value.alert] as const] : [])),
  );
}

async function mergeNews(client: QueryClient, filter: AlertFilter, ids: ReadonlySet<string>): Promise<number> {
  const key = queueKey(filter);
  const before = client.getQueryData<QueuePages>(key);
  if (before === undefined) return 0;
  const known = new Set(before.pages.flatMap((page) => page.items.map((alert) => alert.id)));
  const head = await api.get<AlertPage>("/alerts", {
    ...queryOf(filter),
    limit: Math.min(MAX_HEAD, Math.max(known.size, 50)),
  } satisfies Query);
  const fresh = new Map(head.items.map((alert) => [alert.id, alert]));
  const gone = [...ids].filter((id) => known.has(id) && !fresh.has(id));
  for (const [id, alert] of await lookUp(gone)) fresh.set(id, alert);
  // In place only: the order under the reader's eyes changes when the reader asks for it.
  client.setQueryData<QueuePages>(key, (pages) => pages && rewriteRows(pages, (alert) => fresh.get(alert.id) ?? alert));
  const unseen = head.items.filter((alert) => !known.has(alert.id)).length;
  const grown = head.total - (before.pages[0]?.total ?? 0);
  return Math.max(unseen, grown, 0);
}

/** The rows of the queue, kept fresh by news without moving anything; `isCalm` allows new rows to enter by themselves. */
export function useQueue(filter: AlertFilter, isCalm: () => boolean) {
  const client = useQueryClient();
  const [waiting, setWaiting] = useState(0);
  const key = queueKey(filter);
  const query = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam, signal }) =>
      api.get<AlertPage>("/alerts", { ...queryOf(filter), cursor: pageParam, limit: PAGE }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    placeholderData: keepPreviousData,
  });
  const text = JSON.stringify(filter);
  // A different filter starts a different count
  useEffect(() => setWaiting(0), [text]);

  const ids = useRef(new Set<string>());
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const show = async () => {
    setWaiting(0);
    await client.resetQueries({ queryKey: key });
  };
  useAlertNews((news) => {
    for (const id of news.ids) ids.current.add(id);
    timer.current ??= setTimeout(async () => {
      timer.current = undefined;
      const changed = ids.current;
      ids.current = new Set();
      const count = await mergeNews(client, filter, changed).catch(() => 0);
      if (count > 0 && isCalm()) await client.invalidateQueries({ queryKey: key });
      else setWaiting(count);
    }, NEWS_PAUSE_MS);
  });

  const rows = useMemo(() => {
    const seen = new Set<string>();
    return (query.data?.pages ?? []).flatMap((page) =>
      page.items.filter((alert) => !seen.has(alert.id) && seen.add(alert.id)),
    );
  }, [query.data]);
  const first = query.data?.pages[0];
  return { query, rows, total: first?.total, totalIsLeast: first?.totalIsLeast === true, waiting, show };
}
